package dev.dbg.audit.record;

/**
 * How far a chain has come.
 *
 * @param seq the number of the last record, 0 for none
 * @param hash its hash, 64 zeros for none
 */
public record ChainHead(long seq, String hash) {
  /** Of a log without a record. */
  public static final ChainHead NONE = new ChainHead(0, Chain.START);
}
