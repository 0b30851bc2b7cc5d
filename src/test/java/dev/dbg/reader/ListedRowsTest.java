package dev.dbg.reader;

import static dev.dbg.audit.record.RecordField.ENDED_HOW;
import static dev.dbg.audit.record.RecordField.ENDED_USER;
import static dev.dbg.audit.record.RecordField.OPERATOR;
import static dev.dbg.audit.record.RecordField.OPERATOR_SOURCE;
import static dev.dbg.audit.record.RecordField.OUTCOME_DURATION_US;
import static dev.dbg.audit.record.RecordField.OUTCOME_SHORT_OF;
import static dev.dbg.audit.record.RecordField.REASON;
import static dev.dbg.audit.record.RecordField.RECORDED;
import static dev.dbg.audit.record.RecordField.SESSION;
import static dev.dbg.audit.record.RecordField.TAB;
import static dev.dbg.audit.record.RecordField.WHY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.answer.CellWidth;
import dev.dbg.answer.Screen;
import dev.dbg.audit.EveryEvent;
import dev.dbg.audit.Logs;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.Query;
import dev.dbg.audit.read.Selection;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.AuditSettings;
import dev.dbg.model.Outcome;
import dev.dbg.model.Samples;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The list of sessions, from records in the order in which they are written and backwards. */
class ListedRowsTest {
  private static final Query SESSIONS = query(Optional.empty(), false, Optional.empty());

  private static final ReaderClock UTC = new ReaderClock(ZoneOffset.UTC);

  @TempDir private Path directory;

  private static Query query(Optional<String> reason, boolean recorded, Optional<String> from) {
    return new Query(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        false,
        Optional.empty(),
        Optional.empty(),
        reason,
        recorded,
        from,
        true);
  }

  private static RecordBuilder about(Event event, String session) {
    return RecordBuilder.of(event).with(SESSION, session).with(Samples.operator("ann"));
  }

  private static RecordBuilder begin(String session, String argument) {
    return about(Event.INTENT, session)
        .with(Samples.container("web-1"))
        .with("namespaces", List.of("net"))
        .with("tool", Map.of("name", "ss", "argv_typed", List.of(argument)));
  }

  private static RecordBuilder end(String session, Outcome outcome) {
    return about(Event.RESULT, session).with(outcome).with(OUTCOME_DURATION_US, 24_967);
  }

  /** The sessions lie in each other, and what dbgd does by itself lies between them. */
  @BeforeEach
  void write() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      log.append(RecordBuilder.of(Event.DAEMON).with("action", "start").with("version", "1"));
      log.append(
          begin("a0", "-t").with(REASON, "INC-4711: ss, denied").with(OPERATOR_SOURCE, "10.1.0.7"));
      log.append(begin("a1", "-u").with(RECORDED, true));
      log.append(end("a1", new Outcome.Exited(3)).with(OUTCOME_SHORT_OF, List.of("memory")));
      log.append(begin("a2", "-x").with(TAB, true));
      log.append(end("a0", new Outcome.Exited(0)));
      log.append(end("a2", new Outcome.Signalled(9)));
      log.append(begin("a3", "-l"));
      log.append(
          end("a3", new Outcome.Signalled(15)).with(ENDED_HOW, "kill").with(ENDED_USER, "root"));
      log.append(begin("a4", "-n"));
      log.append(end("a4", new Outcome.TimedOut()));
      log.append(begin("a5", "-n"));
      log.append(end("a5", new Outcome.NotRun(125, "it is gone")));
      log.append(about(Event.READ, "a6").with("argv", List.of("audit")));
      log.append(begin("a7", "-r"));
      log.append(about(Event.ORPHANED, "a7").with(WHY, "dbgd ended"));
      log.append(
          about(Event.DENIED, "a8")
              .with(REASON, "why not")
              .with("argv", List.of("explain", "web-1"))
              .with("decision", Map.of("allowed", false, "kind", "rule", "why", "no rule")));
      log.append(
          about(Event.DENIED, "a9")
              .with("argv", List.of("explain", "web-1"))
              .with("decision", Map.of("allowed", false, "kind", "failed", "why", "no answer")));
      for (Map<String, Object> ended :
          List.of(Map.<String, Object>of(), Map.<String, Object>of("how", "kill"))) {
        log.append(
            about(Event.DENIED, "aa")
                .with("argv", List.of("web-1", "ss"))
                .with("decision", Map.of("allowed", false, "kind", "failed", "why", "ended"))
                .with("outcome", Map.of("signal", 15, "status", 143))
                .with("ended", ended.isEmpty() ? null : ended));
      }
      log.append(about(Event.MISTYPED, "b0").with("argv", List.of("ent")).with(WHY, "no verb"));
      log.append(begin("b1", "-s"));
      log.append(RecordBuilder.of(Event.SEAL).with("seal", Map.of("epoch", 0, "key", "ab")));
    }
  }

  /** As {@code dbg audit} reads them. */
  private List<AuditTable.Row> backward(Query query, ListedRows sessions, int count)
      throws Exception {
    List<AuditTable.Row> rows = new ArrayList<>();
    AuditReader.backward(
        directory,
        query,
        _ -> true,
        read -> {
          sessions.backward(read.fields()).ifPresent(rows::add);
          return rows.size() < count;
        });
    return rows.reversed();
  }

  private static List<String> shown(List<AuditTable.Row> rows) {
    return rows.stream()
        .map(row -> String.join(" | ", row.cells().subList(1, row.cells().size())))
        .toList();
  }

  private List<String> shown(Query query) throws Exception {
    return shown(backward(query, new ListedRows(false, Optional.empty()), 100));
  }

  /** Otherwise {@code -w /root/.ssh ... cat id_rsa} reads as a line about another file. */
  @Test
  void a_line_says_where_and_as_whom_the_tool_ran() throws Exception {
    List<String> lines =
        EveryEvent.records(directory).stream()
            .filter(Event.INTENT::is)
            .map(record -> AuditTableTest.event(record).cells().getLast())
            .toList();
    assertTrue(
        lines.contains("web-1 net,mnt -u 33:33 -w /root/.ssh -- ss -t 'a b'"), lines::toString);
  }

  @Test
  void each_session_is_one_row_in_the_order_in_which_they_began() throws Exception {
    assertEquals(
        List.of(
            "exit 0 after 0.025 s | ann from 10.1.0.7 | a0 | web-1 net -- ss -t  # INC-4711: ss,"
                + " denied",
            "exit 3 after 0.025 s | ann | a1 | (rec) web-1 net -- ss -u, short of memory",
            "signal 9 after 0.025 s | ann | a2 | (Tab) web-1 net -- ss -x",
            "killed after 0.025 s | ann | a3 | web-1 net -- ss -l, ended by root with dbg kill",
            "timeout after 0.025 s | ann | a4 | web-1 net -- ss -n",
            "failed | ann | a5 | web-1 net -- ss -n: it is gone",
            "unfinished | ann | a7 | web-1 net -- ss -r: dbgd ended",
            "refused | ann | a8 | explain web-1: no rule  # why not",
            "failed | ann | a9 | explain web-1: no answer",
            "signal 15 | ann | aa | web-1 ss: ended",
            "killed | ann | aa | web-1 ss: ended",
            "mistyped | ann | b0 | ent: no verb",
            "running | ann | b1 | web-1 net -- ss -s"),
        shown(SESSIONS));
  }

  @Test
  void the_newest_are_counted_by_session() throws Exception {
    assertEquals(
        List.of("aa", "b0", "b1"),
        backward(SESSIONS, new ListedRows(false, Optional.empty()), 3).stream()
            .map(row -> row.cells().get(3))
            .toList());
  }

  @ParameterizedTest
  @CsvSource({
    "0, a0",
    "3, a1",
    "9, ''",
    "exit, a0 a1",
    "signal, a2 aa",
    "killed, a3 aa",
    "timeout, a4",
    "failed, a5 a9",
    "unfinished, a7",
    "refused, a8",
    "mistyped, b0",
    "running, b1"
  })
  void a_status_is_asked_for_as_it_is_shown(String status, String found) throws Exception {
    assertEquals(
        found,
        String.join(
            " ",
            backward(SESSIONS, new ListedRows(false, Optional.of(status)), 100).stream()
                .map(row -> row.cells().get(3))
                .toList()));
  }

  @Test
  void a_session_is_found_by_its_reason_its_recording_and_its_source() throws Exception {
    List<String> all = shown(SESSIONS);
    assertEquals(List.of(all.get(0)), shown(query(Optional.of("C-47"), false, Optional.empty())));
    assertEquals(List.of(all.get(7)), shown(query(Optional.of("why n"), false, Optional.empty())));
    assertEquals(List.of(), shown(query(Optional.of("INC-47110"), false, Optional.empty())));
    assertEquals(List.of(all.get(1)), shown(query(Optional.empty(), true, Optional.empty())));
    assertEquals(List.of(all.get(0)), shown(query(Optional.empty(), false, Optional.of("10.1.*"))));
    assertEquals(List.of(), shown(query(Optional.empty(), false, Optional.of("10.1"))));
  }

  /** How it was at that time: an end that came later is not looked for. */
  @Test
  void what_had_not_ended_by_until_was_running() throws Exception {
    Path more = directory.resolve("more");
    Instant first = Instant.parse("2026-11-24T12:00:00Z");
    AtomicReference<Instant> now = new AtomicReference<>(first);
    InstantSource clock = now::get;
    try (AuditLog log =
        AuditLog.open(AuditSettings.plain(more), Logs.BOOT, clock.withZone(ZoneOffset.UTC))) {
      log.append(begin("f0", "-t"));
      now.set(first.plusSeconds(60));
      log.append(end("f0", new Outcome.Exited(0)));
      log.append(begin("f1", "-t"));
    }
    assertEquals(List.of(), statuses(more, first));
    assertEquals(List.of("running"), statuses(more, first.plusSeconds(60)));
    assertEquals(List.of("exit 0 after 0.025 s", "running"), statuses(more, first.plusSeconds(61)));
  }

  private static List<String> statuses(Path log, Instant until) throws Exception {
    Query query =
        new Query(
            Optional.empty(),
            Optional.of(until),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty(),
            true);
    ListedRows sessions = new ListedRows(false, Optional.empty());
    List<String> statuses = new ArrayList<>();
    AuditReader.backward(
        log,
        query,
        _ -> true,
        read -> {
          sessions.backward(read.fields()).ifPresent(row -> statuses.add(row.cells().get(1)));
          return true;
        });
    return statuses.reversed();
  }

  @Test
  void who_follows_sees_a_session_begin_and_end_each_in_a_row_that_says_what_it_is()
      throws Exception {
    ListedRows sessions = new ListedRows(false, Optional.empty());
    List<AuditTable.Row> rows = new ArrayList<>();
    Selection selection = new Selection(SESSIONS);
    Logs.verified(directory).stream()
        .filter(record -> selection.picks(record, _ -> true))
        .forEach(record -> sessions.next(record).ifPresent(rows::add));
    List<String> shown = shown(rows);
    assertEquals(
        "running | ann from 10.1.0.7 | a0 | web-1 net -- ss -t  # INC-4711: ss, denied",
        shown.get(0));
    assertEquals("running | ann | a1 | (rec) web-1 net -- ss -u", shown.get(1));
    assertEquals(
        "exit 3 after 0.025 s | ann | a1 | (rec) web-1 net -- ss -u, short of memory",
        shown.get(2));
    assertEquals(
        "exit 0 after 0.025 s | ann | a0 | web-1 net -- ss -t  # INC-4711: ss, denied",
        shown.get(4));
    assertTrue(shown.contains("refused | ann | a8 | explain web-1: no rule  # why not"));
    assertEquals("running | ann | b1 | web-1 net -- ss -s", shown.getLast());
    assertEquals(20, shown.size(), shown::toString);
  }

  /** The session began before the list; and of many that run, some lines are not held. */
  @Test
  void an_end_is_shown_also_if_what_began_is_not_held() throws Exception {
    ListedRows sessions = new ListedRows(false, Optional.empty());
    List<AuditTable.Row> running = backward(SESSIONS, sessions, 1);
    assertEquals("running", running.getFirst().cells().get(1));
    Path more = directory.resolve("more");
    try (AuditLog log = Logs.open(more)) {
      for (int i = 0; i < 300; i++) {
        log.append(begin("c" + i, "-t"));
      }
      log.append(end("c299", new Outcome.Exited(0)));
      log.append(end("c0", new Outcome.Exited(0)));
      log.append(end("unheard-of", new Outcome.Exited(0)));
    }
    List<String> ends =
        Logs.verified(more).stream()
            .flatMap(record -> sessions.next(record).stream())
            .skip(300)
            .map(row -> row.cells().get(3) + " " + row.cells().getLast())
            .toList();
    assertEquals(List.of("c299 web-1 net -- ss -t", "c0 ", "unheard-of "), ends);
  }

  @Test
  void a_row_of_any_length_is_held_short() throws Exception {
    Path more = directory.resolve("more");
    try (AuditLog log = Logs.open(more)) {
      log.append(begin("d0", "😀".repeat(3000)).with(REASON, "x".repeat(4000)));
    }
    String what =
        new ListedRows(false, Optional.empty())
            .backward(Logs.verified(more).getFirst())
            .orElseThrow()
            .cells()
            .getLast();
    assertTrue(what.startsWith("web-1 net -- ss '😀"), what);
    assertTrue(what.endsWith("x…") && what.length() < 3000, what);
  }

  /** A name of 253 characters would leave no room for what was run. */
  @Test
  void a_long_source_is_cut_and_a_later_row_with_wider_cells_keeps_them_apart() throws Exception {
    Path more = directory.resolve("more");
    try (AuditLog log = Logs.open(more)) {
      log.append(begin("e0", "-t"));
      log.append(begin("e1", "-t").with(OPERATOR_SOURCE, "h".repeat(253)));
      log.append(end("e0", new Outcome.Exited(0)));
    }
    ListedRows sessions = new ListedRows(false, Optional.empty());
    AuditTable table = new AuditTable(new Screen(0, false), UTC, "STATUS");
    String printed = table.heading();
    for (JsonNode record : Logs.verified(more)) {
      printed += sessions.next(record).map(table::line).orElseThrow();
    }
    assertTrue(printed.contains("Z  running    ann from " + "h".repeat(39) + "…  e1 "), printed);
    assertTrue(printed.contains("Z  exit 0 after 0.025 s  ann "), printed);
  }

  @Test
  void no_line_is_wider_than_the_screen_and_a_narrow_one_has_what_and_how() throws Exception {
    Path every = directory.resolve("every");
    List<AuditTable.Row> rows =
        new ArrayList<>(backward(SESSIONS, new ListedRows(false, Optional.empty()), 100));
    ListedRows sessions = new ListedRows(false, Optional.empty());
    EveryEvent.records(every).reversed().stream()
        .filter(record -> OPERATOR.isIn(record) && !Event.READ.is(record))
        .forEach(record -> sessions.backward(record).ifPresent(rows::add));
    for (int columns : IntStream.range(40, 220).toArray()) {
      String plain = table(rows, new Screen(columns, false));
      assertEquals(
          plain, table(rows, new Screen(columns, true)).replaceAll("\u001b\\[[0-9]*m", ""));
      plain.lines().forEach(line -> assertTrue(CellWidth.of(line) <= columns, line));
    }
    List<String> narrow = table(rows, new Screen(80, true)).lines().toList();
    assertEquals(
        "\u001b[1mTIME            STATUS      OPERATOR    SESSION   WHAT\u001b[m", narrow.get(0));
    assertEquals(
        "11-24 12:00:00  exit 0      ann         a0        web-1 net -- ss -t  # INC-471…",
        narrow.get(1));
    assertTrue(narrow.get(8).contains("\u001b[31mrefused\u001b[m "), narrow.get(8));
  }

  private static String table(List<AuditTable.Row> rows, Screen screen) {
    return AuditTableTest.text(new AuditTable(screen, UTC, "STATUS"), rows);
  }
}
