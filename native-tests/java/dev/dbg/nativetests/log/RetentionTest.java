package dev.dbg.nativetests.log;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A log with a size limit: each removed segment is on record, and the remaining log is whole. */
@Tag("native")
@Tag("whole")
final class RetentionTest {
  private static final long MOST = 24 << 10;

  @RegisterExtension
  static final Host host =
      Host.with(Host.EVERYTHING).keeping("rotate-size = \"16K\"", "keep-size = \"24K\"");

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-retained");
  }

  @Test
  void the_oldest_goes_with_its_recordings_and_what_is_left_is_intact() throws IOException {
    Ran first = host.ann().runs("--record dbgt-retained net -- ss -tlnH").exits(0).isRecorded();
    String recorded = first.leaves("result").text("/session");
    Path recording = recordings().resolve(recorded + ".out");
    assertTrue(Files.exists(recording));
    host.ann()
        .runsScript("for i in $(seq 150); do $DBG dbgt-retained net -- ss -tlnH; done")
        .exits(0);
    long newest = host.audit().count("result");
    assertTrue(newest > 0);

    // dbgd checks the log's size when it starts, and once a minute.
    host.daemon().stops();
    host.daemon().starts();
    Patience.until("the oldest segments are gone", () -> size() < MOST + (16 << 10));
    // On a slow machine it was said within a minute of the sessions, in a file that is complete
    // now.
    Patience.until(
        "it is said",
        () ->
            host.root()
                .runs("audit export")
                .exits(0)
                .out()
                .contains("\"why\":\"larger than audit.keep-size\""));
    Patience.until("the recording went with its segment", () -> !Files.exists(recording));
    assertFalse(
        host.root().runs("audit --session " + recorded).exits(0).out().contains("dbgt-retained"));
    assertTrue(host.root().runs("audit verify").exits(0).out().startsWith("intact: "));
    host.daemon().stops();
    String left = host.installed().verifies().exits(0).out();
    assertTrue(left.startsWith("unbroken: "), left);

    // Verification notices that somebody removed another segment by hand.
    List<Path> segments = segments();
    Files.delete(segments.getFirst());
    String less = host.installed().verifies().exits(1).out();
    assertTrue(less.contains("segment-missing: "), less);
  }

  private static Path recordings() {
    return host.audit().file().resolveSibling("recordings");
  }

  private static List<Path> segments() {
    try (Stream<Path> files = Files.list(host.audit().file().getParent())) {
      return files.filter(file -> file.toString().endsWith(".gz")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size() {
    return segments().stream().mapToLong(file -> file.toFile().length()).sum()
        + host.audit().file().toFile().length();
  }
}
