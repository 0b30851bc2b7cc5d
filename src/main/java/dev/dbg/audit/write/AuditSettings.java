package dev.dbg.audit.write;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a log is kept, dbgd(8).
 *
 * @param segmentBytes a file that has reached this is put aside and another begun
 * @param segmentAge so is one whose first record is this old
 * @param keepAge segments whose last record is older than this are removed; empty to keep them
 * @param keepBytes the oldest segments are removed while all together take more than this; empty to
 *     keep them
 * @param sealRecords at most this many records wait for a seal
 * @param sealEvery no record waits longer for a seal
 * @param reserve bytes of the disk that are kept for the results of sessions that have begun; 0 for
 *     none
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

  /** One file that grows for ever, with no room kept: for a log that is thrown away. */
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
