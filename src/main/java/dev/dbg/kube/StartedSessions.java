package dev.dbg.kube;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The sessions that this agent has begun, by their objects' UIDs. Each is remembered for as long as
 * its object could be taken for a new one, and longer. Any thread.
 */
final class StartedSessions {
  private static final Duration REMEMBERED = SessionCheck.FRESH.multipliedBy(10);

  private final LongSupplier nanos;
  private final Map<String, Long> begun = new LinkedHashMap<>();

  /** {@code nanos}: the clock, {@link System#nanoTime}. */
  StartedSessions(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Whether this is the first time that it is asked about a session. */
  synchronized boolean begin(String uid) {
    long now = nanos.getAsLong();
    begun.values().removeIf(since -> now - since > REMEMBERED.toNanos());
    return begun.putIfAbsent(uid, now) == null;
  }

  /** It was not begun, and may be yet. */
  synchronized void forget(String uid) {
    begun.remove(uid);
  }
}
