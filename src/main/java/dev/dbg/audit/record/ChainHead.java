package dev.dbg.audit.record;

import com.fasterxml.jackson.databind.JsonNode;

/** The last record of a chain: its number and hash, or 0 and 64 zeros if there is none. */
public record ChainHead(long seq, String hash) {
  /** The head of a log without records. */
  public static final ChainHead NONE = new ChainHead(0, Chain.START);

  /** The number and hash of a record. */
  public static ChainHead of(JsonNode record) {
    return new ChainHead(RecordField.SEQ.number(record), RecordField.HASH.text(record));
  }

  /** {@code NUMBER:HASH}, as {@code dbgd verify --head} takes it. */
  @Override
  public String toString() {
    return seq + ":" + hash;
  }
}
