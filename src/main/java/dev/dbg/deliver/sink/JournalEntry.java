package dev.dbg.deliver.sink;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.export.Sentence;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

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
