package dev.dbg;

import dev.dbg.audit.journal.Journal;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Sealer;
import dev.dbg.audit.write.SegmentRetention;
import dev.dbg.config.DaemonConfig;
import dev.dbg.deliver.DeliveryProgress;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log and the threads that work on it.
 *
 * @param sealer seals the log
 * @param retention compresses and removes its segments
 * @param journal sends each record to the journal; empty if that is not configured
 * @param others the positions of the receivers to which {@code dbgd deliver} sends
 */
record AuditService(
    AuditLog log,
    Sealer sealer,
    SegmentRetention retention,
    Optional<Journal> journal,
    DeliveryProgress others)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditService.class);

  /** Opens the log. {@code boot} is the kernel's boot id. */
  static AuditService open(DaemonConfig config, String boot, HostIdentity host)
      throws AuditFailure, IOException {
    Clock clock = Clock.systemUTC();
    Optional<Journal> journal = config.journal() ? Journal.start() : Optional.empty();
    Consumer<String> copies = line -> journal.ifPresent(started -> started.accept(line));
    AuditLog log = AuditLog.open(config.audit(), boot, host, clock, copies);
    Sealer sealer = Sealer.start(log, clock);
    DeliveryProgress others =
        new DeliveryProgress(config.receivers().notes(), config.receivers().names());
    SegmentRetention retention = SegmentRetention.start(log, sealer, others, clock);
    if (!others.names().isEmpty()) {
      LOG.info("dbgd deliver sends the log to {}", String.join(", ", others.names()));
    }
    return new AuditService(log, sealer, retention, journal, others);
  }

  /** Returns the number of the last record that each receiver got, by the receiver's name. */
  Map<String, Long> have() throws IOException {
    return others.have();
  }

  /** Seals the log, sends the rest to the journal if that takes only seconds, and closes it. */
  @Override
  public void close() throws IOException {
    try (log) {
      retention.close();
      sealer.close();
      journal.ifPresent(Journal::close);
    }
  }
}
