package dev.dbg.nativetests.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dbg audit} at real terminals, and without one. */
@Tag("native")
@Tag("whole")
final class AuditTableTest {
  private static final int TIMED_OUT = 124;
  private static final int SIGPIPE = 13;
  private static final int SIGTERM = 15;

  private static final String COLOUR = "\033\\[[0-9]*m";

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  @BeforeAll
  static void write() {
    host.docker().starts("dbgt-table");
    host.ann().runs("dbgt-table net -- ss -tlnH").exits(0).isRecorded();
    host.ann().runs("dbgt-table net -- ss -K").isRefused("not accepted here");
    host.ann().runs("no-such-container-of-this-name net -- netstat --wide --numeric --listening");
  }

  @ParameterizedTest
  @ValueSource(ints = {48, 60, 80, 131, 132, 200})
  void it_fits_a_terminal_of_any_width(int columns) {
    for (String verb : List.of("audit", "audit --events", "audit summary")) {
      String shown = at(columns, "xterm-256color", verb);
      assertTrue(shown.contains("\033[31m") || verb.endsWith("summary"), shown);
      assertTrue(shown.contains("\033[1m"), shown);
      for (String line : shown.replaceAll(COLOUR, "").lines().toList()) {
        assertTrue(line.codePointCount(0, line.length()) <= columns, columns + ": " + line);
      }
    }
  }

  @Test
  void colours_are_for_terminals_that_have_them_and_for_whoever_asks() {
    assertTrue(at(80, "xterm", "audit").contains("\033[31mdenied\033[m"), "a terminal");
    assertFalse(at(80, "dumb", "audit").contains("\033"), "a dumb terminal");
    assertFalse(at(80, "xterm", "audit --color never").contains("\033"), "never");
    assertFalse(host.ann().runs("audit").exits(0).out().contains("\033"), "a pipe");
    assertTrue(
        host.ann().runs("audit --color always").exits(0).out().contains("\033[31mdenied\033[m"),
        "always");
    assertFalse(at(80, "xterm", "audit --json").contains("\033"), "JSON");
    host.ann().runs("audit --color sometimes").exits(Ran.DBG_FAILED).says("auto, always or never");
  }

  /** The shortened session numbers of a narrow table are enough to find the session. */
  @Test
  void a_session_is_shown_by_as_much_of_its_number_as_a_narrow_table_has() {
    String row =
        at(80, "dumb", "audit")
            .lines()
            .filter(line -> line.contains("  exit 0  "))
            .findFirst()
            .orElseThrow();
    String session = row.replaceFirst("^.* ([0-9a-f]{8})  .*$", "$1").strip();
    assertEquals(8, session.length(), row);
    String whole = host.ann().runs("audit show " + session).exits(0).out();
    assertTrue(whole.contains("dbgt-table"), whole);
  }

  private static List<String> rows(String line) {
    List<String> lines = host.ann().runs(line).exits(0).lines();
    return lines.subList(1, lines.size());
  }

  @Test
  void a_session_is_one_row_with_how_it_ended_and_events_are_two() {
    Ran ran =
        host.ann()
            .runs(List.of("--reason", "INC 4711", "dbgt-table", "net", "--", "ss", "-tlnH"))
            .exits(0);
    String session = ran.leaves("intent").text("/session");
    String row = rows("audit -n 1").getFirst();
    assertTrue(
        row.matches(
            "\\S+Z  exit 0 after \\d+[.]\\d{3} s +%s +%s  dbgt-table net -- ss -tlnH  # INC 4711"
                .formatted(host.ann().name(), session)),
        row);
    assertEquals(List.of(row), rows("audit --reason 4711 -n 1"));
    assertEquals(List.of(row), rows("audit --session " + session));
    List<String> events = rows("audit --events --session " + session);
    assertEquals(2, events.size(), events::toString);
    assertTrue(events.get(0).contains("  intent  "), events::toString);
    assertTrue(events.get(1).contains("  result  "), events::toString);
    assertEquals(2, host.ann().runs("audit --json -n 2 --session " + session).lines().size());
  }

  @Test
  void sessions_are_found_by_how_they_ended_and_whether_they_are_recorded() {
    Ran _ = host.ann().runs("--timeout 1s dbgt-table mnt -- tail -f /etc/hosts").exits(TIMED_OUT);
    assertTrue(rows("audit --status timeout -n 1").getFirst().contains("-- tail -f /etc/hosts"));
    Ran _ = host.ann().runs("dbgt-table net -- ss -K").isRefused("not accepted here");
    assertTrue(rows("audit --status refused -n 1").getFirst().contains("-- ss -K: "));
    assertTrue(
        rows("audit --status 0 -n 1000").stream()
            .allMatch(row -> row.contains("Z  exit 0 after ")));
    host.ann().runs("audit --status dead").exits(Ran.DBG_FAILED).says("a number or one of");
    Ran _ = host.ann().runs("--record dbgt-table net -- ss -tn").exits(0);
    List<String> recorded = rows("audit --recorded");
    assertEquals(1, recorded.size(), recorded::toString);
    assertTrue(
        recorded.getFirst().contains("  (rec) dbgt-table net -- ss -tn"), recorded::toString);
  }

  /** The client's word: any user can claim it for any line, and gains and hides nothing by it. */
  @Test
  void a_completion_request_is_decided_like_others_and_marked() {
    Ran _ = host.ann().runsScript("DBG_TAB=1 $DBG dbgt-table net -- ss -K").exits(126);
    String row = rows("audit -n 1").getFirst();
    assertTrue(row.contains("Z  refused ") && row.contains("  (Tab) dbgt-table net -- ss -K"), row);
    assertEquals(List.of(row), rows("audit --refused -n 1"));
    host.audit().last("denied").says("/tab", true);
    Ran _ = host.ann().runsScript("DBG_TAB= $DBG dbgt-table net -- ss -K").exits(126);
    assertFalse(rows("audit -n 1").getFirst().contains("(Tab)"));
  }

  @Test
  void who_follows_sees_a_session_begin_and_how_it_ended() {
    Running following = host.ann().starts("audit -f -n 1");
    following.prints("STATUS");
    Running session = host.ann().starts("--timeout 15s dbgt-table mnt -- tail -f /etc/hosts");
    following.prints("dbgt-table mnt -- tail -f /etc/hosts");
    assertTrue(following.printed().contains("Z  running "), following::printed);
    session.ends().exits(TIMED_OUT);
    following.prints("Z  timeout after 1");
    List<String> lines = following.gets("TERM").ends().lines();
    String last = lines.getLast();
    assertTrue(last.endsWith("dbgt-table mnt -- tail -f /etc/hosts"), last);
    // A session that was running when the list was made.
    Running longer = host.ann().starts("dbgt-table mnt -- tail -f /etc/hostname");
    Patience.until(
        "it runs", () -> rows("audit -n 1").getFirst().contains("tail -f /etc/hostname"));
    Running second = host.ann().starts("audit -f -n 1");
    second.prints("Z  running ");
    longer.gets("TERM").ends().diesBy(SIGTERM);
    second.prints("Z  signal 15");
    assertTrue(second.gets("TERM").ends().lines().getLast().endsWith("tail -f /etc/hostname"));
  }

  @Test
  void who_follows_into_a_pipe_that_nobody_reads_any_more_is_let_go() {
    long before = host.audit().lastSeq();

    host.ann().startsInto("head -n 1", "audit --follow").ends().exits(128 + SIGPIPE);

    assertEquals(List.of(), host.audit().recordsAfter(before, host.ann().name()));
  }

  private static String at(int columns, String terminal, String line) {
    Ran ran =
        host.ann()
            .atTerminal()
            .runsScript("stty cols %d; TERM=%s $DBG %s".formatted(columns, terminal, line))
            .exits(0);
    return new String(ran.bytes(), StandardCharsets.UTF_8);
  }
}
