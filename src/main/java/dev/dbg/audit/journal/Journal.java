package dev.dbg.audit.journal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.message.Field;
import dev.dbg.audit.message.Sentence;
import dev.dbg.audit.message.Severity;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.audit.record.RecordField;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.MemoryFile;
import dev.dbg.kernel.socket.UnixDatagrams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends records to the journal while they are written, from a queue in memory, in a thread of its
 * own. The log remains the record: if journald does not read for long, or dbgd is killed, the
 * journal lacks records that the log has.
 *
 * <p>By default journald drops a service's messages beyond 10000 in 30 seconds, and reports that in
 * the journal only. So at most 250 records a second are sent.
 */
public final class Journal implements Consumer<String>, AutoCloseable {
  /** The journal among the receivers of the log. */
  public static final String NAME = "journal";

  private static final Logger LOG = LoggerFactory.getLogger(NAME);

  private static final Path SOCKET = Path.of("/run/systemd/journal/socket");

  /** The most characters of lines in the queue. */
  private static final int MOST_QUEUED = 1024 * 1024;

  private static final int AUTHPRIV = 10;

  private static final Duration PAUSE = Duration.ofMillis(4);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LAST_CHANCE = Duration.ofSeconds(3);

  private final Path socket;
  private final Thread thread;

  // Guarded by this.
  private final Deque<String> queue = new ArrayDeque<>();
  private int queued;
  private int lost;
  private boolean sending;
  private boolean ending;
  private long had = -1;

  // Used by the thread only.
  private @Nullable UnixDatagrams journald;
  private boolean isFailing;

  private Journal(Path socket) {
    this.socket = socket;
    this.thread = Thread.ofPlatform().name(NAME).daemon().start(this::send);
  }

  /** Starts to send to the host's journal; empty if the host has none. */
  public static Optional<Journal> start() {
    return Files.exists(SOCKET) ? Optional.of(new Journal(SOCKET)) : Optional.empty();
  }

  static Journal at(Path socket) {
    return new Journal(socket);
  }

  /**
   * The number of the last record that was sent; {@code head}, the last one of the log, if none
   * waits. For any thread.
   */
  public synchronized long had(long head) {
    return sending && had >= 0 ? had : head;
  }

  /** Queues a record's line, without waiting. If the queue is full, the record is not sent. */
  @Override
  public synchronized void accept(String line) {
    if (queued + line.length() > MOST_QUEUED) {
      lost++;
      return;
    }
    queue.add(line);
    queued += line.length();
    notifyAll();
  }

  private void send() {
    try {
      for (String line = next(); line != null; line = next()) {
        deliver(ParsedRecord.of(line).orElseThrow());
        reportLost();
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      // The time for the last records is over.
    } finally {
      disconnect();
    }
  }

  /** Waits for a line, and takes it from the queue; null if there is none and dbgd ends. */
  private synchronized @Nullable String next() throws InterruptedException {
    sending = !queue.isEmpty();
    while (queue.isEmpty()) {
      if (ending) {
        return null;
      }
      wait();
    }
    String line = queue.remove();
    queued -= line.length();
    sending = true;
    return line;
  }

  /** Sends a record, again and again until that succeeds. */
  private void deliver(JsonNode record) throws InterruptedException {
    byte[] entry = entry(record);
    long seq = RecordField.SEQ.number(record);
    while (!sends(entry, seq)) {
      Thread.sleep(RETRY);
    }
    synchronized (this) {
      had = seq;
    }
  }

  private boolean sends(byte[] entry, long seq) {
    try {
      if (journald == null) {
        journald = UnixDatagrams.to(socket.toString(), PATIENCE);
      }
      send(journald, entry);
      if (isFailing) {
        LOG.info("the journal takes records again, from record {} on", seq);
      }
      isFailing = false;
    } catch (IOException e) {
      disconnect();
      if (!isFailing) {
        LOG.warn("the journal takes no records, from record {} on: {}", seq, e.getMessage());
      }
      isFailing = true;
    }
    return !isFailing;
  }

  private static void send(UnixDatagrams to, byte[] entry) throws KernelException {
    try {
      to.send(entry);
    } catch (KernelException e) {
      if (!e.isTooLarge()) {
        throw e;
      }
      try (MemoryFile file = MemoryFile.sealed("journal-entry", entry)) {
        to.send(file);
      }
    }
  }

  private void reportLost() {
    int records;
    synchronized (this) {
      if (lost == 0 || !queue.isEmpty()) {
        return;
      }
      records = lost;
      lost = 0;
    }
    LOG.warn("{} records before this one are not in the journal: the log has them", records);
  }

  private void disconnect() {
    if (journald != null) {
      journald.close();
      journald = null;
    }
  }

  /** Ends, after sending what is in the queue for up to three seconds. */
  @Override
  public void close() {
    synchronized (this) {
      ending = true;
      notifyAll();
    }
    try {
      if (!thread.join(LAST_CHANCE)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A record as an entry of the journal, in systemd's Native Journal Protocol. */
  static byte[] entry(JsonNode record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(2048);
    field(out, "MESSAGE", Sentence.of(record));
    field(out, "PRIORITY", Integer.toString(Severity.of(record).syslog()));
    field(out, "SYSLOG_IDENTIFIER", "dbgd");
    field(out, "SYSLOG_FACILITY", Integer.toString(AUTHPRIV));
    for (Field field : Field.values()) {
      field.text(record).ifPresent(text -> field(out, "DBG_" + field.name(), text));
    }
    return out.toByteArray();
  }

  /** A value of several lines is preceded by its length. */
  static void field(ByteArrayOutputStream out, String name, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
    if (value.indexOf('\n') < 0) {
      out.write('=');
    } else {
      out.write('\n');
      out.writeBytes(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length).array());
    }
    out.writeBytes(bytes);
    out.write('\n');
  }
}
