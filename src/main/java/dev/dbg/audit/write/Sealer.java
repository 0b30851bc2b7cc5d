package dev.dbg.audit.write;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.file.BackwardLog;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.FittedRecord;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.seal.KeyFile;
import dev.dbg.audit.seal.Seal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals the log at bounded intervals of records and of time, in its own thread, so that no session
 * waits for a signature. Each seal is also logged: a rewritten log contradicts the journal and its
 * copies.
 *
 * <p>A key is used once. If it cannot be overwritten after its use, nothing more is sealed: two
 * seals of one epoch would prove nothing.
 */
public final class Sealer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("audit");

  /** The last seal's own record waits for the next seal. */
  private static final int ITSELF = 1;

  private static final Duration FOREVER = Duration.ofDays(1000);

  private final AuditLog log;
  private final KeyFile keys;
  private final Clock clock;
  private final Thread thread;
  // Guarded by this.
  private long sealedBy;
  private Instant sealedAt;
  private boolean broken;
  private boolean closed;

  private Sealer(AuditLog log, KeyFile keys, Clock clock, Optional<Found> last) {
    this.log = log;
    this.keys = keys;
    this.clock = clock;
    this.sealedBy = last.map(Found::seq).orElse(0L);
    this.sealedAt = last.map(Found::at).orElse(Instant.EPOCH);
    this.thread = Thread.ofPlatform().name("seals").daemon().unstarted(this::sealWhenDue);
  }

  /** Continues after the previous dbgd's seals. Keys are made if there are none. */
  public static Sealer start(AuditLog log, Clock clock) throws AuditFailure {
    Sealer sealer = idle(log, clock);
    // Seal the records of a dbgd that was killed, even if it is killed again and again.
    sealer.seal();
    sealer.thread.start();
    return sealer;
  }

  /** Without its thread, for tests and a rehearsal. */
  public static Sealer idle(AuditLog log, Clock clock) throws AuditFailure {
    try {
      Path directory = log.settings().directory();
      Optional<KeyFile> there = KeyFile.open(directory);
      KeyFile keys = there.isPresent() ? there.get() : KeyFile.create(directory);
      if (there.isEmpty()) {
        LOG.warn(
            "seals of this log are verified with {}, which is in {}: keep a copy on another host",
            keys.current().verifying(),
            directory.resolve(KeyFile.VERIFYING));
      }
      Optional<Found> last = last(directory);
      continueAfter(last, keys);
      return new Sealer(log, keys, clock, last);
    } catch (IOException e) {
      throw new AuditFailure(
          "the audit log cannot be sealed: %s: dbgd runs nothing without seals"
              .formatted(e.getMessage()),
          e);
    }
  }

  /** A seal, and the number of its record. */
  private record Found(long seq, Seal seal) {
    Instant at() {
      try {
        return Instant.parse(seal.at());
      } catch (DateTimeException e) {
        return Instant.EPOCH;
      }
    }
  }

  private static Optional<Found> last(Path directory) throws IOException {
    try (BackwardLog lines = BackwardLog.of(directory)) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (line.contains(Event.SEAL.member())) {
          Optional<JsonNode> record = ParsedRecord.of(line);
          Optional<Seal.Signed> seal = record.flatMap(Seal::of);
          if (seal.isPresent()) {
            long seq = RecordField.SEQ.number(record.get());
            return seal.map(signed -> new Found(seq, signed.seal()));
          }
        }
      }
      return Optional.empty();
    }
  }

  /** A key that does not follow the last seal is used nevertheless; verify reports it. */
  private static void continueAfter(Optional<Found> last, KeyFile keys) throws IOException {
    if (last.isPresent() && last.get().seal().epoch() == keys.epoch()) {
      // The previous dbgd died between its last seal and overwriting the key.
      keys.evolve();
    }
    boolean follows =
        last.map(found -> found.seal().next().equals(keys.current().verifying()))
            .orElse(keys.epoch() == 0);
    if (!follows) {
      LOG.error(
          "the log's last seal is of epoch {}, the key in {} of epoch {}: the log was cut, or one of"
              + " the two was replaced: see dbgd verify",
          last.map(found -> found.seal().epoch()).orElse(-1L),
          KeyFile.FILE,
          keys.epoch());
    }
  }

  private void sealWhenDue() {
    try {
      while (log.awaitBeyond(sealedBy(), FOREVER) || !log.isOver()) {
        boolean _ =
            log.awaitBeyond(
                sealedBy() + log.settings().sealRecords() - ITSELF, log.settings().sealEvery());
        // The rest is sealed at the close.
        if (isOver() || log.isOver()) {
          return;
        }
        seal();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * When the log was last sealed, and how many records it has had since then.
   *
   * @param at the epoch if it never was
   */
  public record LastSeal(Instant at, long unsealed) {}

  /** The last seal; waits while one is being made. */
  public synchronized LastSeal lastSeal() {
    return new LastSeal(sealedAt, log.head().seq() - sealedBy);
  }

  /** The number of the last record that is sealed. */
  synchronized long sealedBy() {
    return sealedBy;
  }

  private synchronized boolean isOver() {
    return broken || closed;
  }

  /** Seals the log, if there are records since the last seal. */
  public synchronized void seal() {
    ChainHead head = log.head();
    if (broken || closed || head.seq() <= sealedBy) {
      return;
    }
    Seal seal =
        new Seal(
            keys.epoch(),
            keys.current().verifying(),
            head.seq(),
            head.hash(),
            clock.instant().truncatedTo(ChronoUnit.MICROS).toString(),
            log.settings().sealRecords(),
            log.settings().sealEvery().toSeconds(),
            keys.next().verifying());
    broken = true;
    try {
      RecordBuilder record =
          seal.record(keys.current().sign(seal.text()))
              .with(RecordField.OPEN_FROM, log.openFrom(head));
      long seq = log.number(FittedRecord.of(record));
      keys.evolve();
      // Records that were written meanwhile wait for the next seal.
      sealedBy = seq == seal.seq() + 1 ? seq : seal.seq();
      sealedAt = Instant.parse(seal.at());
      broken = false;
      LOG.info("sealed: epoch {}, head {}", seal.epoch(), head);
    } catch (AuditFailure e) {
      LOG.error("{}", e.message());
    } catch (IOException e) {
      LOG.error(
          "sealing stopped: the used key cannot be overwritten: {}: make the audit log's directory writable, then restart dbgd",
          e.getMessage());
    }
  }

  /** Seals the remaining records and ends. */
  @Override
  public void close() throws IOException {
    seal();
    synchronized (this) {
      closed = true;
    }
    thread.interrupt();
    keys.close();
  }
}
