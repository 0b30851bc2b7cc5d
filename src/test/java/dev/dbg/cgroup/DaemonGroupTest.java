package dev.dbg.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.cgroup.ControlGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a directory that is none of the kernel's. */
class DaemonGroupTest {
  private static final int HELD = 120;

  /** Of the time that a held tool is waited for. */
  private static final Duration FEW = Duration.ofSeconds(HELD / 2);

  @TempDir private Path parent;

  private static void hasHeldTools(Path home) throws IOException {
    for (int i = 1; i <= HELD; i++) {
      Path group = Files.createDirectory(home.resolve(Integer.toString(i)));
      Files.writeString(group.resolve("cgroup.procs"), "4194304\n");
      Files.writeString(group.resolve("cgroup.kill"), "");
    }
  }

  private static void areKilled(Path home) throws IOException {
    for (int i = 1; i <= HELD; i++) {
      assertEquals("1", Files.readString(home.resolve(i + "/cgroup.kill")));
    }
  }

  /** Nor does a stop: dbgd writes the last records after it. */
  @Test
  @Tag("whole")
  void the_tools_of_a_killed_dbgd_that_are_held_do_not_delay_a_start_each() throws IOException {
    Path left = Files.createDirectory(parent.resolve("dbgd-0"));
    hasHeldTools(left);
    long begin = System.nanoTime();
    Path made = parent.resolve("dbgd-" + ThisProcess.pid());
    try (ControlGroup group = ControlGroup.open(parent);
        DaemonGroup _ = DaemonGroup.make(group)) {
      assertTrue(System.nanoTime() - begin < FEW.toNanos());
      areKilled(left);
      hasHeldTools(made);
      begin = System.nanoTime();
    }
    assertTrue(System.nanoTime() - begin < FEW.toNanos());
    areKilled(made);
  }
}
