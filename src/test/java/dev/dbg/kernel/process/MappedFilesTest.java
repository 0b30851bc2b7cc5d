package dev.dbg.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of mapped files. */
class MappedFilesTest {
  private static final int MEGABYTE = 1 << 20;
  private static final int SIZE = 32 * MEGABYTE;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7f0000001000-7f0000003000 r-xp 00001000 fe:00 12      /usr/lib/jvm/lib/server/libjvm.so",
        "7f0000001000-7f0000003000 r--p 00001000 fe:00 12      /usr/lib/x86_64-linux-gnu/libc.so.6",
        "7f0000001000-7f0000003000 r--p 00001000 fe:00 12      /var/cache/dbg/dbgd.aot",
        "7f0000001000-7f0000003000 r--s 00000000 fe:00 12      /usr/lib/dbg/runtime/lib/modules",
      })
  void code_and_classes_that_were_not_written_are_dropped(String header) {
    assertEquals(
        List.of(new MappedFiles.Mapping(0x7f0000001000L, 0x2000)),
        MappedFiles.Mapping.in(mapping(header, 0)));
  }

  /** As what the dynamic loader relocates, and protects afterwards. */
  @Test
  void written_pages_stay() {
    assertEquals(
        List.of(),
        MappedFiles.Mapping.in(
            mapping(
                "7f0000001000-7f0000003000 r--p 00001000 fe:00 12      /usr/lib/libjvm.so", 4)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "800001000-800d27000 rw-p 00001000 fe:00 5752774 /var/cache/dbg/dbgd.aot",
        "7f0000001000-7f0000003000 ---p 00001000 fe:00 12 /usr/lib/libc.so.6",
        "7f0000001000-7f0000003000 rw-s 00001000 fe:00 12 /a.so",
        "7f0000001000-7f0000003000 rwxp 00001000 fe:00 12 /a.so",
        "7f0000001000-7f0000003000 r--s 00001000 fe:00 12 /var/log/dbg/audit.jsonl",
        "7f0000001000-7f0000003000 r-xp 00001000 fe:00 12 /a.so (deleted)",
        "fc000000-fcb81000 rw-p 00000000 00:00 0",
        "fc000000-fcb81000 r--p 00000000 00:00 0",
        "55b41ebec000-55b41ff80000 rw-p 00000000 00:00 0 [heap]",
        "7ffd8c5e5000-7ffd8c5e7000 r-xp 00000000 00:00 0 [vdso]",
        "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]",
        "",
      })
  void what_is_no_code_of_a_file_stays(String header) {
    List<String> lines =
        new ArrayList<>(mapping("7f0000005000-7f0000006000 r-xp 00000000 fe:00 12      /b.so", 8));
    lines.addAll(mapping(header, 0));
    assertEquals(List.of(), MappedFiles.Mapping.in(lines));
  }

  private static List<String> mapping(String header, int written) {
    return List.of(
        header,
        "Size:                  8 kB",
        "Rss:                   8 kB",
        "Anonymous:      %8d kB".formatted(written),
        "AnonHugePages:         0 kB",
        "VmFlags: rd ex mr mw me");
  }

  @Test
  void the_pages_leave_the_process_and_return_with_the_same_bytes(@TempDir Path directory)
      throws IOException {
    leaveAndReturn(directory, MappedFiles::giveBack);
  }

  @Test
  void evicted_pages_leave_and_return_too(@TempDir Path directory) throws IOException {
    leaveAndReturn(directory, MappedFiles::evict);
  }

  private interface Call {
    void run() throws IOException;
  }

  private static long residentFiles() throws IOException {
    try (ProcDir self = ProcDir.ofThisThread()) {
      return self.residentFiles();
    }
  }

  private static void leaveAndReturn(Path directory, Call call) throws IOException {
    Path file = directory.resolve("mapped.so");
    byte[] bytes = new byte[SIZE];
    for (int i = 0; i < SIZE; i++) {
      bytes[i] = (byte) (i / 4096);
    }
    Files.write(file, bytes);
    try (FileChannel channel = FileChannel.open(file)) {
      channel.force(true);
      var mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, SIZE);
      assertEquals(SIZE, mapped.load().remaining());
      long before = residentFiles();
      call.run();
      long after = residentFiles();
      assertTrue(
          before - after > SIZE - 8 * MEGABYTE, "before %d, after %d".formatted(before, after));
      for (int i = 0; i < SIZE; i += 4095) {
        assertEquals(bytes[i], mapped.get(i));
      }
    }
  }
}
