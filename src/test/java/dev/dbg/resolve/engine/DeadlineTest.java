package dev.dbg.resolve.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  /** As a channel does that is closed by an interrupt. */
  private static String sleep(Duration time) throws IOException {
    try {
      Thread.sleep(time);
      return "answer";
    } catch (InterruptedException e) {
      throw new IOException("closed", e);
    }
  }

  @Test
  void an_answer_and_a_failure_come_as_they_are() throws Exception {
    assertEquals("answer", EngineRuntime.Deadline.ask(LONG, () -> "answer"));
    IOException failure = new IOException("it answers 500");
    assertEquals(
        failure,
        assertThrows(
            IOException.class,
            () ->
                EngineRuntime.Deadline.ask(
                    LONG,
                    () -> {
                      throw failure;
                    })));
  }

  @Test
  void who_is_not_answered_in_time_goes_on_and_is_not_interrupted() {
    IOException late =
        assertThrows(
            IOException.class,
            () -> EngineRuntime.Deadline.ask(Duration.ofSeconds(1), () -> sleep(LONG)));
    assertEquals("no answer in 1 s", late.getMessage());
    assertFalse(Thread.currentThread().isInterrupted());
  }

  @Test
  void who_does_not_notice_the_interrupt_is_not_interrupted_later() {
    assertThrows(
        IOException.class,
        () -> EngineRuntime.Deadline.ask(Duration.ofMillis(100), DeadlineTest::untilInterrupted));
    assertFalse(Thread.interrupted());
  }

  private static String untilInterrupted() {
    while (!Thread.currentThread().isInterrupted()) {
      Thread.onSpinWait();
    }
    return "too late";
  }

  /** The interrupt and the answer come at the same time, whichever is first. */
  @Test
  void no_interrupt_is_left_over() {
    for (int i = 0; i < 500; i++) {
      try {
        Object _ =
            EngineRuntime.Deadline.ask(Duration.ofMillis(2), () -> sleep(Duration.ofMillis(2)));
      } catch (IOException e) {
        assertEquals("no answer in 0 s", e.getMessage());
      }
      assertFalse(Thread.interrupted());
    }
  }
}
