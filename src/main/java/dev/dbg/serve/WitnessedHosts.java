package dev.dbg.serve;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The other hosts of whose logs this host's has the seals. Root says which user speaks for which
 * host: the user cannot. For any thread.
 */
public final class WitnessedHosts {
  /** Who invents seals of a host adds one record to this host's log in this time. */
  static final Duration EACH = Duration.ofSeconds(10);

  private final Map<String, String> hosts;
  private final LongSupplier nanos;
  private final Map<String, Long> noted = new HashMap<>();

  /**
   * @param hosts by user
   * @param nanos as {@link System#nanoTime}
   */
  public WitnessedHosts(Map<String, String> hosts, LongSupplier nanos) {
    this.hosts = Map.copyOf(hosts);
    this.nanos = nanos;
  }

  /** The host for whose log a user may speak. */
  Optional<String> host(String user) {
    return Optional.ofNullable(hosts.get(user));
  }

  /** Whether a seal of the host may be noted now; then the next one may in {@link #EACH}. */
  synchronized boolean isDue(String host) {
    long now = nanos.getAsLong();
    Long last = noted.get(host);
    if (last != null && now - last < EACH.toNanos()) {
      return false;
    }
    noted.put(host, now);
    return true;
  }
}
