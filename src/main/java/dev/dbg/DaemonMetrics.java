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
 * All metrics of dbgd, dbgd(8). Labels are names of tools, engines and receivers, never of
 * operators or containers.
 *
 * <p>Any thread may count; one thread collects.
 */
final class DaemonMetrics {
  /** Engines are asked less often, because a list of containers is the most expensive metric. */
  private static final Duration ENGINES_EVERY = Duration.ofMinutes(1);

  private final AuditService ledger;
  private final Counters counters = new Counters();
  private final Instant started = Instant.now();
  private final LastVerification verification;
  private volatile boolean reloaded = true;

  // Used only by the collecting thread.
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

  /** Notes the result of a verification of the whole log. */
  void verified(boolean intact) {
    verification.note(intact);
  }

  /** Notes a reload; if it failed, the old policy stays in force. */
  void reloaded(boolean succeeded) {
    reloaded = succeeded;
  }

  boolean isReloaded() {
    return reloaded;
  }

  /** Returns the present value of all metrics. */
  Exposition of(Services services) {
    Exposition out = new Exposition();
    out.gauge("dbg_build_info", "Always 1; labels have the versions of dbgd and of Java.");
    out.sample(1, "version", BuildVersion.number(), "java", System.getProperty("java.version", ""));
    out.gauge("dbg_start_time_seconds", "When dbgd started.", seconds(started));
    resident(out);
    counters.write(out);
    out.gauge("dbg_sessions_running", "Sessions that run.", services.running().count());
    int rules = services.rights().get().policy().ruleCount();
    out.gauge("dbg_policy_rules", "Rules in force.", rules);
    out.gauge(
        "dbg_policy_reload_success",
        "0 if the last reload failed and an older policy stays in force.",
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
      // Without /proc the metric is left out.
    }
  }

  /** Adds 1 for a runtime that answers, 0 for one that stopped to; none if it is not installed. */
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
        "0 if the log accepts no record, so that no session starts.",
        number(services.audit().failure() == null));
    out.gauge("dbg_log_records", "The number of the last record.", services.audit().head().seq());
    Sealer.LastSeal seal = ledger.sealer().lastSeal();
    out.gauge(
        "dbg_log_sealed_timestamp_seconds", "When the log was last sealed.", seconds(seal.at()));
    out.gauge(
        "dbg_log_unsealed_records",
        "Records that are not sealed yet.",
        Math.max(0, seal.unsealed()));
    Optional<LastVerification.Verdict> last = verification.get();
    out.gauge(
        "dbg_log_verified_timestamp_seconds",
        "When dbg audit verify last checked the log; 0 if that is not known.",
        seconds(last.map(LastVerification.Verdict::at).orElse(Instant.EPOCH)));
    out.gauge(
        "dbg_log_verified_intact",
        "1 if the log was intact at the last check.",
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
      // The metrics are left out: an alert for missing metrics reports the problem.
      return;
    }
    out.gauge("dbg_delivery_lag_records", "Records not yet delivered to the receiver.");
    have.forEach((name, had) -> out.sample(Math.max(0, head - had), "receiver", name));
    out.gauge(
        "dbg_delivery_lag_seconds",
        "Age of the oldest record not yet delivered to the receiver, at most since dbgd's start.");
    have.forEach((name, had) -> out.sample(lag.seconds(had, now), "receiver", name));
  }

  private static double seconds(Instant time) {
    return time.toEpochMilli() / 1000.0;
  }

  private static int number(boolean yes) {
    return yes ? 1 : 0;
  }
}
