package dev.dbg.audit.seal;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A signed statement: at this time the chain had reached this record. The key is that of one epoch;
 * the seal names the key of the next, so whoever knows the first epoch's verifying key can verify
 * all of them, and whoever takes the host later has no key of an epoch that is over.
 *
 * @param epoch from 0, one more than that of the seal before
 * @param key what it is verified with, 64 hexadecimal digits
 * @param seq the last record that it covers; 0 for none
 * @param hash that record's hash, which covers all before it
 * @param at when it was made, UTC
 * @param records at most this many records are to follow before the next seal, about
 * @param seconds no record is to wait longer for the next seal, about, while dbgd runs
 * @param next what the next epoch's seal will be verified with
 */
public record Seal(
    long epoch,
    String key,
    long seq,
    String hash,
    String at,
    long records,
    long seconds,
    String next) {

  /** What is signed: every field, each on a line of its own. */
  public byte[] text() {
    return """
        dbg audit seal
        epoch %d
        key %s
        seq %d
        hash %s
        at %s
        records %d
        seconds %d
        next %s
        """
        .formatted(epoch, key, seq, hash, at, records, seconds, next)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Its record. */
  public RecordBuilder record(String signature) {
    return RecordBuilder.of(Event.SEAL)
        .with(SEAL_EPOCH, epoch)
        .with(SEAL_KEY, key)
        .with(SEAL_SEQ, seq)
        .with(SEAL_HASH, hash)
        .with(SEAL_AT, at)
        .with(SEAL_RECORDS, records)
        .with(SEAL_SECONDS, seconds)
        .with(SEAL_NEXT, next)
        .with(SEAL_SIGNATURE, signature);
  }

  /** A seal as it is read, with its signature, which may be anything. */
  public record Signed(Seal seal, String signature) {
    public boolean isGenuine() {
      return SealKey.verifies(seal.key(), seal.text(), signature);
    }
  }

  /** The seal in a record; empty if it is none. */
  public static Optional<Signed> of(JsonNode record) {
    if (!Event.SEAL.is(record) || !SEAL.of(record).isObject()) {
      return Optional.empty();
    }
    return Optional.of(
        new Signed(
            new Seal(
                SEAL_EPOCH.of(record).asLong(-1),
                SEAL_KEY.text(record),
                SEAL_SEQ.of(record).asLong(-1),
                SEAL_HASH.text(record),
                SEAL_AT.text(record),
                SEAL_RECORDS.number(record),
                SEAL_SECONDS.number(record),
                SEAL_NEXT.text(record)),
            SEAL_SIGNATURE.text(record)));
  }
}
