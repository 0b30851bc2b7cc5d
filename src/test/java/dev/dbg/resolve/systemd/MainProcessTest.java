package dev.dbg.resolve.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Pid;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MainProcessTest {
  private static final Pid THIS = new Pid((int) ProcessHandle.current().pid());

  /** Between the manager's link and its first process, all that the group has is left over. */
  @Test
  void what_is_older_than_a_start_is_not_the_service_while_that_is_started() {
    Instant before = ProcessHandle.current().info().startInstant().orElseThrow();
    Instant start = before.plus(Duration.ofMinutes(1));

    assertEquals(Optional.empty(), MainProcess.oldest(List.of(THIS), start, true));
    assertEquals(
        Optional.of(THIS),
        MainProcess.oldest(List.of(THIS), before.minus(Duration.ofMinutes(1)), true));
    // The clock has been set back since: the start is in the future.
    assertFalse(MainProcess.isStarting(start, start.minusSeconds(1)));
    assertTrue(MainProcess.isStarting(start, start));
    assertFalse(MainProcess.isStarting(start, start.plusSeconds(60)));
    assertEquals(Optional.of(THIS), MainProcess.oldest(List.of(THIS), start, false));
  }
}
