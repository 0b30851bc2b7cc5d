package dev.dbg.deliver.sink;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.message.Field;
import dev.dbg.audit.message.Sentence;
import dev.dbg.audit.message.Severity;
import dev.dbg.audit.record.RecordField;
import java.nio.charset.StandardCharsets;

/**
 * Records as messages of syslog, RFC 5424: the fields as structured data, the sentence as the
 * message.
 *
 * <p>A receiver must accept 480 bytes and should accept 2048; most accept 8 KiB. So a value that is
 * longer than {@link #LONGEST_VALUE} characters is cut, and ends in {@code ...}; the log has the
 * complete value.
 *
 * @param facility its number, 0 to 23
 */
public record SyslogForm(int facility) {
  static final int LONGEST_VALUE = 1024;

  /** The number that RFC 5612 reserves for documentation: dbg has no number of its own. */
  private static final String ID = "dbg@32473";

  private static final String BOM = "\uFEFF";
  private static final String NONE = "-";
  private static final int LONGEST_HOST = 255;

  byte[] message(JsonNode record) {
    StringBuilder message = new StringBuilder(1024);
    message
        .append('<')
        .append(facility * 8 + Severity.of(record).syslog())
        .append(">1 ")
        .append(printable(RecordField.TIME.text(record)))
        .append(' ')
        .append(printable(Field.HOST.text(record).orElse("")))
        .append(" dbgd - ")
        .append(printable(RecordField.EVENT.text(record)))
        .append(" [")
        .append(ID);
    for (Field field : Field.values()) {
      // These are in the header.
      if (field != Field.EVENT && field != Field.TIME && field != Field.HOST) {
        field
            .text(record)
            .ifPresent(
                value ->
                    message
                        .append(' ')
                        .append(field.word())
                        .append("=\"")
                        .append(escaped(cut(value, LONGEST_VALUE)))
                        .append('"'));
      }
    }
    message.append("] ").append(BOM).append(cut(Sentence.of(record), LONGEST_VALUE));
    return message.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** A text of at most so many characters, which ends in {@code ...} if it was longer. */
  static String cut(String value, int longest) {
    if (value.length() <= longest) {
      return value;
    }
    int end = longest - 3;
    return value.substring(0, Character.isHighSurrogate(value.charAt(end - 1)) ? end - 1 : end)
        + "...";
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("]", "\\]");
  }

  /** A word of the header: printable ASCII without a space. */
  private static String printable(String word) {
    String ascii = word.replaceAll("[^!-~]", "");
    String fitting = ascii.substring(0, Math.min(ascii.length(), LONGEST_HOST));
    return fitting.isEmpty() ? NONE : fitting;
  }
}
