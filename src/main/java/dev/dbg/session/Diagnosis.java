package dev.dbg.session;

import dev.dbg.doctor.Audience;
import dev.dbg.doctor.Doctor;
import dev.dbg.doctor.Finding;
import dev.dbg.doctor.Verdict;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.model.RawText;
import dev.dbg.wire.Reply;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * {@code dbg doctor}: what will not work, then what could be better, then what works. Of tools,
 * engines and rules an operator is told what concerns them; root is told all.
 */
final class Diagnosis {
  private final House house;
  private final House.Rights rights;
  private final Operator operator;
  private final Reply reply;

  Diagnosis(House house, House.Rights rights, Operator operator, Reply reply) {
    this.house = house;
    this.rights = rights;
    this.operator = operator;
    this.reply = reply;
  }

  void print(boolean json) {
    try (Limits.Place _ = house.limits().take(operator.uid())) {
      List<Finding> shown =
          doctor().examine().stream().filter(finding -> maySee(finding.audience())).toList();
      reply.print(json ? json(shown) : text(shown));
      boolean well = shown.stream().noneMatch(f -> f.verdict() instanceof Verdict.Fails);
      reply.exit(well ? ExitStatus.OK : ExitStatus.SOMETHING_FAILS);
    } catch (Limits.Full e) {
      reply.complain(e.message());
      reply.exit(ExitStatus.DBG_FAILED);
    }
  }

  private Doctor doctor() {
    return Doctor.of(
        house.resolver(),
        house.audit(),
        house.views(),
        house.helper(),
        rights.policy(),
        rights.catalogue(),
        (process, kinds) -> SelfCheck.enter(house, process, kinds),
        () -> house.premises().loader().load().policy(),
        house.premises().socket(),
        house.premises().sessions());
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
        case Verdict.Works works -> {
          facts.put("state", "works");
          if (!works.seen().isEmpty()) {
            facts.put("seen", works.seen());
          }
        }
        case Verdict.Degraded degraded -> {
          facts.put("state", "degraded");
          facts.put("message", degraded.message());
        }
        case Verdict.Fails fails -> {
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
        case Verdict.Fails verdict -> add(fails, area, ": " + verdict.message(), finding.what());
        case Verdict.Degraded verdict ->
            add(degraded, area, ": " + verdict.message(), finding.what());
        case Verdict.Works verdict -> {
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
