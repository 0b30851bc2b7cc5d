package dev.dbg.audit.write;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a log is kept, dbgd.toml(5).
 *
 * @param segmentBytes a file of this size is complete, and a new one is begun
 * @param segmentAge a file whose first record is this old is complete too
 * @param keepAge segments whose last record is older than this are removed; empty to keep them
 * @param keepBytes the oldest segments are removed while all together take more than this; empty to
 *     keep them
 * @param sealRecords at most this many records wait for a seal
 * @param sealEvery no record waits longer for a seal
 * @param reserve bytes of disk space that are kept for the results of running sessions; 0 for none
 */
public record AuditSettings(
    Path directory,
    long segmentBytes,
    Duration segmentAge,
    Optional<Duration> keepAge,
    Optional<Long> keepBytes,
    int sealRecords,
    Duration sealEvery,
    long reserve) {

  /** One file that grows without limit, and no reserve; for tests and throw-away logs. */
  public static AuditSettings plain(Path directory) {
    return new AuditSettings(
        directory,
        Long.MAX_VALUE,
        Duration.ofDays(100_000),
        Optional.empty(),
        Optional.empty(),
        Integer.MAX_VALUE,
        Duration.ofDays(100_000),
        0);
  }
}
