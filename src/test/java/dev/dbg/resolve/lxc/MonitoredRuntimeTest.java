package dev.dbg.resolve.lxc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.ResolvedBy;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MonitoredRuntimeTest {
  private static final int SILENT_FOR_MILLIS = 300;

  /** Its monitors say nothing, and each is waited for; who they are is not known either. */
  private static final class Silent extends MonitoredRuntime {
    private int asked;
    private int waitedFor;

    Silent() {
      super("silent", Path.of("/nowhere"), Path.of("/nowhere"), any -> true);
    }

    @Override
    Optional<String> entry(String name) {
      return Optional.of(name);
    }

    @Override
    FoundContainer found(String entry, ContainerState present) {
      return FoundContainer.named(
          "silent", entry, present.state(), 0, ResolvedBy.API, Evidence.NONE);
    }

    @Override
    ContainerState ask(CommandSocket socket, long deadline) throws IOException {
      asked++;
      long within = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
      waitedFor += within > 10 ? 1 : 0;
      try {
        Thread.sleep(Math.clamp(within, 0, SILENT_FOR_MILLIS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IOException("says nothing");
    }
  }

  @Test
  void all_silent_monitors_together_are_awaited_for_a_second() {
    Silent silent = new Silent();
    List<String> names = IntStream.range(0, 12).mapToObj("dbgt-silent-%d"::formatted).toList();

    List<MonitoredRuntime.Presence> seen = silent.lookAt(names);

    assertEquals(names.size(), silent.asked);
    assertTrue(silent.waitedFor >= 1 && silent.waitedFor <= 4, "waited: " + silent.waitedFor);
    assertEquals(
        Collections.nCopies(names.size(), ContainerState.UNKNOWN),
        seen.stream().map(MonitoredRuntime.Presence::present).toList());
  }
}
