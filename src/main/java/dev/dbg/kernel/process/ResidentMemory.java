package dev.dbg.kernel.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much of this process is in memory, in bytes: proc_pid_status(5). For any thread. */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int BYTES_PER_KB = 1024;

  private ResidentMemory() {}

  /** All of it. */
  public static long all() throws IOException {
    return field("VmRSS:");
  }

  /** The pages of mapped files. */
  public static long ofFiles() throws IOException {
    return field("RssFile:");
  }

  private static long field(String name) throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> BYTES_PER_KB * Long.parseLong(line.replaceAll("[^0-9]", "")))
        .sum();
  }
}
