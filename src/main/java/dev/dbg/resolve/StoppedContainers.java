package dev.dbg.resolve;

import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.model.RawText;
import dev.dbg.model.Target;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.engine.DockerState;
import dev.dbg.resolve.engine.EngineLocation;
import dev.dbg.resolve.stopped.DockerFiles;
import dev.dbg.resolve.stopped.PodmanFiles;
import dev.dbg.resolve.stopped.StoppedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the files of a container that does not run, by the id that root's runtime has for it: only
 * root can have written what is kept under it. An id of an engine's never means another container.
 *
 * <p>For any thread.
 */
record StoppedContainers(List<EngineLocation> engines, List<ContainerRuntime> runtimes) {
  /** Files about one are read at a time: a megabyte of them, in which strangers have words. */
  private static final Object READING = new Object();

  /**
   * The files of a container.
   *
   * @throws RuntimeUnavailable if they are not kept in a form that dbg knows; says what to type
   */
  StoppedFiles of(Target target) throws RuntimeUnavailable {
    String why =
        "dbg reads only those of root's Docker and Podman that are kept for overlayfs, and those of containerd, CRI-O, LXC and machines";
    for (KeptBy keeper : keepers(target)) {
      try {
        Optional<StoppedFiles> files;
        synchronized (READING) {
          files = keeper.files();
        }
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
        "%s is not running, and its files cannot be shown: %s: start %s first"
            .formatted(
                RawText.quoted(target.address()),
                why,
                target.isImage() ? "a container of it" : "it"));
  }

  /** What may have it; empty if it does not. */
  private interface KeptBy {
    Optional<StoppedFiles> files() throws IOException;
  }

  private List<KeptBy> keepers(Target target) {
    List<KeptBy> all = new ArrayList<>();
    for (EngineLocation engine : engines) {
      if (engine.scheme().equals(target.runtime())
          && !engine.state().isEmpty()
          && NameGrammar.isId(target.id())) {
        all.add(() -> read(engine, target.id()));
      }
    }
    runtimes.stream()
        .filter(runtime -> runtime.schemes().contains(target.runtime()))
        .forEach(runtime -> all.add(() -> runtime.files(target)));
    return target.owner().isPresent() ? List.of() : all;
  }

  /** Empty if this engine does not have the container. */
  private static Optional<StoppedFiles> read(EngineLocation engine, String id) throws IOException {
    Path root = TrustedFile.realPath(engine.state().getFirst());
    boolean isDocker = engine.scheme().equals(DockerState.SCHEME);
    if (!Files.exists(root.resolve(isDocker ? "containers" : "overlay-containers").resolve(id))) {
      return Optional.empty();
    }
    return Optional.of(
        isDocker
            ? DockerFiles.of(root, id)
            : PodmanFiles.of(List.of(root, TrustedFile.realPath(engine.state().getLast())), id));
  }
}
