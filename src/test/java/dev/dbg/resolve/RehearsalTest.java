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
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RehearsalTest {
  /** A runtime with one container, which takes its time. */
  private record Lists(String name, Duration takes) implements ContainerRuntime {
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
      LockSupport.parkNanos(takes.toNanos());
      return List.of(
          FoundContainer.named("listed", name, "running", 7, ResolvedBy.API, Evidence.NUMBER));
    }
  }

  private static boolean answers(ContainerRuntime runtime) {
    RuntimePlaces nowhere =
        new RuntimePlaces(
            List.of(), List.of(), List.of(), false, List.of(), List.of(), false, false);
    return new Rehearsal(List.of(runtime), new Resolver(nowhere, NoReaders.NONE)).run();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1024, 1025})
  void a_name_that_nobody_can_type_is_not_looked_for(int length) {
    // A busy machine may be slow itself.
    assertTrue(
        IntStream.range(0, 10)
            .anyMatch(_ -> answers(new Lists("a".repeat(length), Duration.ZERO))));
  }

  @Test
  void a_slow_runtime_is_not_asked_again() {
    assertFalse(answers(new Lists("a", Duration.ofMillis(1100))));
  }
}
