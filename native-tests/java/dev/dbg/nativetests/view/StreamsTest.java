package dev.dbg.nativetests.view;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Whole;
import dev.dbg.nativetests.scene.target.Container;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Input and output are the tool's, byte for byte, whatever the operator's streams are. */
@Tag("native")
@Tag("whole")
final class StreamsTest {
  private static final int LARGE = 1_500_000;

  /** The major number of a pts(4) device. */
  private static final String PSEUDO_TERMINAL = "136:";

  @RegisterExtension
  static final Host host = Host.with(Host.EVERYTHING).limitedTo("sessions-per-user = 64");

  private static Container container;

  @BeforeAll
  static void start() {
    container = host.docker().starts("dbgt-streams");
  }

  private static byte[] anything() {
    byte[] bytes = new byte[LARGE];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  @Test
  void a_megabyte_and_a_half_passes_through_pipes_unharmed() {
    byte[] bytes = anything();

    host.ann().pipes(bytes, "dbgt-streams net -- act copy").exits(0).prints(bytes).isRecorded();
  }

  @Test
  void a_megabyte_and_a_half_is_read_from_a_file() throws IOException {
    byte[] bytes = anything();
    Path file = Files.write(host.directory().resolve("input"), bytes);

    host.ann().reading(file).runs("dbgt-streams net -- act copy").prints(bytes).isRecorded();
  }

  @Test
  void of_dev_null_nothing_is_read() {
    host.ann().runs("dbgt-streams net -- act copy").exits(0).prints("").isRecorded();
  }

  @Test
  void at_a_terminal_the_tool_has_the_terminal() {
    Running dbg = host.ann().atTerminal().starts("dbgt-streams net -- act copy");

    // The line echoed by the terminal, and the line printed by the tool; then the end of input.
    dbg.types("hello\n").prints("hello\r\nhello\r\n");
    dbg.types("\u0004").ends().exits(0).leaves("intent").mentions("/operator/tty", PSEUDO_TERMINAL);
  }

  @Test
  void errors_go_where_errors_go() {
    host.ann()
        .runs("dbgt-streams net -- look file /nothing")
        .exits(1)
        .prints("")
        .says("/nothing: No such file or directory")
        .isRecorded();
  }

  @Test
  void a_hundred_runs_lose_nothing() {
    byte[] whole = nsenter(container, "-n", "act", "print", "65536").bytes();
    assertEquals(65536, whole.length);

    for (int i = 0; i < 100; i++) {
      host.ann().runs("dbgt-streams net -- act print 65536").exits(0).prints(whole);
    }
  }

  @Test
  void of_many_at_once_each_gets_its_own() {
    List<Running> all = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      all.add(host.ann().starts("dbgt-streams net -- act print " + i * 64_000));
      all.add(host.bob().starts("dbgt-streams net -- act print " + i * 64_000));
    }
    for (int i = 0; i < all.size(); i++) {
      Ran ran = all.get(i).ends().exits(0);
      assertEquals((i / 2 + 1) * 64_000, ran.bytes().length);
    }
  }

  /**
   * A garbage collection that freed memory during a call once made one session in thousands fail.
   */
  @Test
  void of_two_thousand_runs_with_eight_at_once_none_fails() {
    for (int round = 0; round < Whole.orPart(4, 1); round++) {
      Ran runs = host.ann().runsOften(2000, 8, "dbgt-streams net -- ss -tlnH").exits(0);

      assertEquals(
          2000 * nsenter(container, "-n", "ss", "-tlnH").bytes().length, runs.bytes().length);
      assertEquals("", runs.err());
      host.audit().keepsItsChain();
    }
  }

  /** The operator's own process reads it, with the operator's rights; root never does. */
  @Test
  void a_procfs_file_on_standard_input_is_read_by_the_operator() {
    String status =
        host.ann()
            .runsScript("$DBG dbgt-streams net -- act copy </proc/self/status")
            .exits(0)
            .out();

    assertTrue(status.contains("Uid:" + ("\t" + host.ann().uid()).repeat(4) + "\n"), status);
  }

  /** A loop that reads lines keeps the lines that follow. */
  @Test
  void a_tool_that_reads_no_input_leaves_it_to_the_next() {
    host.ann()
        .runsScript(
            "seq 3 | while read n; do $DBG dbgt-streams net -- ss -tlnH >/dev/null && echo $n; done")
        .exits(0)
        .prints("1\n2\n3\n");
  }

  @Test
  void grep_reads_its_input_where_no_file_is_named() {
    host.ann()
        .runsScript(
            "seq 3 | while read n; do $DBG dbgt-streams mnt -- grep -c $n /etc/hosts >/dev/null;"
                + " echo $n; done; seq 3 | $DBG dbgt-streams mnt -- grep -c .")
        .exits(0)
        .prints("1\n2\n3\n3\n");
  }

  @Test
  void at_a_terminal_the_tool_prints_to_one_and_reads_what_is_typed() {
    host.ann()
        .atTerminal()
        .runsScript("stty rows 23 cols 77; $DBG dbgt-streams net -- look window")
        .exits(0)
        .prints("23 rows, 77 columns\r\n");
  }

  /**
   * Text such as a file's name: it sets a title, asks for an answer, hides a line, or is not a
   * letter.
   */
  private static final String HOSTILE =
      "printf '\\033]0;mine\\007\\033[6nline\\rx \\303\\244\\302\\233 \\033[1mbold\\033[m\\n'"
          + " | LC_ALL=C.UTF-8 $DBG dbgt-streams %s -- act copy";

  private static final String OBEYED =
      "\033]0;mine\007\033[6nline\rx \u00e4\u009b \033[1mbold\033[m\n";

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void control_sequences_other_than_styles_are_drawn_at_a_terminal() {
    for (String namespaces : List.of("net", "pid")) {
      String shown = "^[]0;mine^G^[[6nline^Mx \u00e4<U+009B> \033[1mbold\033[m\r\n";

      host.ann()
          .atTerminal()
          .runsScript(HOSTILE.formatted(namespaces))
          .exits(0)
          .prints(utf8(shown));
    }
  }

  @Test
  void elsewhere_it_is_written_as_it_is() {
    host.ann().runsScript(HOSTILE.formatted("net")).exits(0).prints(utf8(OBEYED));
    host.ann()
        .atTerminal()
        .runsScript(HOSTILE.formatted("net") + " | cat")
        .exits(0)
        .prints(utf8(OBEYED.replace("\n", "\r\n")));
  }

  @Test
  void what_cannot_be_written_is_said_and_is_no_success() {
    host.ann()
        .runsScript("$DBG dbgt-streams net -- act print 5000 >/dev/full")
        .exits(DBG_FAILED)
        .says("cannot write what the tool printed: No space left on device");
  }
}
