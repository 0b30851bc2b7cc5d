package dev.dbg;

import dev.dbg.audit.write.Sealer;
import dev.dbg.config.BuildVersion;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.metrics.Counters;
import dev.dbg.metrics.DeliveryLag;
import dev.dbg.metrics.Exposition;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.review.LastVerification;
import dev.dbg.session.Services;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All metrics of dbgd, dbgd(8). They name tools, engines and receivers, as root's files name them,
 * and neither operators nor containers.
 *
 * <p>Any thread may count; one thread asks.
 */
final class DaemonMetrics {
  /** An engine is asked for its containers, which costs more than all else. */
  private static final Duration ENGINES_EVERY = Duration.ofMinutes(1);

  private final AuditService ledger;
  private final Counters counters = new Counters();
  private final Instant started = Instant.now();
  private final LastVerification verification;
  private volatile boolean reloaded = true;

  // Used by the asking thread only.
  private final DeliveryLag lag = new DeliveryLag();
  private final Set<String> enginesSeen = new TreeSet<>();
  private List<RuntimeHealth> engines = List.of();
  private long enginesAsked = System.nanoTime() - ENGINES_EVERY.toNanos();

  DaemonMetrics(AuditService ledger) {
    this.ledger = ledger;
    this.verification = new LastVerification(ledger.log().settings().directory());
  }

  Counters counters() {
    return counters;
  }

  /** The whole log was verified. */
  void verified(boolean intact) {
    verification.note(intact);
  }

  /** A reload succeeded, or the old policy stays in force. */
  void reloaded(boolean succeeded) {
    reloaded = succeeded;
  }

  boolean isReloaded() {
    return reloaded;
  }

  /** All of them as they are now. */
  Exposition of(Services services) {
    Exposition out = new Exposition();
    out.gauge("dbg_build_info", "1, and the versions of dbgd and of its Java.");
    out.sample(1, "version", BuildVersion.number(), "java", System.getProperty("java.version", ""));
    out.gauge("dbg_start_time_seconds", "When dbgd started.", seconds(started));
    resident(out);
    counters.write(out);
    out.gauge("dbg_sessions_running", "Sessions that run.", services.running().count());
    int rules = services.rights().get().policy().ruleCount();
    out.gauge("dbg_policy_rules", "Rules in force.", rules);
    out.gauge(
        "dbg_policy_reload_success",
        "0 if the last reload failed, so that an older policy stays in force.",
        number(reloaded));
    engines(services, out);
    log(services, out);
    deliveries(out);
    out.gauge(
        "dbg_metrics_written_timestamp_seconds",
        "When this file was written.",
        seconds(Instant.now()));
    return out;
  }

  private static void resident(Exposition out) {
    try (ProcDir self = ProcDir.ofThisThread()) {
      out.gauge("dbg_resident_memory_bytes", "Resident memory of dbgd.", self.residentMemory());
    } catch (IOException e) {
      // Without /proc there is nothing to say.
    }
  }

  /** A runtime that is not installed has no sample; one that was seen and is gone has 0. */
  private void engines(Services services, Exposition out) {
    boolean isDue = System.nanoTime() - enginesAsked >= ENGINES_EVERY.toNanos();
    if (isDue && !services.audit().isOver()) {
      engines = services.resolver().health();
      enginesAsked = System.nanoTime();
    }
    out.gauge("dbg_engine_reachable", "1 if the runtime answers.");
    for (RuntimeHealth engine : engines) {
      if (!(engine instanceof RuntimeHealth.Absent)) {
        boolean _ = enginesSeen.add(engine.place());
      }
      if (enginesSeen.contains(engine.place())) {
        out.sample(
            number(engine instanceof RuntimeHealth.Answers),
            "runtime",
            engine.scheme(),
            "socket",
            engine.place());
      }
    }
  }

  private void log(Services services, Exposition out) {
    out.gauge(
        "dbg_log_writable",
        "0 if nothing can be recorded, so that nothing is run.",
        number(services.audit().failure() == null));
    out.gauge("dbg_log_records", "The number of the last record.", services.audit().head().seq());
    Sealer.LastSeal seal = ledger.sealer().lastSeal();
    out.gauge(
        "dbg_log_sealed_timestamp_seconds", "When the log was last sealed.", seconds(seal.at()));
    out.gauge(
        "dbg_log_unsealed_records", "Records that wait for a seal.", Math.max(0, seal.unsealed()));
    Optional<LastVerification.Verdict> last = verification.get();
    out.gauge(
        "dbg_log_verified_timestamp_seconds",
        "When dbg audit verify last checked the log; 0 if that is not known.",
        seconds(last.map(LastVerification.Verdict::at).orElse(Instant.EPOCH)));
    out.gauge(
        "dbg_log_verified_intact",
        "1 if it was intact then.",
        number(last.filter(LastVerification.Verdict::intact).isPresent()));
  }

  private void deliveries(Exposition out) {
    long head = ledger.log().head().seq();
    long now = System.nanoTime();
    lag.note(head, now);
    Map<String, Long> have;
    try {
      have = new TreeMap<>(ledger.have());
    } catch (IOException e) {
      // Without samples the alert for missing ones tells.
      return;
    }
    out.gauge("dbg_delivery_lag_records", "Records not yet delivered to the receiver.");
    have.forEach((name, had) -> out.sample(Math.max(0, head - had), "receiver", name));
    out.gauge(
        "dbg_delivery_lag_seconds",
        "For how long the oldest of them has waited, as far as this dbgd knows.");
    have.forEach((name, had) -> out.sample(lag.seconds(had, now), "receiver", name));
  }

  private static double seconds(Instant time) {
    return time.toEpochMilli() / 1000.0;
  }

  private static int number(boolean yes) {
    return yes ? 1 : 0;
  }
}
