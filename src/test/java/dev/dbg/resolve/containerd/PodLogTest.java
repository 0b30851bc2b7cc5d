package dev.dbg.resolve.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.model.Uid;
import dev.dbg.resolve.log.LogWanted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a pod's log, what the kubelet has compressed. */
class PodLogTest {
  private static final List<String> NAMES =
      List.of(
          "0.log",
          "0.log.20261201-031500",
          "0.log.20261201-001500.gz",
          "0.log.20261201-021500.gz",
          "0.log.20261201-030000.gz.tmp",
          "1.log.20261201-040000.gz",
          "10.log");

  @TempDir private Path directory;

  private Optional<String> missing(String current, Optional<String> tail, Optional<Instant> since)
      throws IOException {
    int owner = (Integer) Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    try (OwnedTree tree = OwnedTree.open(directory, new Uid(owner))) {
      return PodLog.missing(
          tree,
          Path.of("/var/log/pods/shop_web_1/app"),
          current,
          NAMES,
          new LogWanted(false, tail, since, false, false));
    }
  }

  /** Written now, whatever the kubelet called it by its own clock. */
  private void compressed() throws IOException {
    Files.writeString(directory.resolve("0.log.20261201-021500.gz"), "");
  }

  @Test
  void it_is_said_from_when_on_the_log_is_whole() throws Exception {
    Optional<String> said =
        Optional.of(
            "the log before 2026-12-01T02:15:00 on the host's clock is compressed, and left out:"
                + " root types zcat /var/log/pods/shop_web_1/app/0.log.20261201-021500.gz");

    assertEquals(said, missing("0.log", Optional.empty(), Optional.empty()));
    assertEquals(
        said, missing("0.log", Optional.empty(), Optional.of(Instant.now())), "it is gone");
    compressed();
    Instant before = Instant.now().minus(Duration.ofMinutes(1));
    assertEquals(said, missing("0.log", Optional.empty(), Optional.of(before)));
  }

  @Test
  void what_nobody_asked_for_is_not_missing() throws Exception {
    compressed();
    Instant after = Instant.now().plus(Duration.ofMinutes(1));
    assertEquals(Optional.empty(), missing("0.log", Optional.empty(), Optional.of(after)));
    assertEquals(Optional.empty(), missing("0.log", Optional.of("20"), Optional.empty()));
    assertEquals(
        Optional.empty(), missing("10.log", Optional.empty(), Optional.empty()), "another attempt");
  }
}
