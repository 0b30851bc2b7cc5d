package dev.dbg.resolve.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Pid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainProcessTest {
  private static final Pid THIS = new Pid((int) ProcessHandle.current().pid());

  @TempDir Path service;

  /** Whoever owns a service with a delegated group makes any number of groups below it. */
  @Test
  void a_limited_number_of_groups_below_a_service_is_searched() throws Exception {
    for (int i = 0; i < 3 * MainProcess.MOST_GROUPS; i++) {
      Path group = Files.createDirectory(service.resolve("group-" + i));
      Files.writeString(group.resolve("cgroup.procs"), (i + 1) + "\n");
    }
    Files.writeString(service.resolve("cgroup.procs"), "1000\n");

    List<Pid> members = MainProcess.members(service);

    assertEquals(MainProcess.MOST_GROUPS, members.size());
    assertEquals(1000, members.getLast().number());
  }

  /** Between the manager's link and its first process, all that the group has is left over. */
  @Test
  void a_process_older_than_a_services_start_is_not_the_service() {
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
