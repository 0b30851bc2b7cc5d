package dev.dbg.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Uid;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class RequestRateTest {
  private static final Uid ANN = new Uid(1001);
  private static final Uid BOB = new Uid(1002);

  @Test
  void so_many_are_answered_at_once_and_then_so_many_a_second() {
    RequestRate pace = new RequestRate(10, Duration.ofMillis(50), Duration.ofMillis(1));
    long began = System.nanoTime();
    for (int i = 0; i < 14; i++) {
      boolean _ = pace.await(ANN);
    }

    assertTrue(System.nanoTime() - began >= Duration.ofMillis(190).toNanos());
    assertFalse(pace.await(BOB));
  }

  @Test
  void what_is_permitted_is_not_counted() {
    RequestRate pace = new RequestRate(10, Duration.ofSeconds(10), Duration.ofMillis(1));
    int waited = 0;
    for (int i = 0; i < 1000; i++) {
      waited += pace.await(ANN) ? 1 : 0;
      pace.giveBack(ANN);
    }

    assertEquals(0, waited);
  }

  @Test
  void what_costs_more_counts_for_more() {
    boolean waited = false;
    // Again if this thread slept for as long as the user would have to wait.
    for (int i = 0; i < 50 && !waited; i++) {
      RequestRate pace = new RequestRate(10, Duration.ofMillis(20), Duration.ofMillis(1));
      assertFalse(pace.await(ANN));
      pace.charge(ANN, 12);
      waited = pace.await(ANN);
    }

    assertTrue(waited);
  }

  @Test
  void those_who_wait_share_one_allowance() {
    RequestRate pace = new RequestRate(1, Duration.ofNanos(1), Duration.ofMillis(50));
    long began;
    int waited;
    do { // again if this thread slept for longer than a user would have to wait
      began = System.nanoTime();
      waited = 0;
      for (int uid = 1; uid <= 8; uid++) {
        Uid user = new Uid(uid);
        pace.charge(user, 2_000_000);
        waited += pace.await(user) ? 1 : 0;
      }
    } while (waited < 8);

    assertTrue(System.nanoTime() - began >= Duration.ofMillis(190).toNanos());
  }

  @Test
  void nobody_waits_for_a_dbgd_that_stops() throws Exception {
    RequestRate pace = new RequestRate(1, Duration.ofHours(1), Duration.ofMillis(1));
    assertFalse(pace.await(ANN));
    CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> pace.await(ANN));
    Thread.sleep(20);
    pace.end();

    assertTrue(waiting.get());
  }
}
