package dev.dbg.doctor;

import dev.dbg.cgroup.SessionGroups;
import dev.dbg.doctor.Finding.Health;
import dev.dbg.kernel.ThisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The first line of a report: the host's distribution and versions. No check depends on it. */
public final class HostLine {
  /** The area of the finding, which is the first line of the text. */
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

  /** Returns {@code PRETTY_NAME} of os-release(5), without quotes. */
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
