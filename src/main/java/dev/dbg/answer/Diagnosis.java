package dev.dbg.answer;

import dev.dbg.authorize.Rights;
import dev.dbg.doctor.Audience;
import dev.dbg.doctor.CheckStatus;
import dev.dbg.doctor.Doctor;
import dev.dbg.doctor.Finding;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.model.RawText;
import dev.dbg.session.SelfCheck;
import dev.dbg.session.Services;
import dev.dbg.session.SessionLimits;
import dev.dbg.wire.Reply;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * {@code dbg doctor}: what will not work, then what could be better, then what works. Of tools,
 * engines and rules an operator is told what concerns them; root is told all.
 */
public final class Diagnosis {
  /**
   * What only the doctor looks at.
   *
   * @param socket where dbgd listens when systemd holds no socket
   * @param loader reads what the rights in force were read from
   * @param sessions how many there may be at once
   */
  public record Premises(Path socket, Rights.Loader loader, int sessions) {}

  private final Services services;
  private final Premises premises;
  private final Rights rights;
  private final Operator operator;
  private final Reply reply;

  public Diagnosis(
      Services services, Premises premises, Rights rights, Operator operator, Reply reply) {
    this.services = services;
    this.premises = premises;
    this.rights = rights;
    this.operator = operator;
    this.reply = reply;
  }

  public void print(boolean json) {
    try (SessionLimits.Place _ = services.limits().take(operator.uid())) {
      List<Finding> shown =
          doctor().examine().stream().filter(finding -> maySee(finding.audience())).toList();
      reply.print(json ? json(shown) : text(shown));
      boolean well = shown.stream().noneMatch(f -> f.verdict() instanceof CheckStatus.Fails);
      reply.exit(well ? ExitStatus.OK : ExitStatus.SOMETHING_FAILS);
    } catch (SessionLimits.Full e) {
      reply.complain(e.message());
      reply.exit(ExitStatus.DBG_FAILED);
    }
  }

  private Doctor doctor() {
    return Doctor.of(
        services.resolver(),
        services.audit(),
        services.toolRoots(),
        services.helper(),
        rights.policy(),
        rights.catalogue(),
        (process, kinds) -> SelfCheck.enter(services, process, kinds),
        () -> premises.loader().load().policy(),
        premises.socket(),
        premises.sessions());
  }

  private boolean maySee(Audience audience) {
    return operator.isRoot()
        || switch (audience) {
          case Audience.Everybody everybody -> true;
          case Audience.Root root -> false;
          case Audience.WhoMayRun who ->
              !rights.policy().namespacesFor(operator, who.tool(), Instant.now()).isEmpty();
        };
  }

  private static String json(List<Finding> findings) {
    StringBuilder lines = new StringBuilder();
    for (Finding finding : findings) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("area", finding.area());
      facts.put("what", finding.what());
      switch (finding.verdict()) {
        case CheckStatus.Works works -> {
          facts.put("state", "works");
          if (!works.seen().isEmpty()) {
            facts.put("seen", works.seen());
          }
        }
        case CheckStatus.Degraded degraded -> {
          facts.put("state", "degraded");
          facts.put("message", degraded.message());
        }
        case CheckStatus.Fails fails -> {
          facts.put("state", "fails");
          facts.put("message", fails.message());
        }
      }
      lines.append(Json.of(facts)).append('\n');
    }
    return lines.toString();
  }

  private static String text(List<Finding> findings) {
    Map<String, StringJoiner> fails = new LinkedHashMap<>();
    Map<String, StringJoiner> degraded = new LinkedHashMap<>();
    Map<String, StringJoiner> works = new LinkedHashMap<>();
    for (Finding finding : findings) {
      String area = finding.area() + ' ';
      switch (finding.verdict()) {
        case CheckStatus.Fails verdict ->
            add(fails, area, ": " + verdict.message(), finding.what());
        case CheckStatus.Degraded verdict ->
            add(degraded, area, ": " + verdict.message(), finding.what());
        case CheckStatus.Works verdict -> {
          String seen = verdict.seen().isEmpty() ? "" : " (" + verdict.seen() + ")";
          add(works, area, "", finding.what() + seen);
        }
      }
    }
    return lines("FAILS", fails) + lines("degraded", degraded) + lines("works", works);
  }

  /** Things of one area of which the same is to be said share a line. */
  private static void add(
      Map<String, StringJoiner> lines, String area, String message, String what) {
    lines.computeIfAbsent(area + message, key -> new StringJoiner(", ", area, message)).add(what);
  }

  private static String lines(String state, Map<String, StringJoiner> lines) {
    StringBuilder text = new StringBuilder();
    lines
        .values()
        .forEach(
            line -> text.append(RawText.printable("%-9s %s".formatted(state, line))).append('\n'));
    return text.toString();
  }
}
