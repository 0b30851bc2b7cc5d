package dev.dbg.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether dbgd may open as many descriptors as its sessions take.
 *
 * @param sessions how many there may be at once
 */
record DescriptorsCheck(int sessions) implements HostCheck {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Path OPEN = Path.of("/proc/self/fd");
  private static final String LIMIT = "Max open files";

  /** What a session has open at its height, counted, and some to spare. */
  private static final int EACH = 32;

  @Override
  public List<Finding> findings() {
    return List.of(Finding.forEverybody("limit", "descriptors", verdict()));
  }

  private CheckStatus verdict() {
    try (Stream<Path> descriptors = Files.list(OPEN)) {
      long open = descriptors.count();
      long most = most();
      String message =
          "dbgd has %d of %d descriptors open, and %d sessions may take %d each: raise LimitNOFILE= of dbgd.service"
              .formatted(open, most, sessions, EACH);
      if (most - open < EACH) {
        return new CheckStatus.Fails(message);
      }
      return most - open < (long) sessions * EACH
          ? new CheckStatus.Degraded(message)
          : new CheckStatus.Works("%d of %d open".formatted(open, most));
    } catch (IOException e) {
      return new CheckStatus.Fails(
          "dbgd can't open %s: raise LimitNOFILE= of dbgd.service".formatted(e.getMessage()));
    }
  }

  private static long most() throws IOException {
    for (String line : Files.readAllLines(LIMITS)) {
      if (line.startsWith(LIMIT)) {
        String soft = line.substring(LIMIT.length()).strip().split(" +", 2)[0];
        return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
      }
    }
    throw new IOException(LIMITS + " without " + LIMIT);
  }
}
