package dev.dbg.resolve;

import dev.dbg.model.RawText;
import dev.dbg.model.Target;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.engine.DockerState;
import dev.dbg.resolve.engine.EngineLocation;
import dev.dbg.resolve.engine.PodmanState;
import dev.dbg.resolve.stopped.DockerFiles;
import dev.dbg.resolve.stopped.KeptFiles;
import dev.dbg.resolve.stopped.PodmanFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds the files of a container that does not run, by the id that root's engine has for it: an id
 * never means another container, and only root can have written what is kept under it.
 *
 * <p>For any thread.
 */
final class StoppedContainers {
  private final List<EngineLocation> engines;

  StoppedContainers(List<EngineLocation> engines) {
    this.engines = List.copyOf(engines);
  }

  /**
   * The files of a container.
   *
   * @throws RuntimeUnavailable if they are not kept in a form that dbg knows; says what to type
   */
  KeptFiles of(Target target) throws RuntimeUnavailable {
    String why = "dbg reads only those that root's Docker or Podman keeps for overlayfs";
    for (EngineLocation engine : engines) {
      if (target.owner().isEmpty()
          && engine.scheme().equals(target.runtime())
          && !engine.state().isEmpty()
          && NameGrammar.isId(target.id())) {
        try {
          Path root = engine.state().getFirst().toRealPath();
          switch (engine.scheme()) {
            case DockerState.SCHEME -> {
              if (Files.exists(root.resolve("containers").resolve(target.id()))) {
                return DockerFiles.of(root, target.id());
              }
            }
            case PodmanState.SCHEME -> {
              if (Files.exists(root.resolve("overlay-containers").resolve(target.id()))) {
                return PodmanFiles.of(
                    List.of(root, engine.state().getLast().toRealPath()), target.id());
              }
            }
            default -> {}
          }
        } catch (IOException | InvalidPathException e) {
          why =
              e instanceof NoSuchFileException
                  ? "%s is missing".formatted(e.getMessage())
                  : String.valueOf(e.getMessage());
        }
      }
    }
    throw new RuntimeUnavailable(
        "%s is not running, and its files cannot be shown: %s: start it first"
            .formatted(RawText.quoted(target.address()), why));
  }
}
