package dev.dbg.serve;

import dev.dbg.model.OperatorId;
import dev.dbg.session.FairShare;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Delays the answer to clients that are turned away, because most reconnect at once. A delayed
 * client costs one descriptor. Clients beyond the delay's limits are answered at once, but not by
 * the thread that accepts clients.
 */
final class RefusalDelay implements AutoCloseable {
  private static final Duration DELAY = Duration.ofMillis(500);
  private static final int MOST = 2048;
  private static final int MOST_PER_USER = 512;

  private static final int MOST_UNDELAYED = 512;
  private static final int MOST_UNDELAYED_PER_USER = 128;

  private final FairShare<OperatorId> delayed = new FairShare<>(MOST, MOST_PER_USER);
  private final FairShare<OperatorId> undelayed =
      new FairShare<>(MOST_UNDELAYED, MOST_UNDELAYED_PER_USER);
  private final ScheduledThreadPoolExecutor clock =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("refusals").daemon().factory());

  /** Runs {@code refuse} after the delay, or at once. */
  void schedule(OperatorId user, Runnable refuse) {
    Optional<FairShare<OperatorId>.Part> place = delayed.take(user, 1);
    Duration delay = place.isPresent() ? DELAY : Duration.ZERO;
    Optional<FairShare<OperatorId>.Part> taken = place.or(() -> undelayed.take(user, 1));
    if (taken.isEmpty() || clock.isShutdown()) {
      taken.ifPresent(FairShare.Part::close);
      refuse.run();
      return;
    }
    var _ =
        clock.schedule(
            () -> {
              try (var _ = taken.get()) {
                refuse.run();
              }
            },
            delay.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** Clients that are waiting are still answered, after their delay. */
  @Override
  public void close() {
    clock.shutdown();
  }
}
