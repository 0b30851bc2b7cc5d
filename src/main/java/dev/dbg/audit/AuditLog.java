package dev.dbg.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
  /** The file's name in the log's directory. */
  public static final String FILE = "audit.jsonl";

  private final Path path;
  private final FileChannel file;
  private final Chain chain;
  private final Clock clock;

  private List<Waiting> queue = new ArrayList<>();
  private boolean writing;
  private @Nullable IOException failure;

  private AuditLog(Path path, FileChannel file, Chain chain, Clock clock) {
    this.path = path;
    this.file = file;
    this.chain = chain;
    this.clock = clock;
  }

  /** An entry whose thread waits for it. */
  private static final class Waiting {
    final Entry entry;
    boolean done;

    Waiting(Entry entry) {
      this.entry = entry;
    }
  }

  /**
   * Opens the log in {@code directory}, which is made if need be, and continues it. The sessions
   * that a dead dbgd left open are closed as orphaned.
   *
   * @param boot the kernel's boot id
   */
  public static AuditLog open(Path directory, String boot, Clock clock) throws AuditFailure {
    Path path = directory.resolve(FILE);
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Remains remains = Remains.of(path);
      FileChannel file =
          FileChannel.open(
              path,
              Set.of(
                  StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      AuditLog log =
          new AuditLog(path, file, new Chain(boot, remains.seq(), remains.head()), clock);
      log.recover(remains);
      return log;
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  private void recover(Remains remains) throws IOException, AuditFailure {
    if (remains.tornBytes() > 0) {
      // What the crash left of a line stays as it is; the next record starts on a line of its own.
      write(ByteBuffer.wrap(new byte[] {'\n'}));
    }
    for (Remains.Open open : remains.open()) {
      append(
          Entry.of(Event.ORPHANED)
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
  public void append(Entry entry) throws AuditFailure {
    Waiting mine = new Waiting(entry);
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
        throw unwritable(path, failure);
      }
      if (mine.done) {
        return;
      }
      writing = true;
      batch = queue;
      queue = new ArrayList<>();
    }
    IOException failed = null;
    try {
      commit(batch);
    } catch (IOException e) {
      failed = e;
    }
    synchronized (this) {
      writing = false;
      failure = failed;
      batch.forEach(waiting -> waiting.done = true);
      notifyAll();
    }
    if (failed != null) {
      throw unwritable(path, failed);
    }
  }

  private void commit(List<Waiting> batch) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Waiting waiting : batch) {
      lines.append(chain.line(waiting.entry, clock.instant())).append('\n');
    }
    write(ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.US_ASCII)));
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int _ = file.write(bytes);
    }
    file.force(false);
  }

  /** Why nothing can be recorded, and so nothing started; null when all is well. */
  public synchronized @Nullable String failure() {
    return failure == null ? null : unwritable(path, failure).message();
  }

  public Path path() {
    return path;
  }

  private static AuditFailure unwritable(Path path, IOException e) {
    return new AuditFailure(
        "the audit log %s cannot be written: %s: nothing is run unrecorded; mend it and restart dbgd"
            .formatted(path, e.getMessage()),
        e);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
