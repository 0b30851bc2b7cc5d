package dev.dbg.deliver.sink;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.export.Sentence;
import java.nio.charset.StandardCharsets;

/**
 * A record as a message of syslog, RFC 5424: the fields as structured data, the sentence as the
 * message.
 *
 * <p>Receivers need not take more than 480 bytes and should take 2048; most take 8 KiB. So a value
 * that is longer than {@link #LONGEST_VALUE} characters is cut, and ends in {@code ...}; the log
 * has it whole.
 */
final class SyslogMessage {
  static final int LONGEST_VALUE = 1024;

  /** The number that RFC 5612 keeps for documentation: dbg has none of its own. */
  private static final String ID = "dbg@32473";

  private static final String BOM = "\uFEFF";
  private static final String NONE = "-";
  private static final int LONGEST_HOST = 255;

  private SyslogMessage() {}

  /**
   * The message's bytes.
   *
   * @param facility its number, 0 to 23
   * @param host this host's name
   */
  static byte[] of(JsonNode record, int facility, String host) {
    String event = printable(record.path("event").asText());
    StringBuilder message = new StringBuilder(1024);
    message
        .append('<')
        .append(facility * 8 + Severity.of(record).syslog())
        .append(">1 ")
        .append(printable(record.path("time").asText()))
        .append(' ')
        .append(printable(host))
        .append(" dbgd - ")
        .append(event)
        .append(" [")
        .append(ID);
    for (Field field : Field.values()) {
      // Both have a place of their own in the header.
      if (field != Field.EVENT && field != Field.TIME) {
        field
            .text(record)
            .ifPresent(
                value ->
                    message
                        .append(' ')
                        .append(field.word())
                        .append("=\"")
                        .append(escaped(cut(value)))
                        .append('"'));
      }
    }
    message.append("] ").append(BOM).append(cut(Sentence.of(record)));
    return message.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String cut(String value) {
    if (value.length() <= LONGEST_VALUE) {
      return value;
    }
    int end = LONGEST_VALUE - 3;
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
