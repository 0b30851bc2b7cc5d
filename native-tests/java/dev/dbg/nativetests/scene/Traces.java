package dev.dbg.nativetests.scene;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a session could leave behind: descriptors and mounts of dbgd's, and processes.
 *
 * @param descriptors how many dbgd has open, sockets aside: those to the engines it keeps, and
 *     opens more when it rehearses; nor those of control groups, which it uses again
 * @param tools its children
 * @param mounts of the mount namespace that it is in
 */
public record Traces(long descriptors, List<Long> tools, List<String> mounts) {
  /** Those that are there now. */
  public static Traces of(Host host) {
    Path process = Path.of("/proc", Long.toString(host.daemonPid()));
    try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
      return new Traces(
          descriptors.filter(Traces::isASessions).count(),
          host.tools(),
          Files.readAllLines(process.resolve("mountinfo")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that is closed by now is none either. */
  private static boolean isASessions(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return !target.startsWith("socket:") && !target.contains("/dbgd-");
    } catch (IOException e) {
      return false;
    }
  }

  /** Asserts that there are no more, soon: a client's end is noticed before dbgd has tidied up. */
  public void areNoMoreAt(Host host) {
    Patience.until(
        "dbgd has no more than %d descriptors and %s".formatted(descriptors, tools),
        () -> {
          Traces now = Traces.of(host);
          return now.descriptors() <= descriptors && now.tools().size() <= tools.size();
        });
    assertEquals(mounts, Traces.of(host).mounts());
  }
}
