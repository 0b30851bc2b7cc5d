package dev.dbg.resolve;

import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.ProcessRuntime;
import java.util.List;
import java.util.stream.Stream;

/** The list of root's runtimes, in the order in which they are searched. */
final class Runtimes {
  private Runtimes() {}

  static List<ContainerRuntime> of(RuntimePlaces places) {
    return Stream.of(
            places.engines().stream().map(engine -> engine.runtime()),
            Stream.of(new ProcessRuntime()))
        .<ContainerRuntime>flatMap(runtimes -> runtimes)
        .toList();
  }
}
