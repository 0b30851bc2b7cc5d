package dev.dbg.audit.seal;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A signed statement: at this time the chain had reached this record. Each epoch has its own key,
 * and the seal names the key of the next epoch. So the first epoch's verifying key verifies all
 * seals, and an attacker who takes over the host later finds no key of a past epoch.
 *
 * @param epoch from 0, one more than the epoch of the seal before
 * @param key the verifying key of this epoch, 64 hexadecimal digits
 * @param seq the last record that the seal covers; 0 for none
 * @param hash that record's hash, which covers all records before it
 * @param at when the seal was made, UTC
 * @param records the next seal follows after at most about this many records
 * @param seconds the next seal follows after at most about this time, while dbgd runs
 * @param next the verifying key of the next epoch
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

  /** The text that is signed: every field on its own line. */
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

  /** A seal as it was read, with its signature, which is not verified yet. */
  public record Signed(Seal seal, String signature) {
    public boolean isGenuine() {
      return SealKey.verifies(seal.key(), seal.text(), signature);
    }
  }

  /** The seal in a record; empty if the record is not a seal. */
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
