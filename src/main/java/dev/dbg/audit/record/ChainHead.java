package dev.dbg.audit.record;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How far a chain has come.
 *
 * @param seq the number of the last record, 0 for none
 * @param hash its hash, 64 zeros for none
 */
public record ChainHead(long seq, String hash) {
  /** Of a log without a record. */
  public static final ChainHead NONE = new ChainHead(0, Chain.START);

  /** Number and hash of a record. */
  public static ChainHead of(JsonNode record) {
    return new ChainHead(RecordField.SEQ.number(record), RecordField.HASH.text(record));
  }

  /** {@code NUMBER:HASH}, as {@code dbgd verify --head} takes it. */
  @Override
  public String toString() {
    return seq + ":" + hash;
  }
}
