package dev.dbg.resolve.engine;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.container.RuntimeQuestion;
import dev.dbg.resolve.container.RuntimeUnavailable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What an engine said of a container, as long as the engine's files about the container have not
 * changed since. An engine writes its files before it says that it has renamed or started a
 * container, so what is known here is never older than what a client of the engine was told. The
 * files are not read for a session; only their stamps are compared, which takes microseconds.
 *
 * <p>Only own names and whole ids are known: to which container the beginning of an id belongs may
 * change when another container is created.
 *
 * <p>For any thread.
 */
final class KnownContainers {
  /** The most names that are remembered; the engine is asked about all others. */
  private static final int MOST = 4096;

  private final DiskState state;
  private final Map<String, Remembered> known = new ConcurrentHashMap<>();

  KnownContainers(DiskState state) {
    this.state = state;
  }

  /**
   * An engine's answer.
   *
   * @param stamps the stamps of the files about it; empty if the answer must not be used again, and
   *     only says whose files to look at
   */
  private record Remembered(FoundContainer found, List<FileStamp> stamps) {
    /** Whether neither the files nor the process have changed; Podman's files ignore its end. */
    boolean holds(List<FileStamp> now) {
      return !now.isEmpty() && now.equals(stamps) && PidRef.isRunning(found);
    }
  }

  /** The container of that name or id: as it is known, or else as the engine answers now. */
  List<FoundContainer> find(String nameOrId, RuntimeQuestion<List<FoundContainer>> engine)
      throws RuntimeUnavailable {
    Optional<Remembered> last = Optional.ofNullable(known.get(nameOrId));
    List<FileStamp> before =
        last.map(one -> state.stamps(one.found.target().id())).orElse(List.of());
    if (last.filter(one -> one.holds(before)).isPresent()) {
      return List.of(last.get().found);
    }
    // Judged now: the answer may take longer than changes may have the same time.
    boolean isSettled = before.stream().allMatch(FileStamp::isSettled);
    List<FoundContainer> answer = engine.ask();
    if (answer.size() == 1 && isOwnName(nameOrId, answer.getFirst().target())) {
      remember(nameOrId, answer.getFirst(), last, isSettled ? before : List.of());
    } else {
      known.remove(nameOrId);
    }
    return answer;
  }

  private static boolean isOwnName(String nameOrId, Target target) {
    return nameOrId.equals(target.name()) || nameOrId.equals(target.id());
  }

  private void remember(
      String nameOrId, FoundContainer found, Optional<Remembered> last, List<FileStamp> before) {
    if (known.size() < MOST || last.isPresent()) {
      boolean isCurrent =
          last.filter(one -> one.found.isSame(found)).isPresent()
              && found.target().way() == ResolvedBy.API
              && !before.isEmpty()
              && before.equals(state.stamps(found.target().id()))
              && isOnDisk(found);
      known.put(nameOrId, new Remembered(known(found), isCurrent ? before : List.of()));
    }
  }

  /**
   * Whether the files say the same as the engine. They do not if they are those of another engine,
   * or if this one now writes them elsewhere; then they do not change when this engine's containers
   * do.
   */
  private boolean isOnDisk(FoundContainer found) {
    try {
      return state
          .find(found.target().id())
          .filter(found::isSameProcess)
          .filter(onDisk -> onDisk.target().name().equals(found.target().name()))
          .isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  private static FoundContainer known(FoundContainer found) {
    return new FoundContainer(found.target().foundBy(ResolvedBy.KNOWN), found.evidence());
  }
}
