package dev.dbg.answer;

import dev.dbg.audit.record.Json;
import dev.dbg.authorize.Rights;
import dev.dbg.doctor.Doctor;
import dev.dbg.doctor.Finding;
import dev.dbg.doctor.Finding.Audience;
import dev.dbg.doctor.Finding.CheckStatus;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.model.RawText;
import dev.dbg.model.Refusal;
import dev.dbg.session.SelfCheck;
import dev.dbg.session.Services;
import dev.dbg.session.Session;
import dev.dbg.session.SessionLimits;
import dev.dbg.wire.Reply;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * {@code dbg doctor}: what fails, then what is degraded, what works, and what is not installed. An
 * operator sees the findings about their own tools and rules; root sees all.
 */
public record Diagnosis(
    Services services, Premises premises, Rights rights, Operator operator, Reply reply) {
  /**
   * Values that only the doctor needs: the socket's path if systemd passed no socket, a loader that
   * reads the files of the rights in force again, the file of the metrics, and the most concurrent
   * sessions.
   */
  public record Premises(Path socket, Rights.Loader loader, Optional<Path> metrics, int sessions) {}

  public void print(boolean json) {
    try (SessionLimits.Place _ = services.limits().take(operator.uid())) {
      List<Finding> shown =
          doctor().examine().stream().filter(finding -> maySee(finding.audience())).toList();
      reply.print(json ? json(shown) : text(shown));
      boolean isWell = shown.stream().noneMatch(f -> f.verdict().health() == Finding.Health.FAILS);
      reply.exit(isWell ? ExitStatus.OK : ExitStatus.SOMETHING_FAILS);
    } catch (Refusal e) {
      Session.refuse(reply, e);
    }
  }

  private Doctor doctor() {
    return new Doctor(
        services.resolver(),
        services.audit(),
        services.toolRoots(),
        services.helper(),
        rights.policy(),
        rights.catalogue(),
        (process, kinds) -> SelfCheck.enter(services, process, kinds),
        () -> premises.loader().load().policy(),
        premises.metrics(),
        premises.socket(),
        services.groups(),
        premises.sessions(),
        operator.isRoot());
  }

  private boolean maySee(Audience audience) {
    return operator.isRoot()
        || switch (audience) {
          case Audience.Everybody everybody -> true;
          case Audience.Root root -> false;
          case Audience.WhoMayRun who ->
              rights.policy().permits(operator, who.tool(), Instant.now());
        };
  }

  private static String json(List<Finding> findings) {
    StringBuilder lines = new StringBuilder();
    for (Finding finding : findings) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("area", finding.area());
      fields.put("what", finding.what());
      CheckStatus verdict = finding.verdict();
      fields.put("state", verdict.health().word());
      if (!verdict.isWell()) {
        fields.put("message", verdict.message());
      } else if (!verdict.message().isEmpty()) {
        fields.put("seen", verdict.message());
      }
      lines.append(Json.of(fields)).append('\n');
    }
    return lines.toString();
  }

  /**
   * What the host is, and then the findings; those of one area with the same message share a line.
   */
  private static String text(List<Finding> all) {
    StringBuilder text = new StringBuilder();
    all.stream().filter(Diagnosis::isHost).forEach(f -> addLine(text, f.area(), f.what()));
    List<Finding> findings = all.stream().filter(f -> !isHost(f)).toList();
    for (Finding.Health health : Finding.Health.values()) {
      Map<String, StringJoiner> lines = new LinkedHashMap<>();
      for (Finding finding : findings) {
        if (finding.verdict().health() == health) {
          boolean isWell = finding.verdict().isWell();
          String said = finding.verdict().message();
          String area = finding.area() + ' ';
          String message = isWell ? "" : ": " + said;
          String seen = isWell && !said.isEmpty() ? " (" + said + ")" : "";
          lines
              .computeIfAbsent(area + message, _ -> new StringJoiner(", ", area, message))
              .add(finding.what() + seen);
        }
      }
      String heading = health == Finding.Health.FAILS ? "FAILS" : health.word();
      for (StringJoiner line : lines.values()) {
        addLine(text, heading, line.toString());
      }
    }
    return text.toString();
  }

  private static boolean isHost(Finding finding) {
    return finding.area().equals(Doctor.HOST);
  }

  private static void addLine(StringBuilder text, String heading, String line) {
    text.append(RawText.printable("%-9s %s".formatted(heading, line))).append('\n');
  }
}
