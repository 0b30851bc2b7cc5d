package dev.dbg.resolve;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.ResolvedBy;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.user.NoReaders;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RehearsalTest {
  private long now;

  /** A runtime with one container, which takes its time. */
  private final class Lists implements ContainerRuntime {
    private final String name;
    private final Duration takes;

    Lists(String name, Duration takes) {
      this.name = name;
      this.takes = takes;
    }

    @Override
    public List<String> schemes() {
      return List.of("listed");
    }

    @Override
    public List<FoundContainer> all() {
      return running();
    }

    @Override
    public List<FoundContainer> running() {
      now += takes.toNanos();
      return List.of(
          FoundContainer.named("listed", name, "running", 7, ResolvedBy.API, Evidence.NUMBER));
    }
  }

  private boolean answers(String name, Duration takes) {
    RuntimePlaces nowhere =
        new RuntimePlaces(
            List.of(), List.of(), List.of(), false, List.of(), List.of(), false, false);
    Resolver fresh = new Resolver(nowhere, NoReaders.NONE);
    return new Rehearsal(List.of(new Lists(name, takes)), fresh, () -> now).run();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1024, 1025})
  void a_name_that_nobody_can_type_is_not_looked_for(int length) {
    assertTrue(answers("a".repeat(length), Duration.ZERO));
  }

  @Test
  void a_slow_runtime_is_not_asked_again() {
    assertFalse(answers("a", Duration.ofMillis(1100)));
  }
}
