package dev.dbg.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CoveredFilesTest {
  /** Of Docker, with two files of lxcfs's, one of a disk, and what runc hides and protects. */
  private static final String MOUNTS =
      """
      700 600 0:90 / / rw,relatime - overlay overlay rw,lowerdir=/l
      701 700 0:91 / /proc rw,nosuid shared:1 - proc proc rw
      702 701 0:91 /bus /proc/bus ro,nosuid - proc proc rw
      703 701 0:91 /sys /proc/sys ro,nosuid - proc proc rw
      704 701 0:92 /null /proc/kcore rw,nosuid - tmpfs tmpfs rw,size=65536k
      705 701 0:93 / /proc/acpi ro,relatime - tmpfs tmpfs ro
      706 701 0:70 /proc/meminfo /proc/meminfo rw,nosuid master:3 - fuse.lxcfs lxcfs rw,user_id=0
      707 701 8:1 /srv/sys /proc/pressure rw - ext4 /dev/sda1 rw
      708 700 8:1 /srv/etc /etc/proc/uptime rw - ext4 /dev/sda1 rw
      """;

  private static Optional<String> advice(String path) {
    return CoveredFiles.advice(CoveredFiles.among(List.of("/etc/hosts", path)), MOUNTS);
  }

  @ParameterizedTest
  @CsvSource({
    "/proc/meminfo, /proc/meminfo",
    "//proc/./meminfo, /proc/meminfo",
    "/proc/pressure/io, /proc/pressure/io",
    "/proc/pressure, /proc/pressure",
  })
  void a_mount_over_a_file_of_proc_is_reported(String path, String named) {
    assertEquals(
        Optional.of(
            named
                + " is the kernel's own: what is mounted over it in the container, as by lxcfs, is not shown"),
        advice(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/proc/cpuinfo",
        "/proc/meminfos",
        "/proc/sys/kernel/hostname",
        "/proc/kcore",
        "/proc/acpi/x",
        "/proc/1/status",
        "/proc",
        "/etc/proc/uptime",
      })
  void nothing_is_said_of_what_is_not_covered_or_what_the_runtime_hides(String path) {
    assertEquals(Optional.empty(), advice(path));
  }

  /** Then the container's mounts are not read either. */
  @Test
  void other_paths_do_not_come_into_question() {
    assertEquals(
        List.of("/proc/stat"),
        CoveredFiles.among(List.of("/proc/1/stat", "/proc", "/etc/proc/x", "/proc//stat")));
  }
}
