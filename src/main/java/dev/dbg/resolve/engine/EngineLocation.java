package dev.dbg.resolve.engine;

import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.untrusted.Allowance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One of root's engines, by its paths.
 *
 * @param scheme {@code docker} or {@code podman}
 * @param socket the socket of its API
 * @param state Docker's data directory, or Podman's graph root and run root; empty if not known
 * @param parent dockerd's {@code --cgroup-parent}; empty if it has none
 */
public record EngineLocation(String scheme, Path socket, List<Path> state, String parent) {
  public EngineLocation {
    state = List.copyOf(state);
    if (!state.isEmpty() && state.size() != directories(scheme)) {
      throw new IllegalArgumentException(
          "%s keeps its state in %d directories, not %d"
              .formatted(scheme, directories(scheme), state.size()));
    }
  }

  public EngineLocation(String scheme, Path socket, List<Path> state) {
    this(scheme, socket, state, "");
  }

  /** The number of directories in which an engine keeps its state. */
  public static int directories(String scheme) {
    return scheme.equals(PodmanState.SCHEME) ? 2 : 1;
  }

  /** The engine, with its state on the disk as a fallback if that is known. */
  public ContainerRuntime runtime() {
    return new EngineWithFallback(new EngineRuntime(scheme, socket, parent), files());
  }

  private DiskState files() {
    return switch (state.size()) {
      case 0 ->
          () -> {
            throw new IOException("dbgd.toml does not say where it is");
          };
      case 1 -> new DockerState(state.get(0), Optional.empty(), parent, Allowance::ofRuntime);
      default ->
          new PodmanState(state.get(0), state.get(1), Optional.empty(), Allowance::ofRuntime);
    };
  }
}
