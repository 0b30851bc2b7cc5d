package dev.dbg.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.Native;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory with files of proc(5) that are long. */
class ProcDirTest {
  @TempDir Path directory;

  @Test
  void what_stands_behind_many_groups_and_behind_many_children_is_read() throws Exception {
    Path task = Files.createDirectories(directory.resolve("task/7"));
    Files.writeString(
        directory.resolve("status"),
        "Name:\tinit\nGroups:\t" + "123456 ".repeat(1000) + "\nNSpid:\t7\t1\n");
    Files.writeString(task.resolve("children"), "123456 ".repeat(1000) + "99 ");

    int flags = Native.O_DIRECTORY | Native.O_PATH;
    try (ProcDir process = new ProcDir(Fd.open(directory.toString(), flags), "/proc/7")) {
      assertEquals(1, process.innermostNumber());
      assertEquals(1001, process.children().size());
      assertEquals(99, process.children().getLast().number());
    }
  }
}
