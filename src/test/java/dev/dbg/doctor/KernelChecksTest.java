package dev.dbg.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines of mountinfo of a service, and of other processes. */
class KernelChecksTest {
  @ParameterizedTest
  @CsvSource({
    "true, 21 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw",
    "true, 21 1 8:1 / / rw master:1 - ext4 /dev/sda1 rw",
    "true, 21 1 8:1 / / rw shared:9 master:1 - ext4 /dev/sda1 rw",
    "false, 21 1 8:1 / / rw - ext4 /dev/sda1 rw",
    "false, 21 1 8:1 / / rw - ext4 shared:1 rw",
    "false, 21 1 8:1 / / rw shared:1 - ext4 a rw; 22 21 0:5 / /run rw - tmpfs tmpfs rw",
    "true, 21 1 8:1 / / rw - ext4 a rw; 22 21 0:5 / /run rw master:7 - tmpfs tmpfs rw",
    "true, 21 1 8:1 / / rw master:1 - ext4 a rw; 22 21 0:5 / /run/users rw - tmpfs tmpfs rw",
    "true, 21 1 8:1 / / rw master:1 - ext4 a rw; 22 21 0:5 / /run/user/1000 rw - tmpfs t rw",
    "false, 21 1 8:1 / / rw master:1 - ext4 a rw; 22 21 0:5 / / rw - tmpfs tmpfs rw",
  })
  void later_mounts_are_seen_if_their_parent_mount_propagates_them(
      boolean propagates, String mountinfo) {
    assertEquals(propagates, KernelChecks.propagates(Stream.of(mountinfo.split("; "))));
  }
}
