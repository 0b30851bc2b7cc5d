package dev.dbg.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.kernel.cgroup.ControlGroupHierarchy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Directories with the files of control groups; both versions, whatever the kernel here has. */
class GroupFiguresTest {
  private static final String ID = "0af3".repeat(16);

  @TempDir private Path top;

  private Path write(String group, String... files) throws IOException {
    Path directory = Files.createDirectories(top.resolve(group));
    for (int i = 0; i < files.length; i += 2) {
      Files.writeString(directory.resolve(files[i]), files[i + 1] + "\n");
    }
    return directory;
  }

  private ControlGroupHierarchy hierarchy(boolean unified, Path own) {
    return new ControlGroupHierarchy(unified, false, Set.of(), top, own, true);
  }

  @Test
  void the_use_is_the_containers_own_and_a_limit_the_least_of_those_above() throws IOException {
    String group = "system.slice/docker-" + ID + ".scope";
    Path _ = write("system.slice", "memory.max", "4096", "cpu.max", "max 100000", "pids.max", "50");
    Path _ =
        write(
            group,
            "memory.current",
            "1024",
            "memory.max",
            "8192",
            "memory.stat",
            "active_file 64\ninactive_file 100\nfile 164",
            "memory.events",
            "low 0\noom 4\noom_kill 3\noom_group_kill 0",
            "pids.current",
            "7",
            "pids.max",
            "max",
            "cpu.max",
            "25000 50000",
            "cpu.stat",
            "usage_usec 2500000\nuser_usec 1");
    // A group that the container has made, by any name.
    Path own = write(group + "/x-" + ID, "memory.current", "1", "memory.max", "2");

    assertEquals(
        Map.of(
            "memory_used", 924L,
            "memory_limit", 4096L,
            "oom_kills", 3L,
            "processes_used", 7L,
            "processes_limit", 50L,
            "processors_seconds", 2.5,
            "processors_limit", 0.5,
            "group", "/" + group),
        GroupFigures.of(List.of(hierarchy(true, own)), ID));
  }

  @Test
  void version_1_says_the_same_in_other_words() throws IOException {
    Path own =
        write(
            "docker/" + ID,
            "memory.usage_in_bytes",
            "1024",
            "memory.limit_in_bytes",
            "9223372036854771712",
            "memory.stat",
            "inactive_file 1\ntotal_inactive_file 24",
            "memory.oom_control",
            "oom_kill_disable 0\nunder_oom 0\noom_kill 2",
            "cpuacct.usage",
            "1500000000",
            "cpu.cfs_quota_us",
            "-1",
            "cpu.cfs_period_us",
            "100000");

    assertEquals(
        Map.of("memory_used", 1000L, "oom_kills", 2L, "processors_seconds", 1.5),
        GroupFigures.of(List.of(hierarchy(false, own)), ID));
  }

  /** A set of all processors limits nothing. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {"0-7~0-7~4", "0-7~1,3-4~3", "0-7~0-5~4", "0-7~0-7~", "0-7~5~1"})
  void the_processors_are_the_least_of_the_quota_and_the_set(String all, String set, String most)
      throws IOException {
    Path _ = write("", "cpuset.cpus.effective", all);
    String quota = most == null ? "max" : "400000";
    Path own = write("a", "cpuset.cpus.effective", set, "cpu.max", quota + " 100000");

    assertEquals(
        most == null ? Map.of() : Map.of("processors_limit", Double.valueOf(most)),
        GroupFigures.of(List.of(hierarchy(true, own)), "4711"));
  }

  @Test
  void of_version_1_quota_and_set_are_in_two_hierarchies() throws IOException {
    Path _ = write("", "cpuset.effective_cpus", "0-7");
    Path set = write("set", "cpuset.effective_cpus", "0-1");
    Path quota = write("q", "cpu.cfs_quota_us", "300000", "cpu.cfs_period_us", "100000");

    for (List<Path> order : List.of(List.of(set, quota), List.of(quota, set))) {
      assertEquals(
          Map.of("processors_limit", 2.0),
          GroupFigures.of(order.stream().map(own -> hierarchy(false, own)).toList(), "4711"));
    }
  }

  /** The kernel counts both at different moments. */
  @Test
  void a_use_is_never_below_nothing() throws IOException {
    Path own = write("a", "memory.current", "10", "memory.stat", "inactive_file 11");

    assertEquals(Map.of("memory_used", 0L), GroupFigures.of(List.of(hierarchy(true, own)), "4711"));
  }

  @Test
  void where_no_group_has_its_name_it_is_that_of_its_process() throws IOException {
    Path own = write("user.slice/a", "pids.current", "3");

    assertEquals(
        Map.of("processes_used", 3L, "group", "/user.slice/a"),
        GroupFigures.of(List.of(hierarchy(true, own)), "4711"));
  }

  /** With systemd as its first program, which is in a group below. */
  @ParameterizedTest
  @CsvSource({
    "machine.slice/systemd-nspawn@web.service, web",
    "machine.slice/machine-my\\x2dbox.scope, my-box",
    "lxc.payload.proj_web, proj/web",
    "lxc.payload.web-1, web",
    "default/web, default/web",
  })
  void a_group_that_was_made_for_it_is_known_however_it_is_written(String group, String id)
      throws IOException {
    Path _ = write(group, "pids.current", "7");
    Path own = write(group + "/init.scope", "pids.current", "1");

    assertEquals(
        Map.of("processes_used", 7L, "group", "/" + group),
        GroupFigures.of(List.of(hierarchy(true, own)), id));
  }
}
