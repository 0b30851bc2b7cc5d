package dev.dbg.resolve.engine;

import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameOrId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Docker's containers as dockerd writes them: {@code containers/ID/config.v2.json} below its data
 * directory, or with userns-remap below {@code UID.GID} in that directory.
 */
record DockerState(Path dataRoot) implements DiskState {
  private static final String SCHEME = "docker";
  private static final String REMAPPED = "[0-9]*.[0-9]*";
  private static final int LARGEST = 1 << 20;
  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");
  private static final Set<String> WANTED =
      Set.of(
          "ID",
          "Name",
          "Image",
          "Config.Image",
          "Config.Labels.*",
          "State.Running",
          "State.Paused",
          "State.Pid",
          "State.StartedAt");

  @Override
  public boolean isThere() {
    return Files.isDirectory(dataRoot);
  }

  @Override
  public Optional<FoundContainer> find(String nameOrId) throws IOException {
    return NameOrId.among(
        all(), nameOrId, found -> found.target().id(), found -> List.of(found.target().name()));
  }

  @Override
  public List<FoundContainer> all() throws IOException {
    List<FoundContainer> all = new ArrayList<>();
    try (OwnedTree root = OwnedTree.open(dataRoot, Uid.ROOT)) {
      addAll(root, "", all);
      try (DirectoryStream<Path> remapped = Files.newDirectoryStream(dataRoot, REMAPPED)) {
        for (Path directory : remapped) {
          addAll(root, directory.getFileName() + "/", all);
        }
      }
    }
    return all;
  }

  private void addAll(OwnedTree root, String prefix, List<FoundContainer> all) throws IOException {
    Path containers = dataRoot.resolve(prefix + "containers");
    if (!Files.isDirectory(containers)) {
      return;
    }
    try (DirectoryStream<Path> ids = Files.newDirectoryStream(containers)) {
      for (Path id : ids) {
        if (ID.matcher(id.getFileName().toString()).matches()) {
          read(root, prefix + "containers/" + id.getFileName()).ifPresent(all::add);
        }
      }
    }
  }

  /** Empty for a container that is being created or removed: its file is missing or incomplete. */
  private static Optional<FoundContainer> read(OwnedTree root, String directory) {
    try {
      byte[] json = root.read(directory + "/config.v2.json", LARGEST).bytes();
      return Optional.of(found(JsonFields.of(json, WANTED)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static FoundContainer found(JsonFields container) {
    return new FoundContainer(
        new Target(
            SCHEME,
            Optional.empty(),
            container.text("ID"),
            EngineAnswer.name(container.text("Name")),
            new Image(container.text("Config.Image"), container.text("Image")),
            Optional.of(container.below("Config.Labels")),
            state(container),
            container.number("State.Pid"),
            ResolvedBy.DISK),
        EngineAnswer.proof(container.text("ID"), container.optional("State.StartedAt")));
  }

  private static String state(JsonFields container) {
    if (container.text("State.Paused").equals("true")) {
      return "paused";
    }
    return container.text("State.Running").equals("true") ? "running" : "not running";
  }
}
