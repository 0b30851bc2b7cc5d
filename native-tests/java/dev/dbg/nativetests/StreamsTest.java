package dev.dbg.nativetests;

import static dev.dbg.nativetests.scene.Nsenter.nsenter;
import static dev.dbg.nativetests.scene.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.nativetests.scene.Container;
import dev.dbg.nativetests.scene.Host;
import dev.dbg.nativetests.scene.Ran;
import dev.dbg.nativetests.scene.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes in and out is the tool's, byte for byte, whatever the operator's streams are. */
@Tag("native")
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

    // The line that the terminal echoes, and the one that the tool prints; then the end of input.
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
   * What the collector of garbage once freed under a call's feet failed one session in thousands.
   */
  @RepeatedTest(4)
  void of_two_thousand_runs_with_eight_at_once_none_fails() {
    Ran runs = host.ann().runsOften(2000, 8, "dbgt-streams net -- ss -tlnH").exits(0);

    assertEquals(
        2000 * nsenter(container, "-n", "ss", "-tlnH").bytes().length, runs.bytes().length);
    assertEquals("", runs.err());
    host.keepsItsChain();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/proc/self/status", "/sys/kernel/uevent_seqnum", "/proc/sys/kernel/ostype"})
  void a_descriptor_on_procfs_or_sysfs_is_refused(String path) {
    host.ann()
        .reading(Path.of(path))
        .runs("dbgt-streams net -- act copy")
        .exits(DBG_FAILED)
        .prints("")
        .says("descriptor 0 is on procfs or sysfs", "use a pipe")
        .leaves("malformed")
        .says("/operator/user", host.ann().name());
  }
}
