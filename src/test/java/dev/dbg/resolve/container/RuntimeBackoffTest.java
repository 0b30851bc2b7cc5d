package dev.dbg.resolve.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

class RuntimeBackoffTest {
  private static final ThreadFactory NONE =
      _ -> {
        throw new OutOfMemoryError("unable to create native thread");
      };

  /** Otherwise nobody would ever end it. */
  @Test
  void an_engine_is_asked_again_where_no_thread_can_be_started_that_asks_it() {
    RuntimeBackoff silence = new RuntimeBackoff(Optional.empty(), NONE, () -> {});

    silence.begins("does not answer");

    assertEquals(Optional.empty(), silence.why());
  }
}
