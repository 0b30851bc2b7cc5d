package dev.dbg.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of mapped files. */
class MappedFilesTest {
  private static final int MEGABYTE = 1 << 20;
  private static final int SIZE = 32 * MEGABYTE;

  @Test
  void code_and_data_of_a_file_that_are_not_written_are_given_back() {
    assertEquals(
        Optional.of(new MappedFiles.Mapping(0x7f0000001000L, 0x2000)),
        MappedFiles.Mapping.of(
            "7f0000001000-7f0000003000 r-xp 00001000 fe:00 12 /usr/lib/jvm/lib/server/libjvm.so"));
    assertTrue(
        MappedFiles.Mapping.of(
                "7f0000001000-7f0000003000 r--s 00000000 fe:00 12         /a b (deleted)")
            .isPresent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "800001000-800d27000 rw-p 00001000 fe:00 5752774 /var/cache/dbg/dbgd.aot",
        "7f0000001000-7f0000003000 ---p 00001000 fe:00 12 /usr/lib/libc.so.6",
        "7f0000001000-7f0000003000 rw-s 00001000 fe:00 12 /a",
        "fc000000-fcb81000 rw-p 00000000 00:00 0",
        "fc000000-fcb81000 r--p 00000000 00:00 0",
        "55b41ebec000-55b41ff80000 rw-p 00000000 00:00 0 [heap]",
        "7ffd8c5e5000-7ffd8c5e7000 r-xp 00000000 00:00 0 [vdso]",
        "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]",
        "",
      })
  void nothing_else_is(String line) {
    assertEquals(Optional.empty(), MappedFiles.Mapping.of(line));
  }

  @Test
  void the_pages_leave_the_process_and_return_with_the_same_bytes(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("mapped");
    byte[] bytes = new byte[SIZE];
    for (int i = 0; i < SIZE; i++) {
      bytes[i] = (byte) (i / 4096);
    }
    Files.write(file, bytes);
    try (FileChannel channel = FileChannel.open(file)) {
      channel.force(true);
      var mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, SIZE);
      assertEquals(SIZE, mapped.load().remaining());
      long before = ResidentMemory.ofFiles();
      MappedFiles.giveBack();
      long after = ResidentMemory.ofFiles();
      assertTrue(
          before - after > SIZE - 8 * MEGABYTE, "before %d, after %d".formatted(before, after));
      for (int i = 0; i < SIZE; i += 4095) {
        assertEquals(bytes[i], mapped.get(i));
      }
    }
  }
}
