package dev.dbg.resolve.engine;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.Pid;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.container.RuntimeQuestion;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.engine.DiskState.StateIndex;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * What an engine said of its containers, for sessions that need not ask it again. Which container
 * has a name, its files say, as they are now: an engine writes them before it says that it has
 * renamed or started a container, so what is known here is never older than what a client of the
 * engine was told. They count for a container of which the engine has said the same itself, as they
 * may be those of another engine.
 *
 * <p>Only own names and whole ids are known: to which container the beginning of an id belongs may
 * change when another container is created.
 *
 * <p>For any thread.
 */
final class EngineContainerCache {
  /** The most containers that are remembered. */
  private static final int MOST = 4096;

  private final DiskState state;
  private final StateIndex index;

  /** By ids. */
  private final Map<String, FoundContainer> said = new ConcurrentHashMap<>();

  EngineContainerCache(DiskState state, StateIndex index) {
    this.state = state;
    this.index = index;
  }

  /** The container of that name or id: as it is known, or else as the engine answers now. */
  List<FoundContainer> find(String nameOrId, RuntimeQuestion<List<FoundContainer>> engine)
      throws RuntimeUnavailable {
    Optional<FoundContainer> known = known(nameOrId);
    if (known.isPresent()) {
      return known.stream().toList();
    }
    List<FoundContainer> answer = engine.ask();
    if (answer.size() == 1 && answer.getFirst().target().isRunning()) {
      remember(answer.getFirst());
    }
    return answer;
  }

  /**
   * Together with the start of its process, which is held while the files say that it is the
   * container's: after a restart another process of the container may get that number.
   */
  private void remember(FoundContainer answer) {
    try (PidRef process = PidRef.on(new Pid(answer.target().pid()))) {
      Optional<FoundContainer> now =
          isOnDisk(answer) ? process.known(answer.foundBy(ResolvedBy.KNOWN)) : Optional.empty();
      if (said.size() >= MOST) {
        said.clear();
      }
      now.ifPresent(found -> said.put(found.target().id(), found));
    } catch (KernelException e) {
      // It has ended.
    }
  }

  /** The engine is asked about each again. */
  void forget() {
    said.clear();
  }

  private Optional<FoundContainer> known(String nameOrId) {
    if (said.isEmpty()) {
      return Optional.empty();
    }
    List<FoundContainer> files = index.now().orElse(List.of());
    return first(files, file -> file.id().equals(nameOrId))
        .or(() -> first(files, file -> file.name().equals(nameOrId)))
        .flatMap(this::known)
        .filter(PidRef::isRunning);
  }

  private static Optional<FoundContainer> first(
      List<FoundContainer> files, Predicate<Target> wanted) {
    return files.stream().filter(file -> wanted.test(file.target())).findFirst();
  }

  /** Takes labels and the runtime from the engine if the files lack them: they never change. */
  private Optional<FoundContainer> known(FoundContainer file) {
    return Optional.ofNullable(said.get(file.target().id()))
        .filter(then -> then.target().name().equals(file.target().name()))
        .map(
            then ->
                state.tellAll() && file.target().labels().isPresent()
                    ? file.runBy(then.target().oci())
                    : then);
  }

  private boolean isOnDisk(FoundContainer answer) {
    try {
      return answer.target().way() == ResolvedBy.API
          && state
              .find(answer.target().id())
              .filter(answer::isSameProcess)
              .filter(file -> file.target().name().equals(answer.target().name()))
              .isPresent();
    } catch (IOException e) {
      return false;
    }
  }
}
