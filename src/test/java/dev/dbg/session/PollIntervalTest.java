package dev.dbg.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Uid;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PollIntervalTest {
  private static final long EACH = PollInterval.EACH.toNanos();
  private static final Uid ANN = new Uid(2001);
  private static final Uid BOB = new Uid(2002);

  private final PollInterval pace = new PollInterval();

  /** Each line looks, and asks for its next look when that time has come. */
  private long looks(Uid user, long begin, long end) {
    long count = 0;
    for (long at = pace.next(user, begin, 0); at < end; at = pace.next(user, at, 0)) {
      count++;
    }
    return count;
  }

  private List<SessionLimits.Place> lines(Uid user, int count) {
    List<SessionLimits.Place> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(pace.begin(user));
    }
    return lines;
  }

  @Test
  void one_line_looks_fifty_times_a_second() {
    var _ = lines(ANN, 1);
    long now = System.nanoTime();
    assertEquals(50, looks(ANN, now, now + 50 * EACH));
  }

  @Test
  void many_lines_of_a_user_look_no_more_often_than_one() {
    var _ = lines(ANN, 64);
    long now = System.nanoTime();
    long last = now;
    for (int i = 0; i < 64; i++) {
      last = pace.next(ANN, now, 0);
    }
    assertTrue(last >= now + 63 * EACH, "the last of 64 looks after " + (last - now));
  }

  @Test
  void a_user_with_many_lines_takes_nothing_from_a_user_with_one() {
    var _ = lines(ANN, 63);
    var _ = lines(BOB, 1);
    long now = System.nanoTime();
    for (int i = 0; i < 1000; i++) {
      long _ = pace.next(ANN, now, 0);
    }
    assertEquals(25, looks(BOB, now, now + 50 * EACH));
  }

  @Test
  void slow_polls_are_made_less_often() {
    var _ = lines(ANN, 1);
    long now = System.nanoTime();
    long took = EACH;
    long second = pace.next(ANN, pace.next(ANN, now, took), took);
    assertEquals(now + PollInterval.PARTS * took, second);
    assertEquals(
        second + PollInterval.PARTS * took,
        pace.next(ANN, second, 1000 * PollInterval.MOST.toNanos()));
    assertEquals(
        second + PollInterval.PARTS * (took + PollInterval.MOST.toNanos()),
        pace.next(ANN, second, 0));
  }

  @Test
  void who_waits_no_longer_takes_no_part() {
    List<SessionLimits.Place> ended = lines(ANN, 2);
    ended.forEach(SessionLimits.Place::close);
    var _ = lines(BOB, 1);
    long now = System.nanoTime();
    assertEquals(50, looks(BOB, now, now + 50 * EACH));
  }
}
