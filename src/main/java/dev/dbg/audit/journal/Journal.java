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

  private final UnixDatagrams journald;
  private final Thread thread;

  // Guarded by this.
  private final Deque<String> queue = new ArrayDeque<>();
  private int queued;
  private int lost;
  private boolean ending;

  // Used by the thread only.
  private boolean isFailing;

  private Journal(Path socket) {
    this.journald = new UnixDatagrams(socket.toString(), PATIENCE);
    this.thread = Thread.ofPlatform().name(NAME).daemon().start(this::send);
  }

  /** Starts to send to the host's journal; empty if the host has none. */
  public static Optional<Journal> start() {
    return Files.exists(SOCKET) ? Optional.of(new Journal(SOCKET)) : Optional.empty();
  }

  static Journal at(Path socket) {
    return new Journal(socket);
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
    try (journald) {
      for (String line = next(); line != null; line = next()) {
        JsonNode record = ParsedRecord.of(line).orElseThrow();
        byte[] entry = entry(record);
        while (!isSent(entry, RecordField.SEQ.number(record))) {
          Thread.sleep(RETRY);
        }
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      // The time for the last records is over.
    }
  }

  /** Waits for a line, and takes it from the queue; null if there is none and dbgd ends. */
  private synchronized @Nullable String next() throws InterruptedException {
    if (queue.isEmpty() && lost > 0) {
      LOG.warn("{} records before this one are not in the journal: the log has them", lost);
      lost = 0;
    }
    while (queue.isEmpty() && !ending) {
      wait();
    }
    String line = queue.poll();
    queued -= line == null ? 0 : line.length();
    return line;
  }

  private boolean isSent(byte[] entry, long seq) {
    try {
      sendWhole(entry);
      if (isFailing) {
        LOG.info("the journal takes records again, from record {} on", seq);
      }
      isFailing = false;
    } catch (IOException e) {
      if (!isFailing) {
        LOG.warn("the journal takes no records, from record {} on: {}", seq, e.getMessage());
      }
      isFailing = true;
    }
    return !isFailing;
  }

  private void sendWhole(byte[] entry) throws IOException {
    try {
      journald.send(entry);
    } catch (KernelException e) {
      if (!e.isTooLarge()) {
        throw e;
      }
      try (MemoryFile file = MemoryFile.sealed("journal-entry", entry)) {
        journald.send(file);
      }
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
