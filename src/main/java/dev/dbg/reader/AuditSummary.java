package dev.dbg.reader;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.answer.Screen;
import dev.dbg.answer.TextTable;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.IntentHead;
import dev.dbg.audit.record.LineHead;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.audit.record.RecordWords;
import dev.dbg.model.QuotedText;
import dev.dbg.model.Refusal.Denial;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** {@code dbg audit summary}: sessions, refusals and mistyped commands, the most frequent first. */
final class AuditSummary {
  /** The most characters of all keys together. Further keys are counted together. */
  private static final int MOST_HELD = 1 << 20;

  private static final int MOST_SHOWN = 50;
  private static final String OTHERS = "(others)";

  private record CountedHour(String hour, long runs, long refused) {}

  /** The most containers' texts in memory, each of some hundred bytes. */
  private static final int MOST_TARGETS = 500;

  /** The hour of a time, as a key; the most keys are those of eleven years. */
  private static final String HOUR = "2026-11-24T12";

  private static final int MOST_HOURS = 100_000;

  private final Map<String, long[]> hours = new TreeMap<>();
  private final Map<String, String> targets = new HashMap<>();
  private final Map<List<String>, Long> runs = new HashMap<>();
  private final Map<List<String>, Long> refusals = new HashMap<>();
  private final Map<List<String>, Long> unaccepted = new HashMap<>();
  private final Map<Denial, Long> denials = new EnumMap<>(Denial.class);
  private long held;
  private long sessions;
  private long orphaned;
  private String first = "-";
  private String last = "-";

  /** Counts a line of the log. Most are the begin or end of a session, and need no parsing. */
  void count(String line, LineHead head) {
    if (head.is(Event.RESULT)) {
      saw(head.time());
      return;
    }
    Optional<IntentHead> intent =
        head.is(Event.INTENT) ? IntentHead.of(line, head) : Optional.empty();
    if (intent.isPresent()) {
      saw(head.time());
      countRun(head.time(), intent.get().user(), target(intent.get()), intent.get().tool());
    } else {
      AuditReader.read(line).ifPresent(read -> count(read.fields()));
    }
  }

  /**
   * Returns the container of an INTENT. The texts are cached: most sessions are in few containers.
   */
  private String target(IntentHead intent) {
    String known = targets.get(intent.target());
    if (known != null) {
      return known;
    }
    String target =
        ParsedRecord.object("{\"%s\":%s}".formatted(TARGET.word(), intent.target()))
            .map(RecordWords::target)
            .orElse("");
    if (targets.size() >= MOST_TARGETS) {
      targets.clear();
    }
    targets.put(intent.target(), target);
    return target;
  }

  private void saw(String time) {
    first = first.equals("-") || time.compareTo(first) < 0 ? time : first;
    last = time.compareTo(last) > 0 ? time : last;
  }

  /** Adds to the sessions and refusals of an hour. */
  private void countAt(String time, long ran, long refused) {
    String hour = time.substring(0, Math.min(time.length(), HOUR.length()));
    if (hours.size() < MOST_HOURS || hours.containsKey(hour)) {
      long[] both = hours.computeIfAbsent(hour, _ -> new long[2]);
      both[0] += ran;
      both[1] += refused;
    }
  }

  private void countRun(String time, String user, String target, String tool) {
    sessions++;
    countAt(time, 1, 0);
    add(1, runs, List.of(user, target, tool));
  }

  void count(JsonNode record) {
    saw(TIME.text(record));
    long times = REPEATED_COUNT.of(record).asLong(1);
    if (UNWRITTEN.isIn(record)) {
      countUnwritten(record);
      return;
    }
    String user = OPERATOR_USER.text(record, "-");
    switch (Event.of(record)) {
      case INTENT ->
          countRun(
              TIME.text(record), user, RecordWords.target(record), TOOL_NAME.text(record, "-"));
      case DENIED, MISTYPED, MALFORMED ->
          countDenial(Event.denial(record).orElse(Denial.RULE), times, user, record);
      case ORPHANED -> orphaned++;
      case null, default -> {
        // These records are not about a request.
      }
    }
  }

  private void countDenial(Denial denial, long times, String user, JsonNode record) {
    denials.merge(denial, times, Long::sum);
    if (denial.isRefusal()) {
      countAt(TIME.text(record), 0, times);
    }
    String why = DECISION_WHY.text(record);
    switch (denial) {
      case RULE -> add(times, refusals, List.of(user, why));
      case ENTRY, TOOL -> add(times, unaccepted, List.of(user, why));
      case FAILED, MISTYPED, MALFORMED -> {
        // Only their number is shown.
      }
    }
  }

  private long counted(Denial... kinds) {
    return Stream.of(kinds).mapToLong(kind -> denials.getOrDefault(kind, 0L)).sum();
  }

  /** Adds a user's refusals that were only counted and have no records. */
  private void countUnwritten(JsonNode record) {
    JsonNode events = UNWRITTEN_EVENTS.of(record);
    long denied = events.path(Event.DENIED.word()).asLong();
    denials.merge(Denial.RULE, denied, Long::sum);
    countAt(TIME.text(record), 0, denied);
    denials.merge(Denial.MISTYPED, events.path(Event.MISTYPED.word()).asLong(), Long::sum);
    denials.merge(Denial.MALFORMED, events.path(Event.MALFORMED.word()).asLong(), Long::sum);
    if (denied > 0) {
      add(
          denied,
          refusals,
          List.of(OPERATOR_USER.text(record, "-"), "(without a record of its own)"));
    }
  }

  private void add(long times, Map<List<String>, Long> counts, List<String> words) {
    // Most words are short and known.
    if (counts.computeIfPresent(words, (kind, before) -> before + times) != null) {
      return;
    }
    List<String> kind = words.stream().map(QuotedText::of).toList();
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

  String text(Screen screen, ReaderClock clock) {
    return "%d runs, %d refused, %d not accepted\n%d mistyped, %d failed, %d malformed, %d orphaned\n"
            .formatted(
                sessions,
                counted(Denial.RULE),
                counted(Denial.ENTRY, Denial.TOOL),
                counted(Denial.MISTYPED),
                counted(Denial.FAILED),
                counted(Denial.MALFORMED),
                orphaned)
        + period(screen, clock)
        + table(List.of("RUNS", "OPERATOR", "CONTAINER", "TOOL"), runs, screen)
        + table(List.of("REFUSED", "OPERATOR", "WHY"), refusals, screen)
        + table(List.of("NOT ACCEPTED", "OPERATOR", "WHY"), unaccepted, screen);
  }

  /** Puts the zone last, where a narrow screen cuts it off. */
  private String period(Screen screen, ReaderClock clock) {
    String zone = clock.zoneName().map(" "::concat).orElse("");
    return screen.fitted(clock.shown(first) + " to " + clock.shown(last) + zone) + "\n";
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
    facts.put("refused", counted(Denial.RULE));
    facts.put("unaccepted", counted(Denial.ENTRY, Denial.TOOL));
    facts.put("mistyped", counted(Denial.MISTYPED));
    facts.put("failed", counted(Denial.FAILED));
    facts.put("malformed", counted(Denial.MALFORMED));
    facts.put("orphaned", orphaned);
    facts.put(
        "hours",
        hours.entrySet().stream()
            .map(e -> new CountedHour(e.getKey(), e.getValue()[0], e.getValue()[1]))
            .toList());
    facts.put("by", facts(List.of("operator", "container", "tool"), runs));
    facts.put("refusals", facts(List.of("operator", "why"), refusals));
    facts.put("unaccepted_by", facts(List.of("operator", "why"), unaccepted));
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
