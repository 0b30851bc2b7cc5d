package dev.dbg.kernel.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileStatusTest {
  /** The topmost group of a container of LXC's belongs to root, and its group 0 may write to it. */
  @ParameterizedTest
  @CsvSource({
    "40755, 0, 0, true",
    "40755, 0, 7, true",
    "40775, 0, 0, true",
    "40775, 0, 7, false",
    "40757, 0, 0, false",
    "40777, 0, 0, false",
    "41777, 0, 0, false",
    "40755, 1000, 0, false",
    "40700, 1000, 1000, false",
    "40775, 1000, 0, false",
  })
  void only_roots_own_group_may_write_to_what_is_roots_alone(
      String mode, long uid, long gid, boolean alone) {
    assertEquals(
        alone, new FileStatus(Integer.parseInt(mode, 8), uid, gid, 1, 1, 1).isRootsAlone(), mode);
  }
}
