package dev.dbg.kube;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StartedSessionsTest {
  private final AtomicLong nanos = new AtomicLong(-7);
  private final StartedSessions begun = new StartedSessions(nanos::get);

  @Test
  void each_begins_once() {
    assertTrue(begun.begin("a"));
    assertTrue(begun.begin("b"));
    assertFalse(begun.begin("a"));
  }

  @Test
  void one_that_was_not_begun_after_all_may_begin_later() {
    assertTrue(begun.begin("a"));
    begun.forget("a");
    assertTrue(begun.begin("a"));
    assertFalse(begun.begin("a"));
  }

  /** As long as its object could pass for new, with both clocks wrong, and longer. */
  @Test
  void one_is_remembered_for_ten_minutes() {
    assertTrue(begun.begin("a"));
    nanos.addAndGet(Duration.ofMinutes(10).toNanos());
    assertFalse(begun.begin("a"));
    nanos.addAndGet(1);
    assertTrue(begun.begin("a"));
  }
}
