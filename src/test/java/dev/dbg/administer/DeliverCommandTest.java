package dev.dbg.administer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.deliver.Deliveries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sends the log does not go on once it could seal it. */
class DeliverCommandTest {
  private static final Duration EVERY = Duration.ofMillis(30);
  private static final Duration SEVERAL = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir private Path directory;

  private Path keys;
  private Deliveries none;

  @BeforeEach
  void start() throws Exception {
    keys = directory.resolve("seal.key");
    Path notes = directory.resolve("notes");
    none = Deliveries.start(directory, notes, List.of(), "1");
  }

  @AfterEach
  void stop() throws Exception {
    none.close();
  }

  /** One that has looked at the keys. */
  private Thread staying() throws InterruptedException {
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    DeliverCommand.stay(none, keys, EVERY);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.sleep(1);
    }
    return thread;
  }

  @Test
  void it_ends_when_what_hid_the_keys_is_gone() throws Exception {
    // As systemd and a mount of /dev/null show it.
    Path _ = Files.createFile(keys);
    Thread staying = staying();
    assertFalse(staying.join(SEVERAL), "it ended, and nothing had changed");
    Files.delete(keys);
    assertFalse(staying.join(SEVERAL), "it ended without keys");
    Path _ = Files.writeString(keys, "epoch");
    assertTrue(staying.join(LONG), "it stayed");
  }

  /** The shipped unit shows one directory and hides its keys: a drop-in may forget either. */
  @Test
  void it_says_that_it_sees_no_log_or_the_keys_too() throws Exception {
    Path missing = directory.resolve("elsewhere");
    assertEquals(
        "no log at %s: if dbgd writes one there, write the path in BindReadOnlyPaths= of dbgd-deliver.service"
            .formatted(missing),
        DeliverCommand.visibilityWarning(missing).orElseThrow());
    assertEquals(Optional.empty(), DeliverCommand.visibilityWarning(directory));
    Path _ = Files.createFile(keys);
    assertEquals(Optional.empty(), DeliverCommand.visibilityWarning(directory));
    Path _ = Files.writeString(keys, "epoch");
    String said = DeliverCommand.visibilityWarning(directory).orElseThrow();
    assertTrue(said.startsWith(keys + " is readable, so its reader could forge"), said);
  }

  @Test
  void it_stays_where_the_keys_are_not_hidden() throws Exception {
    Path _ = Files.writeString(keys, "epoch");
    Thread staying = staying();
    assertFalse(staying.join(SEVERAL), "it ended, as root by hand");
    staying.interrupt();
    assertTrue(staying.join(LONG));
  }
}
