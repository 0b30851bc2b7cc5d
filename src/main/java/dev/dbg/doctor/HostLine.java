package dev.dbg.doctor;

import dev.dbg.cgroup.SessionGroups;
import dev.dbg.doctor.Finding.Health;
import dev.dbg.kernel.ThisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the host is, for who reads or is sent a report. No check, and nothing depends on it: what
 * the host can do is found by trying.
 */
public final class HostLine {
  /** Its area; the text begins with it. */
  static final String AREA = "host";

  private static final String UNKNOWN = "unknown";
  private static final Path SECURITY = Path.of("/sys/kernel/security/lsm");
  private static final Path RELEASE = Path.of("/etc/os-release");

  private HostLine() {}

  public static List<Finding> of(SessionGroups groups) {
    String what =
        "%s, Linux %s, glibc %s, control groups: %s, security modules: %s"
            .formatted(
                distribution(),
                System.getProperty("os.version", UNKNOWN),
                ThisProcess.libraryVersion(),
                groups.versions(),
                text(SECURITY).replace(",", " "));
    return List.of(Finding.forEverybody(AREA, what, Health.WORKS.with("")));
  }

  /** The name for people, {@code PRETTY_NAME} of os-release(5), without its quotes. */
  private static String distribution() {
    return text(RELEASE)
        .lines()
        .filter(line -> line.startsWith("PRETTY_NAME="))
        .map(line -> line.replaceFirst("^PRETTY_NAME=[\"']?", "").replaceFirst("[\"']$", ""))
        .findFirst()
        .orElse(UNKNOWN);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return UNKNOWN;
    }
  }
}
