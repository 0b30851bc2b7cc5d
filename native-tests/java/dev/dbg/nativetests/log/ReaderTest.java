package dev.dbg.nativetests.log;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Another process than dbgd reads the log for operators, with less rights. */
@Tag("native")
@Tag("whole")
class ReaderTest {
  /** CAP_DAC_READ_SEARCH, capabilities(7): it reads files, and changes none. */
  private static final String READS_FILES = "0000000000000004";

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  private static long reader() {
    host.root().runs("audit -n 1").exits(0);
    List<Long> readers = host.processes().readers();
    assertEquals(1, readers.size(), readers::toString);
    return readers.getFirst();
  }

  @Test
  void the_reader_may_read_files_and_nothing_else() throws Exception {
    long reader = reader();
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
      assertEquals(READS_FILES, Processes.status(reader, set), set);
    }
    assertTrue(Processes.status(reader, "Uid").matches("(1900065533\\s*){4}"));
    assertEquals("", Processes.status(reader, "Groups"));
    assertEquals("1", Processes.status(reader, "NoNewPrivs"));
    assertEquals("2", Processes.status(reader, "Seccomp"));
    for (String kind : List.of("net", "ipc", "uts", "pid")) {
      assertNotEquals(namespace("self", kind), namespace(Long.toString(reader), kind));
    }
    assertEquals(
        0, Files.getAttribute(Path.of("/proc", Long.toString(reader), "maps"), "unix:uid"));
  }

  private static String namespace(String process, String kind) throws Exception {
    return Files.readSymbolicLink(Path.of("/proc", process, "ns", kind)).toString();
  }

  @Test
  void a_reader_that_is_killed_costs_one_answer() {
    long reader = reader();
    Running follower = host.root().starts("audit --follow -n 1");
    Patience.until("the follower has the newest record", () -> !follower.printed().isEmpty());
    Processes.signal("KILL", reader);
    follower.ends().exits(DBG_FAILED).says("the process that reads the log has ended: try again");
    assertNotEquals(reader, reader());
    host.installed().verifies().exits(0);
  }

  @Test
  void the_reader_ends_with_dbgd() {
    long reader = reader();
    host.daemon().stops();
    Patience.until("the reader has ended", () -> !Processes.isAlive(reader));
    host.daemon().starts();
  }
}
