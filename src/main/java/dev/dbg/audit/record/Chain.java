package dev.dbg.audit.record;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Turns records into lines, each chained to the line before.
 *
 * <p>A line is the record as JSON in printable ASCII; all other characters are escaped, so that a
 * log contains no control sequences for a terminal and no line breaks within a record. The last two
 * members are {@code prev}, the hash of the record before, and {@code hash}: SHA-256 over the
 * line's own bytes without {@code ,"hash":"…"}. These bytes include {@code prev}, so each hash
 * covers all lines before it.
 *
 * <p>For one thread at a time.
 */
public final class Chain {
  public static final String START = "0".repeat(64);

  private final String boot;
  private ChainHead head;

  /** Continues after {@code head}, the log's last record; {@code boot} is the kernel's boot id. */
  public Chain(String boot, ChainHead head) {
    this.boot = boot;
    this.head = head;
  }

  /** The last record. */
  public ChainHead head() {
    return head;
  }

  /** The record's line, without the newline; at most {@link FittedRecord#LONGEST_LINE} bytes. */
  public String line(FittedRecord record, Instant time) {
    long seq = head.seq() + 1;
    Map<String, Object> begin = new LinkedHashMap<>();
    begin.put(RecordField.SEQ.word(), seq);
    begin.put(RecordField.TIME.word(), time.truncatedTo(ChronoUnit.MICROS).toString());
    begin.put(RecordField.BOOT.word(), boot);
    begin.put(RecordField.EVENT.word(), record.event().word());
    String body =
        "{%s%s,\"prev\":\"%s\"}"
            .formatted(
                FittedRecord.members(begin),
                record.members().isEmpty() ? "" : "," + record.members(),
                head.hash());
    head = new ChainHead(seq, TruncationMark.sha256(body));
    return "%s,\"hash\":\"%s\"}".formatted(body.substring(0, body.length() - 1), head.hash());
  }
}
