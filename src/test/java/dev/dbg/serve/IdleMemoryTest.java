package dev.dbg.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.session.SessionLimits.Place;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** When memory is given back. */
@Isolated("it measures the heap")
class IdleMemoryTest {
  private static final Duration AFTER = Duration.ofMillis(200);
  private static final Duration AGAIN_AFTER = Duration.ofMillis(20);
  private static final long LONG = 10;

  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  private final AtomicInteger collections = new AtomicInteger();
  private final Semaphore given = new Semaphore(0);
  private final AtomicInteger closed = new AtomicInteger();
  private final IdleMemory memory =
      new IdleMemory(
          timer,
          AFTER,
          AGAIN_AFTER,
          new IdleMemory.Owned() {
            @Override
            public void collect() {
              collections.incrementAndGet();
            }

            @Override
            public void giveBackFiles() {
              given.release();
            }
          });

  private Place client() {
    return memory.during(closed::incrementAndGet);
  }

  private boolean isGivenBackWithin(long seconds) throws InterruptedException {
    return given.tryAcquire(1, seconds, TimeUnit.SECONDS);
  }

  @AfterEach
  void end() {
    timer.shutdownNow();
  }

  @Test
  void after_the_last_client_the_heap_is_collected_once_and_files_are_given_back_again()
      throws InterruptedException {
    Place first = client();
    Place second = client();
    first.close();
    Thread.sleep(2 * AFTER.toMillis());
    assertEquals(0, collections.get(), "somebody is served");
    second.close();
    for (int i = 0; i < 3; i++) {
      assertTrue(isGivenBackWithin(LONG));
    }
    assertEquals(1, collections.get());
    assertEquals(2, closed.get(), "each place is given back");
  }

  @Test
  void nothing_is_given_back_while_clients_come() throws InterruptedException {
    int idle = 0;
    Place last = client();
    for (int i = 0; i < 30; i++) {
      long end = System.nanoTime();
      last.close();
      Thread.sleep(AFTER.toMillis() / 20);
      last = client();
      // On a busy machine this thread may sleep for longer.
      idle += System.nanoTime() - end >= AFTER.toNanos() ? 1 : 0;
    }
    int collected = collections.get();
    last.close();
    assertTrue(collected <= idle, "collected although clients came");
    assertTrue(isGivenBackWithin(LONG));
  }

  @Test
  void each_idle_period_has_its_own_collection() throws InterruptedException {
    client().close();
    assertTrue(isGivenBackWithin(LONG));
    Place next = client();
    given.drainPermits();
    Thread.sleep(2 * AFTER.toMillis());
    assertTrue(given.drainPermits() <= 1, "at most the one that ran when the client came");
    assertEquals(1, collections.get());
    next.close();
    assertTrue(isGivenBackWithin(LONG));
    assertEquals(2, collections.get());
  }
}
