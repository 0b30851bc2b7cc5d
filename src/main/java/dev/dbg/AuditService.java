package dev.dbg;

import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Sealer;
import dev.dbg.audit.write.SegmentRetention;
import dev.dbg.config.BuildVersion;
import dev.dbg.config.DaemonConfig;
import dev.dbg.deliver.Deliveries;
import dev.dbg.deliver.Delivery;
import dev.dbg.deliver.DeliveryProgress;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log and the threads that work on it.
 *
 * @param sealer seals the log
 * @param retention compresses and removes the log's segments
 * @param journal sends the log to the journal; empty if that is not configured
 * @param others the positions of the configured receivers
 * @param deliveries sends the log to the receivers; empty if another process does
 */
record AuditService(
    AuditLog log,
    Sealer sealer,
    SegmentRetention retention,
    Optional<Delivery> journal,
    DeliveryProgress others,
    Optional<Deliveries> deliveries)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditService.class);

  /**
   * Opens the log.
   *
   * @param boot the kernel's boot id
   * @param deliver true if this process also sends the log to the configured receivers
   */
  static AuditService open(DaemonConfig config, boolean deliver, String boot, HostIdentity host)
      throws AuditFailure, IOException {
    Clock clock = Clock.systemUTC();
    AuditLog log = AuditLog.open(config.audit(), boot, host, clock);
    Sealer sealer = Sealer.start(log, clock);
    Optional<Delivery> journal = config.journal() ? Delivery.toJournal(log) : Optional.empty();
    DeliveryProgress others =
        new DeliveryProgress(config.receivers().notes(), config.receivers().names());
    SegmentRetention retention =
        SegmentRetention.start(log, sealer, () -> have(journal, others), clock);
    Optional<Deliveries> deliveries = Optional.empty();
    if (deliver) {
      deliveries =
          Optional.of(
              Deliveries.start(
                  config.audit().directory(),
                  Optional.of(log),
                  config.receivers().notes(),
                  config.receivers().receivers(),
                  BuildVersion.number()));
    } else if (!others.names().isEmpty()) {
      LOG.info("dbgd deliver sends the log to {}", String.join(", ", others.names()));
    }
    return new AuditService(log, sealer, retention, journal, others, deliveries);
  }

  /** Returns the number of the last record that each receiver got, by the receiver's name. */
  Map<String, Long> have() throws IOException {
    return have(journal, others);
  }

  private static Map<String, Long> have(Optional<Delivery> journal, DeliveryProgress others)
      throws IOException {
    Map<String, Long> have = new LinkedHashMap<>(others.have());
    journal.ifPresent(delivery -> have.put(Delivery.JOURNAL, delivery.had().seq()));
    return have;
  }

  /**
   * Seals the log, delivers the remaining records if that takes only seconds, and closes the log.
   */
  @Override
  public void close() throws IOException {
    try (log) {
      retention.close();
      sealer.close();
      journal.ifPresent(Delivery::close);
      if (deliveries.isPresent()) {
        deliveries.get().close();
      }
    }
  }
}
