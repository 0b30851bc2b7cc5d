package dev.dbg.audit.record;

/**
 * How far a chain has come.
 *
 * @param seq the number of the last record, 0 for none
 * @param hash its hash, 64 zeros for none
 */
public record Head(long seq, String hash) {
  /** Of a log without a record. */
  public static final Head NONE = new Head(0, Chain.START);
}
