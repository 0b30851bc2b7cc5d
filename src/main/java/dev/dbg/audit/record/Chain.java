package dev.dbg.audit.record;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Turns records into lines, each bound to the one before it.
 *
 * <p>A line is the record as JSON in ASCII: what is not printable ASCII is escaped, so that no
 * terminal obeys a log and no reader splits it wrongly. Its last two members are {@code prev}, the
 * hash of the record before, and {@code hash}: SHA-256 over the line's own bytes without {@code
 * ,"hash":"…"}. {@code prev} is among them, so each hash covers all lines before it.
 *
 * <p>For one thread at a time.
 */
public final class Chain {
  public static final String START = "0".repeat(64);

  private final String boot;
  private ChainHead head;

  /**
   * @param boot the kernel's boot id
   * @param head the last record there is
   */
  public Chain(String boot, ChainHead head) {
    this.boot = boot;
    this.head = head;
  }

  /** The last record. */
  public ChainHead head() {
    return head;
  }

  /** The record's line, without the line's end; at most {@link FittedRecord#LONGEST_LINE} bytes. */
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
