package dev.dbg.nativetests.scene;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a session could leave behind: descriptors and mounts of dbgd's, and processes.
 *
 * @param descriptors how many dbgd has open
 * @param tools its children
 * @param mounts of the mount namespace that it is in
 */
public record Traces(int descriptors, List<Long> tools, List<String> mounts) {
  /** Those that are there now. */
  public static Traces of(Host host) {
    Path mounts = Path.of("/proc", Long.toString(host.daemonPid()), "mountinfo");
    try {
      return new Traces(
          Processes.descriptors(host.daemonPid()).size(), host.tools(), Files.readAllLines(mounts));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asserts that there are no more, soon: a client's end is noticed before dbgd has tidied up. */
  public void areNoMoreAt(Host host) {
    Patience.until(
        "dbgd has no more than %d descriptors".formatted(descriptors),
        () -> Traces.of(host).descriptors() <= descriptors);
    Traces now = Traces.of(host);
    assertEquals(tools, now.tools());
    assertEquals(mounts, now.mounts());
  }
}
