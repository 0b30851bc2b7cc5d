package dev.dbg.nativetests.log;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Disk;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** On a full disk a new file of the log is due, and what root does about it is on record. */
@Tag("native")
@Tag("whole")
final class FullDiskTest {
  private static final int SIGTERM = 15;

  /** The length of one argument: the two records of a session take about twice as much. */
  private static final int LARGE = 4000;

  /** More sessions than fit into the space that is kept for a log beyond its reserve. */
  private static final int ENOUGH = 100;

  private static final String ALL = "keep-size = \"6M\"";

  @RegisterExtension
  static final Host host =
      Host.with(Host.EVERYTHING)
          .keeping("reserve = \"64K\"", "rotate-size = \"16K\"", ALL)
          .startedByTheClass();

  private static Disk disk;

  @BeforeAll
  static void start() throws IOException {
    host.docker().starts("dbgt-full");
    disk = Disk.over(Files.createDirectory(host.directory().resolve("audit")), "8m");
    host.daemon().starts();
  }

  @AfterAll
  static void end() {
    host.daemon().stops();
    disk.close();
  }

  @Test
  void the_file_that_has_the_reserve_stays_and_root_can_end_sessions_and_make_room()
      throws IOException {
    for (int i = 0; i < 6; i++) {
      large().exits(0);
    }
    assertTrue(segments() > 1, "files are exchanged while there is room");
    Running running = host.bob().starts("dbgt-full net -- act wait").prints("waiting");
    String session = host.audit().last("intent").text("/session");
    disk.isFilled();
    long before = segments();

    usesUpWhatTheFileHas();

    assertEquals(before, segments());
    host.daemon().reloads().says("/action", "load");
    host.bob().runs("kill " + session).exits(DBG_FAILED).says("is nearly full");
    host.root().runs("kill " + session).exits(0).leaves("kill");
    running.ends().diesBy(SIGTERM).isRecorded();

    // dbgd looks for what is to be removed as it starts, and once a minute.
    host.daemon().stops();
    Path config = host.config().file();
    Files.writeString(config, Files.readString(config).replace(ALL, "keep-size = \"1K\""));
    host.daemon().starts();
    // The current file may become one as soon as there is room for the next.
    Patience.until("all older segments are gone", () -> segments() <= 1);
    host.ann().runs("dbgt-full net -- ss -tlnH").exits(0);
    host.installed().verifies().exits(0);
  }

  private static Ran large() {
    return host.ann().runs("dbgt-full net -- look namespaces " + "x".repeat(LARGE));
  }

  private static void usesUpWhatTheFileHas() {
    for (int i = 0; i < ENOUGH; i++) {
      Ran ran = large();
      if (!ran.err().isEmpty()) {
        ran.exits(DBG_FAILED).prints("").says("is nearly full");
        assertTrue(i > 0, "the file has room of its own");
        return;
      }
    }
    throw new AssertionError("there is room for all of them");
  }

  private static long segments() {
    try (Stream<Path> files = Files.list(host.audit().file().getParent())) {
      return files.filter(file -> file.toString().matches(".*/audit-\\d+\\.jsonl(\\.gz)?")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
