package dev.dbg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.tools.argument.ArgumentMistake;
import dev.dbg.tools.argument.ParsedArguments;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadersFilesTest {
  @ParameterizedTest
  @CsvSource({
    "/proc/self/limits,/proc/1/limits",
    "/proc/self/status,/proc/1/status",
    "/proc/thread-self/oom_score_adj,/proc/1/oom_score_adj",
    "//proc/./self/attr/current,/proc/1/attr/current",
    "/proc/self/task/17/sched,/proc/1/sched",
    "/proc/self/cgroup,/proc/1/cgroup",
  })
  void a_file_of_the_reader_is_named_as_that_of_the_first_process(String path, String first) {
    assertEquals(Optional.of(first), ReadersFiles.ofFirstProcess(path));
  }

  /** Those of a namespace, lists of mounts, directories, and links, through which a path goes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/proc/1/limits",
        "/proc/self",
        "/proc/self/task",
        "/proc/self/task/17",
        "/proc/self/net/tcp",
        "/proc/self/mounts",
        "/proc/thread-self/mountinfo",
        "/proc/self/task/17/net/dev",
        "/proc/self/root/etc/hosts",
        "/proc/self/cwd",
        "/proc/self/ns/net",
        "/proc/self/fd/0",
        "/x/proc/self/limits",
        "/proc/selfish/limits",
      })
  void other_files_are_left(String path) {
    assertEquals(Optional.empty(), ReadersFiles.ofFirstProcess(path));
  }

  @Test
  void where_a_process_waits_is_refused_where_it_would_be_0() throws Exception {
    Tool cat = Shipped.catalogue().tool("cat").orElseThrow();
    for (String path : List.of("/proc/1/wchan", "//proc/7/task/8/wchan")) {
      ParsedArguments typed = cat.arguments().read(List.of(path));
      ArgumentMistake mistake = assertThrows(ArgumentMistake.class, () -> cat.ofOthers(typed));
      assertTrue(mistake.message().contains("strace -p"), mistake::message);
    }
  }

  @Test
  void the_refusal_says_what_to_type() throws Exception {
    Tool cat = Shipped.catalogue().tool("cat").orElseThrow();
    ParsedArguments typed = cat.arguments().read(List.of("/etc/hosts", "/proc/self//limits"));
    ArgumentMistake mistake = assertThrows(ArgumentMistake.class, () -> cat.ofOthers(typed));
    assertEquals(
        "/proc/self/limits is about cat itself, and /proc/1/limits about the container's first process",
        mistake.message());
    Tool du = Shipped.catalogue().tool("du").orElseThrow();
    ParsedArguments other = du.arguments().read(List.of("/proc/1/limits"));
    assertEquals(other, du.ofOthers(other));
  }
}
