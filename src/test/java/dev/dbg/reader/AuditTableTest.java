package dev.dbg.reader;

import static dev.dbg.audit.record.RecordField.OUTCOME_DURATION_US;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.answer.CellWidth;
import dev.dbg.answer.Screen;
import dev.dbg.audit.EveryEvent;
import dev.dbg.audit.Logs;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.model.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of records, with every kind of event. */
class AuditTableTest {
  private static final String COLOUR = "\u001b\\[[0-9]*m";

  private static final Screen NO_SCREEN = new Screen(0, false);
  private static final ReaderClock UTC = new ReaderClock(ZoneOffset.UTC);

  @TempDir private Path directory;

  private List<AuditTable.Row> rows = List.of();

  @BeforeEach
  void read() throws Exception {
    rows = EveryEvent.records(directory).stream().map((JsonNode record) -> event(record)).toList();
  }

  private static String table(Screen screen, List<AuditTable.Row> rows) {
    return text(new AuditTable(screen, UTC, "EVENT"), rows);
  }

  /** The row of {@code --events}. */
  static AuditTable.Row event(JsonNode record) {
    return new ListedRows(true, Optional.empty()).next(record).orElseThrow();
  }

  static String text(AuditTable table, List<AuditTable.Row> rows) {
    rows.forEach(table::expect);
    return table.heading() + rows.stream().map(table::line).collect(Collectors.joining());
  }

  @Test
  void no_line_is_wider_than_the_screen_with_colours_or_without() {
    for (int columns = 40; columns < 220; columns++) {
      String plain = table(new Screen(columns, false), rows);
      String coloured = table(new Screen(columns, true), rows);
      assertEquals(plain, coloured.replaceAll(COLOUR, ""));
      for (String line : plain.lines().toList()) {
        assertTrue(CellWidth.of(line) <= columns, columns + ": " + line);
      }
      assertEquals(rows.size() + 1, plain.lines().count());
    }
  }

  /** The client prints the heading of the rows of several hosts itself. */
  @Test
  void the_client_and_dbgd_have_one_heading() throws Exception {
    String client = Files.readString(Path.of("src/main/c/dbg/several/printed.h"));
    Matcher form = Pattern.compile("#define HEADING \"(.*)\"").matcher(client);
    assertTrue(form.find(), client);
    for (String second : List.of("STATUS", "EVENT")) {
      assertEquals(
          new AuditTable(NO_SCREEN, UTC, second).heading(),
          form.group(1).formatted("TIME", second) + "\n");
    }
  }

  @Test
  void at_eighty_columns_there_is_room_to_say_what_happened() {
    String table = table(new Screen(80, false), rows);
    String first = table.lines().skip(1).findFirst().orElseThrow();
    assertTrue(
        first.startsWith("11-24 12:00:00  intent     ann         899c1dcb  web-1 net,mnt"), first);
  }

  @Test
  void nothing_is_cut_or_shortened_for_a_file() {
    String table = table(NO_SCREEN, rows);
    assertTrue(
        table.contains("2026-11-24T12:00:00Z  intent     ann         899c1dcbe6d2a223"), table);
    assertTrue(!table.contains("…") && !table.contains("\u001b"), table);
  }

  @Test
  void what_was_refused_is_told_from_what_ran_at_a_glance() {
    String table = table(new Screen(200, true), rows);
    assertTrue(table.contains("\u001b[31mdenied\u001b[m"), table);
    assertTrue(table.contains("\u001b[31mmalformed\u001b[m"), table);
    assertTrue(table.contains("\u001b[33morphaned\u001b[m"), table);
    assertTrue(table.contains("  intent  "), table);
    // A tool's exit status is not highlighted; a time-out is.
    assertTrue(
        table.lines().anyMatch(l -> l.contains("  result  ") && l.contains("exit 3")), table);
    assertTrue(
        table.lines().anyMatch(l -> l.contains("[33mresult") && l.contains("timed out")), table);
    // A policy that was loaded, and one that was refused.
    assertTrue(table.lines().anyMatch(l -> l.contains("[2mpolicy") && l.contains("load")), table);
    assertTrue(table.lines().anyMatch(l -> l.contains("[31mpolicy") && l.contains("keep")), table);
  }

  @Test
  void a_tool_that_dbgd_killed_is_not_called_one_that_never_ran() throws Exception {
    for (Outcome killed :
        List.of(
            new Outcome.Unrecordable("no space"),
            new Outcome.Unread("nobody read"),
            new Outcome.Failed("internal error"))) {
      Path log = Files.createTempDirectory(directory, "log");
      try (AuditLog writer = Logs.open(log)) {
        writer.append(
            RecordBuilder.of(Event.RESULT).with(killed).with(OUTCOME_DURATION_US, 1_500_000));
      }
      JsonNode record = Logs.verified(log).getFirst();
      String table = table(NO_SCREEN, List.of(event(record)));
      assertTrue(table.contains("killed after 1.500 s: "), table);
      String why = record.path("outcome").properties().iterator().next().getValue().asText();
      assertTrue(table.contains(why), table);
    }
  }

  /** It has no container yet. */
  @Test
  void a_line_that_was_ended_while_it_waited_is_named_as_it_was_typed() throws Exception {
    Path log = Files.createTempDirectory(directory, "log");
    try (AuditLog writer = Logs.open(log)) {
      writer.append(
          RecordBuilder.of(Event.KILL)
              .with("target", Map.of("asked", "web"))
              .with("tool", Map.of("name", "ss"))
              .with("killed", Map.of("session", "a0", "user", "ann")));
    }
    String table = table(NO_SCREEN, List.of(event(Logs.verified(log).getFirst())));
    assertTrue(table.contains("session a0 of ann, ss in web"), table);
  }

  @Test
  void a_line_that_comes_later_stands_below_the_others() {
    for (Screen screen : List.of(NO_SCREEN, new Screen(80, false), new Screen(132, true))) {
      AuditTable table = new AuditTable(screen, UTC, "EVENT");
      List<String> printed = text(table, rows).lines().toList();
      for (int i = 0; i < rows.size(); i++) {
        assertEquals(printed.get(i + 1), table.line(rows.get(i)).stripTrailing());
      }
    }
  }
}
