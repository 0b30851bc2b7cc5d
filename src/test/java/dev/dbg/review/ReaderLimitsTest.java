package dev.dbg.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Uid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReaderLimitsTest {
  private static final Uid ANN = new Uid(1000);
  private static final Uid BOB = new Uid(1001);
  private static final Uid EVE = new Uid(1002);
  private static final Duration AT_ONCE = Duration.ZERO;

  private final ReaderLimits readers = new ReaderLimits();

  private ReaderLimits.ReaderTurn turn(Uid user) throws ReaderLimits.Busy {
    return readers.take(user, time -> false, AT_ONCE).orElseThrow();
  }

  /** Returns a reader that waits for its client. */
  private ReaderLimits.ReaderTurn paused(Uid user) throws ReaderLimits.Busy {
    ReaderLimits.ReaderTurn turn = turn(user);
    turn.begin();
    return turn;
  }

  private int turns(Uid user) {
    List<ReaderLimits.ReaderTurn> held = new ArrayList<>();
    while (true) {
      try {
        held.add(paused(user));
      } catch (ReaderLimits.Busy e) {
        return held.size();
      }
    }
  }

  @Test
  void one_user_leaves_room_for_others_and_all_for_root() throws Exception {
    assertEquals(2, turns(ANN));
    assertEquals(2, turns(BOB));
    assertEquals(0, turns(EVE));
    assertEquals(2, turns(Uid.ROOT));
  }

  @Test
  void a_turn_that_is_given_back_twice_is_one() throws Exception {
    ReaderLimits.ReaderTurn first = paused(ANN);
    ReaderLimits.ReaderTurn _ = paused(ANN);
    first.close();
    first.close();
    ReaderLimits.ReaderTurn _ = paused(ANN);
    ReaderLimits.Busy busy = assertThrows(ReaderLimits.Busy.class, () -> turn(ANN));
    assertTrue(busy.message().contains("at most 4, 2 per user): try again"), busy.message());
  }

  @Test
  void who_comes_too_early_waits_as_long_as_they_are_there() throws Exception {
    ReaderLimits.ReaderTurn first = paused(ANN);
    ReaderLimits.ReaderTurn _ = paused(ANN);
    Optional<ReaderLimits.ReaderTurn> later =
        readers.take(
            ANN,
            time -> {
              first.close();
              return false;
            },
            Duration.ofMinutes(1));
    assertTrue(later.isPresent());
    assertTrue(readers.take(ANN, time -> true, Duration.ofMinutes(1)).isEmpty());
  }

  @Test
  void of_a_users_readers_one_reads_while_the_others_wait_for_their_clients() throws Exception {
    ReaderLimits.ReaderTurn first = turn(ANN);
    assertThrows(ReaderLimits.Busy.class, () -> turn(ANN));
    ReaderLimits.ReaderTurn _ = turn(Uid.ROOT);

    first.begin();
    ReaderLimits.ReaderTurn second = turn(ANN);
    Thread goesOn = Thread.ofPlatform().start(first::end);
    goesOn.join(Duration.ofMillis(100));
    assertTrue(goesOn.isAlive());
    second.begin();
    goesOn.join();
    second.close();
  }

  @Test
  void a_turn_that_is_over_is_nobody_s_to_go_on_with() throws Exception {
    ReaderLimits.ReaderTurn first = turn(ANN);
    first.close();
    first.end();
    assertEquals(2, turns(ANN));
  }
}
