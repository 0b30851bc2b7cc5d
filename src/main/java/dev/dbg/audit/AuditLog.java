package dev.dbg.audit;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log's end. {@link #append} returns when the record is on the disk: fdatasync(2) has said so.
 *
 * <p>Any thread may append. Of those that come together, one writes for all with one fdatasync
 * (group commit); the others wait for it. Whoever comes alone pays no change of threads.
 *
 * <p>After a failed write or sync nothing is known about what the disk holds (fsyncgate), so
 * nothing is retried on the same descriptor: the log stays failed, and every later append fails
 * too, until dbgd is started anew.
 */
public final class AuditLog implements AutoCloseable {
  /** The name of the file that is written, in the log's directory. */
  public static final String FILE = "audit.jsonl";

  /**
   * A file of its own: fcntl(2) gives a lock up when the process closes any descriptor of the file,
   * and readers open and close the log.
   */
  private static final String LOCK = "lock";

  private static final Logger LOG = LoggerFactory.getLogger("audit");

  /** What a record is reckoned with before it is known; most take a tenth of it. */
  private static final int MOST_PER_RECORD = 8192;

  private final AuditSettings settings;
  private final FileChannel lock;
  private final LogFile file;
  private final Chain chain;
  private final Clock clock;

  private List<Waiting> queue = new ArrayList<>();
  private boolean writing;
  private boolean ending;
  private boolean closed;
  private Head head;
  private @Nullable IOException failure;

  private AuditLog(
      AuditSettings settings, FileChannel lock, LogFile file, Chain chain, Clock clock) {
    this.settings = settings;
    this.lock = lock;
    this.file = file;
    this.chain = chain;
    this.clock = clock;
    this.head = new Head(chain.seq(), chain.head());
  }

  /**
   * How far the chain has come, on the disk.
   *
   * @param seq the number of the last record, 0 for none
   * @param hash its hash, 64 zeros for none
   */
  public record Head(long seq, String hash) {}

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

  /** Opens a log that nobody keeps: {@link AuditSettings#plain}. */
  public static AuditLog open(Path directory, String boot, Clock clock) throws AuditFailure {
    return open(AuditSettings.plain(directory), boot, clock);
  }

  /**
   * Opens the log in the settings' directory, which is made if need be, and continues it. The
   * sessions that a dead dbgd left open are closed as orphaned.
   *
   * @param boot the kernel's boot id
   */
  public static AuditLog open(AuditSettings settings, String boot, Clock clock)
      throws AuditFailure {
    return open(settings, boot, clock, Room::onDisk);
  }

  /** {@link #open} on a disk of the tests'. */
  static AuditLog open(AuditSettings settings, String boot, Clock clock, Room room)
      throws AuditFailure {
    Path directory = settings.directory();
    Path path = directory.resolve(FILE);
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      FileChannel lock = lock(directory.resolve(LOCK));
      boolean opened = false;
      try {
        Remains remains = Remains.of(directory);
        LogFile file = LogFile.open(settings, room);
        Chain chain = new Chain(boot, remains.seq(), remains.head());
        AuditLog log = new AuditLog(settings, lock, file, chain, clock);
        log.recover(remains);
        opened = true;
        return log;
      } finally {
        if (!opened) {
          lock.close();
        }
      }
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  /** Two writers would fork the chain, and the second take the first one's sessions for orphans. */
  private static FileChannel lock(Path path) throws IOException {
    FileChannel lock = LogFile.create(path, StandardOpenOption.WRITE);
    boolean held = false;
    try {
      held = lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Held in this very process.
    } finally {
      if (!held) {
        lock.close();
      }
    }
    if (!held) {
      throw new IOException(path + " is locked: another dbgd writes it");
    }
    return lock;
  }

  private void recover(Remains remains) throws IOException, AuditFailure {
    if (remains.torn()) {
      // What the crash left of a line stays as it is; the next record starts on a line of its own.
      file.endLine();
    }
    for (Remains.Open open : remains.open()) {
      append(
          Draft.of(Event.ORPHANED)
              .with("session", open.session())
              .with("intent", open.seq())
              .with("operator", open.operator())
              .with("why", "dbgd ended during the session"));
    }
  }

  /**
   * Writes a record, durably.
   *
   * @throws AuditFailure when it may not be on the disk; then nothing may start
   */
  public void append(Draft draft) throws AuditFailure {
    long _ = number(draft);
  }

  /** {@link #append}, which answers the record's number. */
  long number(Draft draft) throws AuditFailure {
    try {
      return write(draft);
    } catch (AuditFailure e) {
      if (isOwed(draft)) {
        // The next dbgd calls its session orphaned; how it ended is told where it still can be.
        LOG.error("this is in no log: {}", draft);
      }
      throw e;
    }
  }

  private long write(Draft draft) throws AuditFailure {
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
        throw unwritable(path(), failure);
      }
      if (mine.done) {
        return numberOf(mine);
      }
      writing = true;
      batch = queue;
      queue = new ArrayList<>();
    }
    IOException failed = null;
    // An interrupt would close the channel, for all who come after.
    boolean interrupted = Thread.interrupted();
    try {
      commit(batch);
    } catch (IOException e) {
      failed = e;
    } catch (RuntimeException e) {
      failed = new IOException(e);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      writing = false;
      failure = failed;
      if (failed == null) {
        head = new Head(chain.seq(), chain.head());
      }
      batch.forEach(waiting -> waiting.done = true);
      notifyAll();
    }
    if (failed != null) {
      throw unwritable(path(), failed);
    }
    return numberOf(mine);
  }

  private long numberOf(Waiting written) throws AuditFailure {
    if (written.turnedAway) {
      throw new AuditFailure(
          "the disk of the audit log %s is nearly full: what is left is for the ends of running sessions: make room there"
              .formatted(path()),
          new IOException("no room for audit.reserve"));
    }
    return written.seq;
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
  private static boolean isOwed(Draft draft) {
    return switch (draft.event()) {
      case RESULT, ORPHANED, DAEMON, SEAL -> true;
      case INTENT, DENIED, MALFORMED, POLICY, RETENTION -> false;
    };
  }

  /** The last record that is on the disk. */
  public synchronized Head head() {
    return head;
  }

  /**
   * Waits until there is a record beyond {@code seq}, the log has failed or is closed, or the time
   * is over.
   *
   * @return whether there is one
   */
  public synchronized boolean awaitBeyond(long seq, Duration most) throws InterruptedException {
    long deadline = System.nanoTime() + most.toNanos();
    while (head.seq() <= seq && !ending && !closed && failure == null) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return head.seq() > seq;
  }

  /** Whether those who wait for records need wait no more. */
  public synchronized boolean isOver() {
    return ending || closed || failure != null;
  }

  /** dbgd is about to stop: who waits for records stops waiting. Records are still taken. */
  public synchronized void beginEnding() {
    ending = true;
    notifyAll();
  }

  /** Why nothing can be recorded, and so nothing started; null when all is well. */
  public synchronized @Nullable String failure() {
    return failure == null ? null : unwritable(path(), failure).message();
  }

  /** The file that is written. */
  public Path path() {
    return file.path();
  }

  public AuditSettings settings() {
    return settings;
  }

  private static AuditFailure unwritable(Path path, IOException e) {
    return new AuditFailure(
        "the audit log %s cannot be written: %s: nothing is run unrecorded; mend it and restart dbgd"
            .formatted(path, why(e)),
        e);
  }

  /** The exceptions of java.nio.file name the file and leave the reason to their type. */
  private static String why(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> denied.getMessage() + ": permission denied";
      case FileAlreadyExistsException there -> there.getMessage() + ": it is no directory";
      case NoSuchFileException missing -> missing.getMessage() + ": no such file or directory";
      case ClosedChannelException closed -> "it is closed";
      default -> String.valueOf(e.getMessage());
    };
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try (lock) {
      file.close();
    }
  }
}
