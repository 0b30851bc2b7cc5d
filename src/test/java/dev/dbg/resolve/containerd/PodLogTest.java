package dev.dbg.resolve.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.resolve.log.LogWanted;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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

  private static Optional<String> missing(String current, Optional<String> tail, String since) {
    Optional<Instant> from =
        Optional.of(since)
            .filter(text -> !text.isEmpty())
            .map(text -> LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant());
    return PodLog.missing(
        Path.of("/var/log/pods/shop_web_1/app"),
        current,
        NAMES,
        new LogWanted(false, tail, from, false, false));
  }

  @Test
  void it_is_said_from_when_on_the_log_is_whole() {
    Optional<String> said =
        Optional.of(
            "the log before 2026-12-01T02:15:00 on the host's clock is compressed, and left out:"
                + " root types zcat /var/log/pods/shop_web_1/app/0.log.20261201-021500.gz");

    assertEquals(said, missing("0.log", Optional.empty(), ""));
    assertEquals(said, missing("0.log", Optional.empty(), "2026-12-01T02:15:00"));
  }

  @Test
  void what_nobody_asked_for_is_not_missing() {
    assertEquals(Optional.empty(), missing("0.log", Optional.empty(), "2026-12-01T02:15:01"));
    assertEquals(Optional.empty(), missing("0.log", Optional.of("20"), ""));
    assertEquals(Optional.empty(), missing("10.log", Optional.empty(), ""), "another attempt");
  }
}
