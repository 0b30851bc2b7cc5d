package dev.dbg.deliver.sink;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.export.Sentence;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.MemoryFile;
import dev.dbg.kernel.socket.UnixDatagrams;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Sends to the journal's native socket. An entry that is too large for a datagram is sent as a
 * sealed memory file.
 *
 * <p>By default journald drops a service's messages beyond 10000 in 30 seconds, and reports that in
 * the journal only. So at most 250 a second are sent; the rest waits in the log.
 */
public final class JournalSink extends LocalSocket {
  /** journald's socket. */
  public static final Path SOCKET = Path.of("/run/systemd/journal/socket");

  public JournalSink(Path socket) {
    super(socket, JournalSink::send);
  }

  private static void send(UnixDatagrams to, JsonNode record) throws KernelException {
    byte[] entry = JournalEntry.of(record);
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

  @Override
  public int most() {
    return 50;
  }

  @Override
  public Duration pause() {
    return Duration.ofMillis(200);
  }

  /** A record as an entry of the journal, in systemd's Native Journal Protocol. */
  record JournalEntry(ByteArrayOutputStream out) {
    private static final int AUTHPRIV = 10;

    static byte[] of(JsonNode record) {
      JournalEntry entry = new JournalEntry(new ByteArrayOutputStream(2048));
      entry.field("MESSAGE", Sentence.of(record));
      entry.field("PRIORITY", Integer.toString(Severity.of(record).syslog()));
      entry.field("SYSLOG_IDENTIFIER", "dbgd");
      entry.field("SYSLOG_FACILITY", Integer.toString(AUTHPRIV));
      for (Field field : Field.values()) {
        field.text(record).ifPresent(text -> entry.field("DBG_" + field.name(), text));
      }
      return entry.out.toByteArray();
    }

    /** A value of several lines is preceded by its length. */
    void field(String name, String value) {
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
}
