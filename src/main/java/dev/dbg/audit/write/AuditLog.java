package dev.dbg.audit.write;

import static dev.dbg.audit.record.RecordField.*;

import dev.dbg.audit.file.PrivateFiles;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.Chain;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.FittedRecord;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.recording.Recordings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the log. {@link #append} returns when the record is on the disk, fdatasync(2).
 *
 * <p>For any thread. After a failure every later append fails too, until dbgd is restarted.
 */
public final class AuditLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("audit");

  private final AuditSettings settings;
  private final DirectoryLock lock;
  private final LogFile file;
  private final Chain chain;
  private final GroupCommit commits;
  private volatile HostIdentity host;

  private AuditLog(
      AuditSettings settings,
      DirectoryLock lock,
      LogFile file,
      Chain chain,
      HostIdentity host,
      Clock clock,
      Consumer<String> copies) {
    this.settings = settings;
    this.lock = lock;
    this.file = file;
    this.chain = chain;
    this.commits = new GroupCommit(file, chain, clock, copies);
    this.host = host;
    chain.writtenOn(host);
  }

  /** Opens a log whose records name no host; for tests and throw-away logs. */
  public static AuditLog open(AuditSettings settings, String boot, Clock clock)
      throws AuditFailure {
    return open(settings, boot, HostIdentity.UNKNOWN, clock, _ -> {});
  }

  /**
   * Opens the log in the settings' directory, which is created if it is missing. Sessions that a
   * dead dbgd left open are recorded as orphaned. {@code boot} is the kernel's boot id. {@code
   * copies} gets the line of each record that is on the disk, in order, and does not wait.
   */
  public static AuditLog open(
      AuditSettings settings, String boot, HostIdentity host, Clock clock, Consumer<String> copies)
      throws AuditFailure {
    return open(settings, boot, host, clock, copies, DiskReserve::onDisk);
  }

  static AuditLog open(
      AuditSettings settings,
      String boot,
      HostIdentity host,
      Clock clock,
      Consumer<String> copies,
      DiskReserve room)
      throws AuditFailure {
    Path directory = settings.directory();
    try {
      PrivateFiles.createDirectories(directory);
      DirectoryLock lock = DirectoryLock.take(directory);
      try {
        RecoveryState found = RecoveryState.of(directory);
        LogFile file = LogFile.open(settings, room);
        Chain chain = new Chain(boot, found.head());
        AuditLog log = new AuditLog(settings, lock, file, chain, host, clock, copies);
        log.recover(found);
        return log;
      } catch (IOException | AuditFailure | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw AuditFailure.unwritable(directory.resolve(Segment.FILE), e);
    }
  }

  private void recover(RecoveryState found) throws IOException, AuditFailure {
    if (found.torn()) {
      // The torn line is kept; the next record starts a new line.
      file.endLine();
    }
    // Before the ORPHANED records are written: after a crash in between, the sessions are still
    // open.
    Map<String, Map<String, Object>> recordings =
        Recordings.settle(
            settings.directory(), found.open().stream().map(RecoveryState.Open::session).toList());
    Map<String, Object> gone = Map.of(RECORDING_FAILED.word(), "it is gone");
    for (RecoveryState.Open open : found.open()) {
      append(
          RecordBuilder.of(Event.ORPHANED)
              .with(SESSION, open.session())
              .with(INTENT, open.seq())
              .with(OPERATOR, open.operator())
              .with(WHY, "dbgd ended during the session")
              .with(
                  RECORDING,
                  recordings.getOrDefault(open.session(), open.isRecorded() ? gone : null)));
    }
  }

  /**
   * Writes a record durably.
   *
   * @throws AuditFailure if the record may not be on the disk; then nothing may start
   */
  public void append(RecordBuilder draft) throws AuditFailure {
    append(FittedRecord.of(draft));
  }

  void append(FittedRecord record) throws AuditFailure {
    long _ = number(record);
  }

  /** {@link #append}, which returns the record's number. */
  long number(FittedRecord record) throws AuditFailure {
    try {
      return commits.write(record);
    } catch (AuditFailure e) {
      if (GroupCommit.isOwed(record)) {
        // The next dbgd records its session as orphaned; how it ended is in the journal only.
        LOG.error("not written to the log: {}", record);
      }
      throw e;
    }
  }

  /** From now on, records name this host. */
  public void writtenOn(HostIdentity now) {
    host = now;
    chain.writtenOn(now);
  }

  /** The host that records name now. */
  public HostIdentity host() {
    return host;
  }

  /** The last record that is on the disk. */
  public ChainHead head() {
    return commits.head();
  }

  /**
   * The number of the first INTENT of a session that is open now, or of the record after {@code
   * head} if none is; {@code head} is a {@link #head} of before.
   */
  long openFrom(ChainHead head) {
    return commits.sessions().from(head.seq() + 1);
  }

  /**
   * Waits for a record beyond {@code seq}, until the log fails or ends, or for a time.
   *
   * @return whether there is one
   */
  public boolean awaitBeyond(long seq, Duration most) throws InterruptedException {
    return commits.awaitBeyond(seq, most);
  }

  /** Whether waiting for records is useless: the log failed or ends. */
  public boolean isOver() {
    return commits.isOver();
  }

  /** dbgd is about to stop: nobody waits for records any more. They are still written. */
  public void beginEnding() {
    commits.end();
  }

  /** Why nothing can be recorded; null if it can. */
  public @Nullable String failure() {
    IOException failure = commits.failure();
    return failure == null ? null : AuditFailure.unwritable(path(), failure).message();
  }

  /** The log's current file. */
  public Path path() {
    return file.path();
  }

  public AuditSettings settings() {
    return settings;
  }

  @Override
  public void close() throws IOException {
    commits.end();
    try (lock) {
      file.close();
    }
  }
}
