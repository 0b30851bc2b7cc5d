package dev.dbg.kernel.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Lines that kernels print on machines with different set-ups. */
class ControlGroupHierarchyTest {
  @Test
  void a_service_on_a_host_with_version_2_is_below_its_slice() {
    assertEquals(
        List.of(unified(true, "/sys/fs/cgroup", "/sys/fs/cgroup/system.slice/dbgd.service/dbgd")),
        ControlGroupHierarchy.parse(
            """
            24 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            30 24 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
            """,
            "0::/system.slice/dbgd.service/dbgd\n"));
  }

  @Test
  void with_both_versions_each_hierarchy_has_its_own_group() {
    assertEquals(
        List.of(
            legacy("/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu", "cpu", "cpuacct"),
            legacy("/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/box/1", "memory"),
            legacy("/sys/fs/cgroup/systemd", "/sys/fs/cgroup/systemd", "name=systemd"),
            unified(false, "/sys/fs/cgroup/unified", "/sys/fs/cgroup/unified")),
        ControlGroupHierarchy.parse(
            """
            31 30 0:27 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct
            32 30 0:28 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            33 30 0:29 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
            34 30 0:30 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
            """,
            """
            9:name=systemd:/
            4:memory:/box/1
            1:cpu,cpuacct:/
            0::/
            """));
  }

  @Test
  void a_mount_that_shows_only_a_part_shows_what_is_below_it() {
    assertEquals(
        List.of(
            new ControlGroupHierarchy(
                true,
                false,
                Set.of(),
                Path.of("/sys/fs/cgroup"),
                Path.of("/sys/fs/cgroup/own"),
                false)),
        ControlGroupHierarchy.parse(
            "30 24 0:26 /docker/1234 /sys/fs/cgroup rw - cgroup2 cgroup rw\n",
            "0::/docker/1234/own\n"));
  }

  @Test
  void a_group_outside_of_the_mount_is_not_to_be_had() {
    assertEquals(
        List.of(),
        ControlGroupHierarchy.parse(
            "30 24 0:26 /docker/1234 /sys/fs/cgroup rw - cgroup2 cgroup rw\n",
            "0::/docker/12345\n"));
    assertEquals(
        List.of(),
        ControlGroupHierarchy.parse(
            "30 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n", "0::/../other\n"));
  }

  @Test
  void a_group_s_name_may_hold_a_colon() {
    assertEquals(
        List.of(unified(false, "/sys/fs/cgroup", "/sys/fs/cgroup/a:b")),
        ControlGroupHierarchy.parse(
            "30 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n", "0::/a:b\n"));
  }

  @Test
  void without_control_groups_there_are_none() {
    assertEquals(
        List.of(), ControlGroupHierarchy.parse("24 1 8:1 / / rw - ext4 /dev/sda1 rw\n", ""));
  }

  private static ControlGroupHierarchy unified(boolean delegates, String top, String own) {
    return new ControlGroupHierarchy(true, delegates, Set.of(), Path.of(top), Path.of(own), true);
  }

  private static ControlGroupHierarchy legacy(String top, String own, String... controllers) {
    return new ControlGroupHierarchy(
        false, false, Set.of(controllers), Path.of(top), Path.of(own), true);
  }
}
