package dev.dbg.reader;

import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.LogTail;
import dev.dbg.audit.read.Query;
import dev.dbg.audit.read.Selection;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.model.Uid;
import dev.dbg.session.FairShare;
import dev.dbg.wire.ClientWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * {@code dbg audit --follow}: shows new records until the client disconnects or dbgd stops.
 *
 * @param reader the operator's uid
 * @param beforeEach runs before each batch is shown
 */
record AuditFollow(Path directory, ClientWatch client, Uid reader, Runnable beforeEach) {
  /** The poll interval. Writers never wait for followers. */
  private static final Duration EVERY = Duration.ofMillis(300);

  /** The most records of a batch. */
  private static final int BATCH = 100;

  private static final int MOST_BYTES = 64 * 1024;

  static final int MOST_BATCHES = 16;

  private static final int MOST_PER_USER = 4;

  /** The batches in memory: a client that does not read keeps its batch for a while. */
  static final FairShare<Uid> BATCHES = new FairShare<>(MOST_BATCHES, MOST_PER_USER);

  /** The permissions at this moment; {@code head} is the last record. */
  record Current(ChainHead head, ReadableRecords readable) {}

  /** Asks dbgd for the present permissions; empty if nothing may be shown any more. */
  interface PermissionSource {
    Optional<Current> now() throws IOException;
  }

  /**
   * Shows the records after {@code head}.
   *
   * @param shown returns true if the client is still connected
   */
  void from(
      ChainHead head,
      Query query,
      PermissionSource asking,
      BiPredicate<ReadableRecords, AuditReader.Read> shown)
      throws IOException {
    Selection selection = new Selection(query);
    boolean behind = false;
    try (LogTail tail = new LogTail(directory, head)) {
      while (!client.endsWithin(behind ? Duration.ZERO : EVERY)) {
        long before = tail.last().seq();
        Optional<Current> now = asking.now();
        if (now.isEmpty() || !showNews(tail, selection, now.get(), shown)) {
          return;
        }
        behind = tail.last().seq() > before;
      }
    }
  }

  /** Shows a batch if there is memory for one; returns true if the client is still connected. */
  private boolean showNews(
      LogTail tail,
      Selection selection,
      Current now,
      BiPredicate<ReadableRecords, AuditReader.Read> shown)
      throws IOException {
    if (now.head.seq() <= tail.last().seq()) {
      return true;
    }
    Optional<FairShare<Uid>.Part> room = BATCHES.take(reader, 1, EVERY);
    if (room.isEmpty()) {
      return true; // It looks for the client, and then tries again.
    }
    try (FairShare<Uid>.Part _ = room.get()) {
      beforeEach.run();
      for (AuditReader.Read read : tail.next(BATCH, MOST_BYTES, now.head.seq())) {
        if (selection.picks(read.fields(), now.readable) && !shown.test(now.readable, read)) {
          return false;
        }
      }
      return true;
    }
  }
}
