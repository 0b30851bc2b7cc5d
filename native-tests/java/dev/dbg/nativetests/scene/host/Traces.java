package dev.dbg.nativetests.scene.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a session could leave behind: descriptors and mounts of dbgd, and processes.
 *
 * @param descriptors how many descriptors dbgd has open, except sockets, as it keeps those to the
 *     engines and its warm-up opens more, and except control groups, which it reuses
 * @param tools dbgd's children
 * @param mounts the mounts in dbgd's mount namespace
 */
public record Traces(long descriptors, List<Long> tools, List<String> mounts) {
  /** What is there now. */
  public static Traces of(Host host) {
    Path process = Path.of("/proc", Long.toString(host.daemon().pid()));
    try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
      return new Traces(
          descriptors.filter(Traces::isASessions).count(),
          host.processes().tools(),
          Files.readAllLines(process.resolve("mountinfo")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A descriptor that is closed by now does not count. */
  private static boolean isASessions(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return !target.startsWith("socket:") && !target.contains("/dbgd-");
    } catch (IOException e) {
      return false;
    }
  }

  /** Asserts that no more is there, soon: a client ends before dbgd has tidied up. */
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
