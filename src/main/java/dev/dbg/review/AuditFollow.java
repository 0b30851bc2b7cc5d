package dev.dbg.review;

import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.LogTail;
import dev.dbg.audit.read.Query;
import dev.dbg.audit.read.Selection;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.wire.ClientWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/** {@code dbg audit --follow}: new records until the client is gone or signals, or dbgd stops. */
final class AuditFollow {
  /** How long a new record may wait to be shown. Writers never wait for followers. */
  private static final Duration EVERY = Duration.ofMillis(300);

  /** How many records are held at a time. */
  private static final int BATCH = 100;

  private static final int MOST_BYTES = 64 * 1024;

  private final AuditLog log;
  private final ClientWatch client;

  AuditFollow(AuditLog log, ClientWatch client) {
    this.log = log;
    this.client = client;
  }

  /** Decides what may be read now; fails if nothing may be shown any more. */
  interface Current {
    ReadableRecords readable() throws AuditFailure;
  }

  /**
   * Shows the records that follow {@code head}.
   *
   * @param shown returns whether the client still listens
   */
  void from(
      ChainHead head,
      Query query,
      Current current,
      ReaderLimits.Turns turns,
      BiPredicate<ReadableRecords, AuditReader.Read> shown)
      throws IOException, AuditFailure {
    Selection selection = new Selection(query);
    boolean behind = false;
    try (LogTail tail = new LogTail(log.settings().directory(), head)) {
      while (!log.isOver() && !client.endsWithin(behind ? Duration.ZERO : EVERY)) {
        ReadableRecords readable = current.readable();
        behind = false;
        long before = tail.last().seq();
        if (log.head().seq() <= before) {
          continue;
        }
        // Between batches a follower holds little memory and no turn.
        Optional<ReaderLimits.ReaderTurn> turn = turns.take();
        if (turn.isEmpty()) {
          return;
        }
        try (ReaderLimits.ReaderTurn _ = turn.get()) {
          if (!showNews(tail, selection, readable, shown)) {
            return;
          }
        }
        behind = tail.last().seq() > before;
      }
    }
  }

  /** Returns whether the client still listens. */
  private boolean showNews(
      LogTail tail,
      Selection selection,
      ReadableRecords readable,
      BiPredicate<ReadableRecords, AuditReader.Read> shown)
      throws IOException {
    List<AuditReader.Read> batch = tail.next(BATCH, MOST_BYTES, log.head().seq());
    for (AuditReader.Read read : batch) {
      if (selection.picks(read.fields(), readable) && !shown.test(readable, read)) {
        return false;
      }
    }
    return true;
  }
}
