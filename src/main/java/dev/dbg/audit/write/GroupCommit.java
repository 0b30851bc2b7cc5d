package dev.dbg.audit.write;

import dev.dbg.audit.record.Chain;
import dev.dbg.audit.record.Draft;
import dev.dbg.audit.record.Head;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Of the threads that append together, one writes for all with one fdatasync(2); the others wait
 * for it. Whoever comes alone pays no change of threads.
 *
 * <p>After a failed write or sync nothing is known about what the disk holds (fsyncgate), so
 * nothing is retried on the same descriptor: every later append fails too.
 */
final class GroupCommit {
  /** What a record is reckoned with before it is known; most take a tenth of it. */
  private static final int MOST_PER_RECORD = 8192;

  private final LogFile file;
  private final Chain chain;
  private final Clock clock;
  private final Progress progress;

  // Guarded by this.
  private List<Waiting> queue = new ArrayList<>();
  private boolean writing;
  private @Nullable IOException failure;

  GroupCommit(LogFile file, Chain chain, Clock clock, Progress progress) {
    this.file = file;
    this.chain = chain;
    this.clock = clock;
    this.progress = progress;
  }

  /** A draft whose thread waits for it. */
  private static final class Waiting {
    final Draft draft;
    long seq;
    boolean done;
    boolean turnedAway;

    Waiting(Draft draft) {
      this.draft = draft;
    }
  }

  /** Writes a record, durably, and answers its number. */
  long write(Draft draft) throws AuditFailure {
    Waiting mine = new Waiting(draft);
    List<Waiting> batch;
    synchronized (this) {
      queue.add(mine);
      while (writing && !mine.done && failure == null) {
        try {
          wait();
        } catch (InterruptedException e) {
          // Whoever interrupts does so to stop a session, and its record is written first.
        }
      }
      if (failure != null) {
        throw AuditFailure.unwritable(file.path(), failure);
      }
      if (mine.done) {
        return numberOf(mine);
      }
      writing = true;
      batch = queue;
      queue = new ArrayList<>();
    }
    IOException failed = tryToCommit(batch);
    if (failed == null) {
      progress.reach(new Head(chain.seq(), chain.head()));
    } else {
      progress.fail(failed);
    }
    synchronized (this) {
      writing = false;
      failure = failed;
      batch.forEach(waiting -> waiting.done = true);
      notifyAll();
    }
    if (failed != null) {
      throw AuditFailure.unwritable(file.path(), failed);
    }
    return numberOf(mine);
  }

  private long numberOf(Waiting written) throws AuditFailure {
    if (written.turnedAway) {
      throw AuditFailure.full(file.path());
    }
    return written.seq;
  }

  /** Why it failed; null if it did not. */
  private @Nullable IOException tryToCommit(List<Waiting> batch) {
    // An interrupt would close the channel, for all who come after.
    boolean interrupted = Thread.interrupted();
    try {
      commit(batch);
      return null;
    } catch (IOException e) {
      return e;
    } catch (RuntimeException e) {
      return new IOException(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void commit(List<Waiting> batch) throws IOException {
    Instant now = clock.instant();
    if (file.isDue(now)) {
      file.rotate();
    }
    boolean roomy = file.hasRoomFor(MOST_PER_RECORD * batch.size());
    long first = chain.seq() + 1;
    StringBuilder lines = new StringBuilder();
    for (Waiting waiting : batch) {
      if (roomy || isOwed(waiting.draft)) {
        lines.append(chain.line(waiting.draft, clock.instant())).append('\n');
        waiting.seq = chain.seq();
      } else {
        waiting.turnedAway = true;
      }
    }
    if (!lines.isEmpty()) {
      file.write(lines.toString().getBytes(StandardCharsets.US_ASCII), first, now);
    }
  }

  /** What ends something that has begun is written as long as there is a byte for it. */
  static boolean isOwed(Draft draft) {
    return switch (draft.event()) {
      case RESULT, ORPHANED, DAEMON, SEAL -> true;
      case INTENT, DENIED, MALFORMED, READ, POLICY, RETENTION -> false;
    };
  }
}
