package dev.dbg.resolve.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where an engine of root's is.
 *
 * @param scheme {@code docker} or {@code podman}
 * @param socket where it answers
 * @param state where it keeps its state: Docker's data directory, or Podman's graph root and run
 *     root; empty when that is not known
 */
public record EngineLocation(String scheme, Path socket, List<Path> state) {
  public EngineLocation {
    state = List.copyOf(state);
    if (!state.isEmpty() && state.size() != directories(scheme)) {
      throw new IllegalArgumentException(
          "%s keeps its state in %d directories, not %d"
              .formatted(scheme, directories(scheme), state.size()));
    }
  }

  /** In how many directories an engine keeps its state. */
  public static int directories(String scheme) {
    return scheme.equals(PodmanState.SCHEME) ? 2 : 1;
  }

  public Optional<DiskState> onDisk() {
    if (state.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        scheme.equals(PodmanState.SCHEME)
            ? new PodmanState(state.get(0), state.get(1), Optional.empty())
            : new DockerState(state.get(0)));
  }
}
