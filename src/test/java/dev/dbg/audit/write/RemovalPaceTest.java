package dev.dbg.audit.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** After a clock's jump all segments are old: how many go in an hour. */
class RemovalPaceTest {
  private long nanos = Long.MAX_VALUE - 1;
  private final RemovalPace pace = new RemovalPace(() -> nanos);
  private Instant last = Instant.parse("2026-11-24T12:00:00Z");

  private void passes(Duration time) {
    nanos += time.toNanos();
  }

  /** How many of the next segments may go now, if each has records of this time. */
  private int permitted(Duration each) {
    int count = 0;
    while (pace.permits(last.plus(each))) {
      last = last.plus(each);
      count++;
    }
    return count;
  }

  @Test
  void one_large_segment_is_removed_at_start_and_each_hour() {
    Duration days = Duration.ofDays(3);
    assertEquals(1, permitted(days));
    passes(Duration.ofMinutes(59));
    assertEquals(0, permitted(days));
    passes(Duration.ofMinutes(1).plusSeconds(1));
    assertEquals(1, permitted(days));
  }

  @Test
  void small_segments_of_a_day_are_removed_in_an_hour() {
    Duration small = Duration.ofMinutes(10);
    assertEquals(1, permitted(small));
    int all = 0;
    for (int minute = 0; minute < 60; minute++) {
      passes(Duration.ofMinutes(1));
      all += permitted(small);
    }
    assertTrue(all == 143 || all == 144, all + " segments");
  }

  @Test
  void a_week_without_removals_allows_no_burst() {
    passes(Duration.ofDays(7));
    assertEquals(1, permitted(Duration.ofDays(1)));
    passes(Duration.ofDays(7));
    assertEquals(24, permitted(Duration.ofHours(1)));
  }

  @Test
  void the_time_between_two_segments_of_which_the_clock_was_set_years_ahead_is_a_day() {
    assertTrue(pace.permits(Instant.EPOCH));
    assertFalse(pace.permits(last));
    passes(Duration.ofHours(1).plusSeconds(1));
    assertTrue(pace.permits(last));
    // And set back, none.
    assertTrue(pace.permits(Instant.EPOCH));
  }
}
