package dev.dbg.doctor;

import dev.dbg.audit.record.Json;
import dev.dbg.doctor.Finding.CheckStatus;
import dev.dbg.model.RawText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Findings as {@code dbg doctor} prints them: for people, and as an object each. */
public final class FindingsText {
  private FindingsText() {}

  public static String json(List<Finding> findings) {
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
  public static String text(List<Finding> all) {
    StringBuilder text = new StringBuilder();
    all.stream().filter(FindingsText::isHost).forEach(f -> addLine(text, f.area(), f.what()));
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
    return finding.area().equals(HostLine.AREA);
  }

  private static void addLine(StringBuilder text, String heading, String line) {
    text.append(RawText.printable("%-9s %s".formatted(heading, line))).append('\n');
  }
}
