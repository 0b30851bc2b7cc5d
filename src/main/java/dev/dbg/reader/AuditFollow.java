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
 * {@code dbg audit --follow}: new records until the client is gone or signals, or dbgd stops.
 *
 * @param reader who asked
 * @param beforeEach happens before each batch is shown
 */
record AuditFollow(Path directory, ClientWatch client, Uid reader, Runnable beforeEach) {
  /** How long a new record may wait to be shown. Writers never wait for followers. */
  private static final Duration EVERY = Duration.ofMillis(300);

  /** How many records are held at a time. */
  private static final int BATCH = 100;

  private static final int MOST_BYTES = 64 * 1024;

  static final int MOST_BATCHES = 16;

  private static final int MOST_PER_USER = 4;

  /** Batches that are held at a time: a client that does not read holds its own for a while. */
  static final FairShare<Uid> BATCHES = new FairShare<>(MOST_BATCHES, MOST_PER_USER);

  /**
   * What holds now.
   *
   * @param head the last record
   */
  record Current(ChainHead head, ReadableRecords readable) {}

  /** Asks for it; empty if nothing may be shown any more. */
  interface AskingDbgd {
    Optional<Current> now() throws IOException;
  }

  /**
   * Shows the records that follow {@code head}.
   *
   * @param shown returns whether the client still listens
   */
  void from(
      ChainHead head,
      Query query,
      AskingDbgd asking,
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

  /** Shows a batch if there is room for one by now; returns whether the client still listens. */
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
