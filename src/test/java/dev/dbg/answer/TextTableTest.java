package dev.dbg.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.record.Json;
import dev.dbg.model.Outcome;
import dev.dbg.model.amount.Durations;
import dev.dbg.policy.rule.Bounds;
import dev.dbg.policy.rule.Decision;
import dev.dbg.policy.rule.RecordingMode;
import dev.dbg.policy.rule.Terms;
import dev.dbg.session.Messages;
import dev.dbg.session.TimeLimit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The output that operators read: tables, lines of JSON, messages about how a session ended. */
class TextTableTest {
  @Test
  void columns_are_as_wide_as_their_widest_cell() {
    assertEquals(
        """
        TOOL     SHOWS
        ss       sockets
        netstat  more
        """,
        TextTable.of(
            List.of(
                List.of("TOOL", "SHOWS"), List.of("ss", "sockets"), List.of("netstat", "more"))));
  }

  /** A stranger's name would otherwise be as long again in each row. */
  @Test
  void a_column_is_not_as_wide_as_a_name_without_an_end() {
    String name = "x".repeat(900_000);
    String table =
        TextTable.of(
            List.of(List.of("NAME", "IMAGE"), List.of(name, "evil"), List.of("web", "honest")));
    assertTrue(table.length() < 1500, () -> "characters: " + table.length());
    assertTrue(table.contains("\u2026  evil\n"), table);
  }

  @Test
  void a_heading_alone_is_a_table() {
    assertEquals("A  B\n", TextTable.of(List.of(List.of("A", "B"))));
  }

  @Test
  void no_line_ends_in_white_space() {
    assertEquals("A\nb\n", TextTable.of(List.of(List.of("A", ""), List.of("b", ""))));
  }

  @Test
  void no_cell_splits_a_row_or_paints_the_terminal() {
    String table =
        TextTable.of(
            List.of(
                List.of("NAME", "IMAGE"),
                List.of("a\nroot  running", "\u001b[2Jx"),
                List.of("\u202eb", "\u009b1m\udcff")));
    assertEquals(
        """
        NAME                 IMAGE
        a\\x0aroot  running  \\x1b[2Jx
        \\u202eb             \\x9b1m\\xff
        """
            .replace("NAME                 ", "NAME                "),
        table);
    assertEquals(3, table.lines().count());
  }

  @Test
  void json_is_one_line_of_ascii() {
    String json = Json.of(Map.of("name", "ä\n\u001b[2J\u007f\u009b\u2028\udcff\""));
    assertEquals("{\"name\":\"\\u00E4\\n\\u001B[2J\\u007f\\u009B\\u2028\\uDCFF\\\"\"}", json);
    assertTrue(json.chars().allMatch(c -> c >= ' ' && c < 0x7f), json);
  }

  private static TimeLimit time(String asked, String rule) {
    return TimeLimit.of(
        Durations.parse(asked),
        new Decision.Permitted(
            "p.toml:7",
            new Terms(Durations.parse(rule), Optional.empty(), RecordingMode.NEVER, false, false),
            Bounds.NONE),
        Duration.ofHours(1));
  }

  @Test
  void an_end_that_the_tool_did_not_speak_of_is_explained() {
    TimeLimit most = time("", "");
    assertEquals(Optional.empty(), Messages.about(new Outcome.Exited(0), most));
    assertEquals(Optional.empty(), Messages.about(new Outcome.Exited(125), most));
    assertEquals(Optional.empty(), Messages.about(new Outcome.Signalled(15), most));
    assertEquals(
        Optional.of("timed out: the tool was ended after 3600 s, the limit of limits.timeout"),
        Messages.about(new Outcome.TimedOut(), most));
    assertEquals(
        Optional.of("the tool was not run: there is no ss: install it"),
        Messages.about(new Outcome.NotRun(127, "there is no ss: install it"), most));
  }

  @ParameterizedTest
  @CsvSource({
    // asked for, the rule's, granted, whether lowered, the end of the message when time is over
    "'', '', 3600, false, the limit of limits.timeout",
    "'', 5m, 300, false, the limit of the rule at p.toml:7",
    "'', 2h, 3600, false, the limit of limits.timeout",
    "1m, '', 60, false, --timeout may be up to 3600 s",
    "1m, 5m, 60, false, --timeout may be up to 300 s",
    "5m, 5m, 300, false, the limit of the rule at p.toml:7",
    "6m, 5m, 300, true, the limit of the rule at p.toml:7",
    "1h, '', 3600, false, the limit of limits.timeout",
    "2h, '', 3600, true, the limit of limits.timeout",
    "2h, 3h, 3600, true, the limit of limits.timeout",
  })
  void a_session_has_the_shortest_of_three_times_and_who_asks_for_more_is_told(
      String asked, String rule, long given, boolean cut, String over) {
    TimeLimit time = time(asked, rule);
    assertEquals(given, time.given().toSeconds());
    assertEquals(cut, time.isCut());
    assertTrue(time.over().endsWith(" after " + given + " s, " + over), time::over);
    assertTrue(time.cut().contains(" to " + given + " s") || !cut, time::cut);
  }
}
