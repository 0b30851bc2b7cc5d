package dev.dbg.resolve;

import dev.dbg.model.RawText;
import dev.dbg.model.Target;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.engine.DockerState;
import dev.dbg.resolve.engine.EngineLocation;
import dev.dbg.resolve.stopped.DockerFiles;
import dev.dbg.resolve.stopped.KeptFiles;
import dev.dbg.resolve.stopped.PodmanFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Finds the files of a container that does not run, by the id that root's engine has for it: an id
 * never means another container, and only root can have written what is kept under it.
 *
 * <p>For any thread.
 */
record StoppedContainers(List<EngineLocation> engines) {
  StoppedContainers {
    engines = List.copyOf(engines);
  }

  /**
   * The files of a container.
   *
   * @throws RuntimeUnavailable if they are not kept in a form that dbg knows; says what to type
   */
  KeptFiles of(Target target) throws RuntimeUnavailable {
    String why = "dbg reads only those that root's Docker or Podman keeps for overlayfs";
    for (EngineLocation engine : keeping(target)) {
      try {
        Optional<KeptFiles> files = read(engine, target.id());
        if (files.isPresent()) {
          return files.get();
        }
      } catch (NoSuchFileException e) {
        why = "%s is missing".formatted(e.getMessage());
      } catch (IOException | InvalidPathException e) {
        why = String.valueOf(e.getMessage());
      }
    }
    throw new RuntimeUnavailable(
        "%s is not running, and its files cannot be shown: %s: start it first"
            .formatted(RawText.quoted(target.address()), why));
  }

  /** The engines of root's that may have it, and whose directories are known. */
  private List<EngineLocation> keeping(Target target) {
    return target.owner().isPresent() || !NameGrammar.isId(target.id())
        ? List.of()
        : engines.stream()
            .filter(engine -> engine.scheme().equals(target.runtime()))
            .filter(engine -> !engine.state().isEmpty())
            .toList();
  }

  /** Empty if this engine does not have the container. */
  private static Optional<KeptFiles> read(EngineLocation engine, String id) throws IOException {
    Path root = engine.state().getFirst().toRealPath();
    boolean isDocker = engine.scheme().equals(DockerState.SCHEME);
    if (!Files.exists(root.resolve(isDocker ? "containers" : "overlay-containers").resolve(id))) {
      return Optional.empty();
    }
    return Optional.of(
        isDocker
            ? DockerFiles.of(root, id)
            : PodmanFiles.of(List.of(root, engine.state().getLast().toRealPath()), id));
  }
}
