package dev.dbg.doctor;

import static java.util.stream.Collectors.joining;

import dev.dbg.audit.record.Json;
import dev.dbg.doctor.Finding.CheckStatus;
import dev.dbg.doctor.Finding.Health;
import dev.dbg.model.RawText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Formats findings as {@code dbg doctor} prints them: as text, or as one JSON object a line. */
public final class FindingsText {
  /** The width of a list of names, in characters; a longer list takes several lines. */
  private static final int WIDTH = 85;

  /** The verdict names at most so many failed checks, and so many degraded ones. */
  private static final int NAMED = 5;

  private FindingsText() {}

  public static String json(List<Finding> findings) {
    StringBuilder lines = new StringBuilder();
    for (Finding finding : findings) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("area", finding.area());
      fields.put("what", finding.what());
      CheckStatus status = finding.status();
      fields.put("state", status.health().word());
      if (!status.isGood()) {
        fields.put("message", status.message());
      } else if (!status.message().isEmpty()) {
        fields.put("seen", status.message());
      }
      lines.append(Json.of(fields)).append('\n');
    }
    return lines.toString();
  }

  /** Findings with the same area and the same problem share a line; {@code ""} if all is well. */
  private record FindingLine(String area, String problem) {}

  /** Returns a line about the host, then the findings, the worst first, and last a verdict. */
  public static String text(List<Finding> all) {
    StringBuilder text = new StringBuilder();
    all.stream().filter(FindingsText::isHost).forEach(f -> addLine(text, f.area(), f.what()));
    List<Finding> findings = all.stream().filter(f -> !isHost(f)).toList();
    for (Health health : Health.values()) {
      Map<FindingLine, List<String>> lines = new LinkedHashMap<>();
      findings.stream()
          .filter(finding -> finding.status().health() == health)
          .forEach(f -> lines.computeIfAbsent(line(f), _ -> new ArrayList<>()).add(name(f)));
      String heading = health == Health.FAILS ? "FAILS" : health.word();
      lines.forEach((line, names) -> addNames(text, heading, line, names));
    }
    return text.append(RawText.printable(verdict(findings))).append('\n').toString();
  }

  private static FindingLine line(Finding finding) {
    CheckStatus status = finding.status();
    return new FindingLine(finding.area(), status.isGood() ? "" : ": " + status.message());
  }

  private static String name(Finding finding) {
    CheckStatus status = finding.status();
    return status.isGood() && !status.message().isEmpty()
        ? "%s (%s)".formatted(finding.what(), status.message().replace("Debian's ", ""))
        : finding.what();
  }

  /** Each line begins with the heading and the area, so that grep(1) finds every name. */
  private static void addNames(
      StringBuilder text, String heading, FindingLine line, List<String> names) {
    String start = "";
    for (String name : names) {
      if (line.problem().isEmpty() && start.length() + name.length() > WIDTH) {
        addLine(text, heading, line.area() + ' ' + start);
        start = "";
      }
      start += start.isEmpty() ? name : ", " + name;
    }
    addLine(text, heading, line.area() + ' ' + start + line.problem());
  }

  private static String verdict(List<Finding> findings) {
    List<String> failed = names(findings, Health.FAILS);
    List<String> degraded = names(findings, Health.DEGRADED);
    String of = " of %d checks ".formatted(findings.size() - names(findings, Health.ABSENT).size());
    String verdict =
        failed.isEmpty()
            ? "dbg will work here"
            : "some sessions will fail here; " + failed.size() + of + "failed: " + first(failed);
    return degraded.isEmpty()
        ? verdict
        : verdict
            + "; %d%s%s degraded: %s"
                .formatted(
                    degraded.size(), of, degraded.size() == 1 ? "is" : "are", first(degraded));
  }

  private static List<String> names(List<Finding> findings, Health health) {
    return findings.stream()
        .filter(finding -> finding.status().health() == health)
        .map(finding -> finding.area() + ' ' + finding.what())
        .toList();
  }

  private static String first(List<String> names) {
    String first = names.stream().limit(NAMED).collect(joining(", "));
    return names.size() > NAMED ? first + ", ..." : first;
  }

  private static boolean isHost(Finding finding) {
    return finding.area().equals(HostLine.AREA);
  }

  private static void addLine(StringBuilder text, String heading, String line) {
    text.append(RawText.printable("%-9s %s".formatted(heading, line))).append('\n');
  }
}
