package dev.dbg.nativetests.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Patience;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dbg audit} at real terminals, and without one. */
@Tag("native")
final class AuditTableTest {
  private static final int SIGPIPE = 13;

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
    for (String verb : List.of("audit", "audit summary")) {
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
            .filter(line -> line.contains("  intent  "))
            .findFirst()
            .orElseThrow();
    String session = row.replaceFirst("^.* ([0-9a-f]{8})  .*$", "$1").strip();
    assertEquals(8, session.length(), row);
    String whole = host.ann().runs("audit show " + session).exits(0).out();
    assertTrue(whole.contains("dbgt-table"), whole);
  }

  @Test
  void who_follows_into_a_pipe_that_nobody_reads_any_more_is_let_go() {
    Patience.sleeps(Duration.ofMillis(500));
    long before = host.audit().records().size();

    host.ann().startsInto("head -n 1", "audit --follow").ends().exits(128 + SIGPIPE);

    assertEquals(before, host.audit().records().size());
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
