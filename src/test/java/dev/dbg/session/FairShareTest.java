package dev.dbg.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Uid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class FairShareTest {
  private static final Uid ANN = new Uid(1001);
  private static final Uid BOB = new Uid(1002);

  private static int takesAll(FairShare<Uid> share, Uid user) {
    int count = 0;
    while (share.take(user, 1).isPresent()) {
      count++;
    }
    return count;
  }

  @Test
  void a_user_has_no_more_than_a_user_may_and_nothing_of_the_last_quarter() {
    assertEquals(75, takesAll(new FairShare<>(100, 100), ANN));
    assertEquals(8, takesAll(new FairShare<>(100, 8), ANN));
    assertEquals(1, takesAll(new FairShare<>(1, 1), ANN));
  }

  @Test
  void a_few_who_take_all_that_they_can_keep_nobody_out() {
    FairShare<Uid> share = new FairShare<>(256, 32);
    for (int uid = 1; uid <= 70; uid++) {
      assertTrue(takesAll(share, new Uid(uid)) > 0, "user " + uid);
    }
  }

  @Test
  void what_is_given_back_is_there_for_whoever_waits() throws Exception {
    FairShare<Uid> share = new FairShare<>(2, 1);
    FairShare<Uid>.Part first = share.take(ANN, 1).orElseThrow();
    CompletableFuture<Optional<FairShare<Uid>.Part>> second =
        CompletableFuture.supplyAsync(() -> share.take(ANN, 1, Duration.ofSeconds(10)));
    first.close();
    first.close();

    assertTrue(second.get().isPresent());
    assertTrue(share.take(ANN, 1, Duration.ofMillis(5)).isEmpty());
  }

  @Test
  void a_part_that_shrinks_gives_the_rest_back() {
    FairShare<Uid> share = new FairShare<>(10, 5);
    List<FairShare<Uid>.Part> parts = new ArrayList<>();
    parts.add(share.take(ANN, 5).orElseThrow());
    assertTrue(share.take(ANN, 1).isEmpty());
    parts.getFirst().shrinkTo(1);

    parts.add(share.take(ANN, 4).orElseThrow());
    assertTrue(share.take(BOB, 5).isPresent());
  }
}
