package dev.dbg.kernel.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories with the files of control groups. */
class ControlGroupTest {
  @TempDir Path directory;

  @Test
  void no_more_groups_are_listed_than_are_asked_for() throws Exception {
    for (int i = 0; i < 10; i++) {
      Files.createDirectory(directory.resolve("group-" + i));
    }
    try (ControlGroup group = ControlGroup.open(directory)) {
      assertEquals(10, group.children(64).size());
      assertEquals(3, group.children(3).size());
      assertEquals(0, group.children(0).size());
    }
  }

  /** What is read ends within the last number, which would be that of another process. */
  @Test
  void a_truncated_process_list_ends_with_a_whole_number() throws Exception {
    Files.writeString(
        directory.resolve("cgroup.procs"), "1234567\n".repeat(8191) + "123\n1234567\n");
    try (ControlGroup group = ControlGroup.open(directory)) {
      assertEquals(8192, group.members().size());
      assertEquals(123, group.members().getLast().number());
    }
  }
}
