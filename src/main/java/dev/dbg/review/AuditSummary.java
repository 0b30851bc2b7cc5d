package dev.dbg.review;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.answer.Screen;
import dev.dbg.answer.TextTable;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.model.Shortened;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code dbg audit summary}: who did what where, and what was refused, the most frequent first. */
final class AuditSummary {
  /** How much is told apart, in characters. */
  private static final int MOST_HELD = 1 << 20;

  private static final int MOST_SHOWN = 50;
  private static final String OTHERS = "(others)";

  private final Map<List<String>, Long> runs = new HashMap<>();
  private final Map<List<String>, Long> refusals = new HashMap<>();
  private long held;
  private long sessions;
  private long refused;
  private long malformed;
  private long orphaned;
  private String first = "-";
  private String last = "-";

  void count(JsonNode record) {
    String time = record.path("time").asText();
    first = time;
    last = last.equals("-") ? time : last;
    long times = record.path("repeated").path("count").asLong(1);
    if (record.has("unwritten")) {
      countUnwritten(record);
      return;
    }
    String user = record.path("operator").path("user").asText("-");
    String tool = record.path("tool").path("name").asText("-");
    switch (record.path("event").asText()) {
      case "intent" -> {
        sessions++;
        add(1, runs, List.of(user, AuditTable.target(record.path("target")), tool));
      }
      case "denied" -> {
        refused += times;
        String unknown = record.has(ParsedRecord.TOO_LONG) ? "(too long to be read)" : "";
        add(times, refusals, List.of(user, record.path("decision").path("why").asText(unknown)));
      }
      case "malformed" -> malformed += times;
      case "orphaned" -> orphaned++;
      default -> {
        // Not about what somebody asked for.
      }
    }
  }

  /** What one user's refusals were that have no record of their own; why is not known of each. */
  private void countUnwritten(JsonNode record) {
    JsonNode events = record.path("unwritten").path("events");
    long denied = events.path("denied").asLong();
    refused += denied;
    malformed += events.path("malformed").asLong();
    if (denied > 0) {
      add(
          denied,
          refusals,
          List.of(
              record.path("operator").path("user").asText("-"), "(without a record of its own)"));
    }
  }

  private void add(long times, Map<List<String>, Long> counts, List<String> words) {
    List<String> kind = words.stream().map(Shortened::of).toList();
    if (!counts.containsKey(kind)) {
      long size = kind.stream().mapToLong(String::length).sum();
      if (held + size > MOST_HELD) {
        kind = kind.stream().map(word -> OTHERS).toList();
      } else {
        held += size;
      }
    }
    counts.merge(kind, times, Long::sum);
  }

  private static List<Map.Entry<List<String>, Long>> most(Map<List<String>, Long> counts) {
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<List<String>, Long>comparingByValue()
                .reversed()
                .thenComparing(e -> String.join(" ", e.getKey()), Comparator.naturalOrder()))
        .limit(MOST_SHOWN)
        .toList();
  }

  String text(Screen screen) {
    return "%d runs, %d refused, %d malformed, %d orphaned\n%s to %s\n"
            .formatted(sessions, refused, malformed, orphaned, seconds(first), seconds(last))
        + table(List.of("RUNS", "OPERATOR", "CONTAINER", "TOOL"), runs, screen)
        + table(List.of("REFUSED", "OPERATOR", "WHY"), refusals, screen);
  }

  private static String seconds(String time) {
    return time.replaceFirst("\\.\\d+Z$", "Z");
  }

  private static String table(List<String> heading, Map<List<String>, Long> counts, Screen screen) {
    if (counts.isEmpty()) {
      return "";
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(heading);
    for (Map.Entry<List<String>, Long> one : most(counts)) {
      List<String> row = new ArrayList<>(List.of(one.getValue().toString()));
      row.addAll(one.getKey());
      rows.add(row);
    }
    return "\n" + TextTable.of(rows, screen);
  }

  Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("first", first);
    facts.put("last", last);
    facts.put("runs", sessions);
    facts.put("refused", refused);
    facts.put("malformed", malformed);
    facts.put("orphaned", orphaned);
    facts.put("by", facts(List.of("operator", "container", "tool"), runs));
    facts.put("refusals", facts(List.of("operator", "why"), refusals));
    return facts;
  }

  private static List<Map<String, Object>> facts(
      List<String> names, Map<List<String>, Long> counts) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Map.Entry<List<String>, Long> one : most(counts)) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("count", one.getValue());
      for (int i = 0; i < names.size(); i++) {
        facts.put(names.get(i), one.getKey().get(i));
      }
      all.add(facts);
    }
    return all;
  }
}
