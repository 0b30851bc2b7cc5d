package dev.dbg.review;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.answer.Screen;
import dev.dbg.answer.TextTable;
import dev.dbg.audit.record.Event;
import dev.dbg.model.Shortened;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code dbg audit summary}: runs and refusals, the most frequent first. */
final class AuditSummary {
  /** The most characters of all keys; further keys are counted together as others. */
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
    String time = TIME.text(record);
    first = time;
    last = last.equals("-") ? time : last;
    long times = REPEATED_COUNT.of(record).asLong(1);
    if (UNWRITTEN.isIn(record)) {
      countUnwritten(record);
      return;
    }
    String user = OPERATOR_USER.text(record, "-");
    switch (Event.of(record)) {
      case INTENT -> {
        sessions++;
        add(1, runs, List.of(user, AuditTable.target(record), TOOL_NAME.text(record, "-")));
      }
      case DENIED -> {
        refused += times;
        String unknown = TOO_LONG.isIn(record) ? "(too long to be read)" : "";
        add(times, refusals, List.of(user, DECISION_WHY.text(record, unknown)));
      }
      case MALFORMED -> malformed += times;
      case ORPHANED -> orphaned++;
      case null, default -> {
        // These records are not about a request.
      }
    }
  }

  /** Counts one user's refusals that have no records of their own. */
  private void countUnwritten(JsonNode record) {
    JsonNode events = UNWRITTEN_EVENTS.of(record);
    long denied = events.path(Event.DENIED.word()).asLong();
    refused += denied;
    malformed += events.path(Event.MALFORMED.word()).asLong();
    if (denied > 0) {
      add(
          denied,
          refusals,
          List.of(OPERATOR_USER.text(record, "-"), "(without a record of its own)"));
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
