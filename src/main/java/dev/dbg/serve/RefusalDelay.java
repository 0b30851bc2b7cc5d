package dev.dbg.serve;

import dev.dbg.model.Uid;
import dev.dbg.session.FairShare;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where clients that are turned away stand for a moment before they are told so. Most come back at
 * once, and as many times as they are turned away; each that stands here does not. It costs dbgd a
 * descriptor each. Those for whom there is no room are told at once, by another thread than the one
 * that lets clients in, whom others wait for.
 */
final class RefusalDelay implements AutoCloseable {
  private static final Duration FOR = Duration.ofMillis(500);
  private static final int MOST = 2048;
  private static final int MOST_PER_USER = 512;

  private static final int MOST_HURRIED = 512;
  private static final int MOST_HURRIED_PER_USER = 128;

  private final FairShare places = new FairShare(MOST, MOST_PER_USER);
  private final FairShare hurried = new FairShare(MOST_HURRIED, MOST_HURRIED_PER_USER);
  private final ScheduledThreadPoolExecutor clock =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("doorstep").daemon().factory());

  /** Does it when the client has stood here, or at once. */
  void thenDo(Uid user, Runnable turnAway) {
    Optional<FairShare.Part> place = places.take(user, 1);
    Duration time = place.isPresent() ? FOR : Duration.ZERO;
    Optional<FairShare.Part> taken = place.or(() -> hurried.take(user, 1));
    if (taken.isEmpty() || clock.isShutdown()) {
      taken.ifPresent(FairShare.Part::close);
      turnAway.run();
      return;
    }
    var _ =
        clock.schedule(
            () -> {
              try (FairShare.Part _ = taken.get()) {
                turnAway.run();
              }
            },
            time.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** Those who stand here are told; it takes no longer than they would have stood. */
  @Override
  public void close() {
    clock.shutdown();
  }
}
