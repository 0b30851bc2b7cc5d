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

  /** The members that say where the record was written; the same in line after line. */
  private volatile String origin;

  private ChainHead head;

  /** Continues after {@code head}, the log's last record; {@code boot} is the kernel's boot id. */
  public Chain(String boot, ChainHead head) {
    this.boot = boot;
    this.origin = origin(HostIdentity.UNKNOWN);
    this.head = head;
  }

  /** From the next record on, lines name this host. For any thread. */
  public void writtenOn(HostIdentity host) {
    origin = origin(host);
  }

  private String origin(HostIdentity host) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put(RecordField.BOOT.word(), boot);
    Map<String, Object> identity = new LinkedHashMap<>();
    if (!host.name().isEmpty()) {
      identity.put(RecordField.HOST_NAME.word(), host.name());
    }
    if (!host.id().isEmpty()) {
      identity.put(RecordField.HOST_ID.word(), host.id());
    }
    if (!host.cluster().isEmpty()) {
      identity.put(RecordField.HOST_CLUSTER.word(), host.cluster());
    }
    if (!identity.isEmpty()) {
      members.put(RecordField.HOST.word(), identity);
    }
    return FittedRecord.members(members);
  }

  /** The last record. */
  public ChainHead head() {
    return head;
  }

  /** The record's line, without the newline; at most {@link FittedRecord#LONGEST_LINE} bytes. */
  public String line(FittedRecord record, Instant time) {
    long seq = head.seq() + 1;
    String body =
        "{\"%s\":%d,%s,%s,%s%s,\"prev\":\"%s\"}"
            .formatted(
                RecordField.SEQ.word(),
                seq,
                Event.member(RecordField.TIME, time.truncatedTo(ChronoUnit.MICROS).toString()),
                origin,
                record.event().member(),
                record.members().isEmpty() ? "" : "," + record.members(),
                head.hash());
    head = new ChainHead(seq, TruncationMark.sha256(body));
    return "%s,\"hash\":\"%s\"}".formatted(body.substring(0, body.length() - 1), head.hash());
  }
}
