package dev.dbg.resolve.engine;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameOrId;
import java.io.IOException;
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
 *
 * @param owner the user of a rootless Docker; empty for root's. Files of other users are not read.
 */
public record DockerState(Path dataRoot, Optional<Owner> owner) implements DiskState {
  public static final String SCHEME = "docker";

  private static final Pattern REMAPPED = Pattern.compile("[0-9]+\\.[0-9]+");
  private static final String CONTAINERS = "containers";
  private static final String CONFIG = "/config.v2.json";
  private static final int LARGEST = 1 << 20;

  /** The most directories, and bytes, that are read; a user can make any number. */
  private static final int MOST = 100_000;

  private static final int MOST_OF_USER = 4_096;
  private static final int MOST_BYTES_OF_USER = 1 << 24;

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
    try (OwnedTree root = OwnedTree.open(dataRoot, owner.map(Owner::uid).orElse(Uid.ROOT))) {
      if (owner.isPresent()) {
        addAll(root, CONTAINERS, all);
        return all;
      }
      for (String directory : root.names(".", MOST)) {
        if (directory.equals(CONTAINERS)) {
          addAll(root, CONTAINERS, all);
        } else if (REMAPPED.matcher(directory).matches()) {
          addRemapped(root, directory + "/" + CONTAINERS, all);
        }
      }
    }
    return all;
  }

  /** dockerd replaces the file before it answers a request that changes the container. */
  @Override
  public List<FileStamp> stamps(String id) {
    if (!ID.matcher(id).matches()) {
      return List.of();
    }
    String file = CONTAINERS + "/" + id + CONFIG;
    FileStamp usual = FileStamp.of(dataRoot.resolve(file));
    return usual.equals(FileStamp.MISSING) ? remapped(file) : List.of(usual);
  }

  private List<FileStamp> remapped(String file) {
    try (OwnedTree root = OwnedTree.open(dataRoot, Uid.ROOT)) {
      return root.names(".", MOST).stream()
          .filter(directory -> REMAPPED.matcher(directory).matches())
          .map(directory -> FileStamp.of(dataRoot.resolve(directory).resolve(file)))
          .filter(stamp -> !stamp.equals(FileStamp.MISSING))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private void addRemapped(OwnedTree root, String containers, List<FoundContainer> all)
      throws IOException {
    try {
      addAll(root, containers, all);
    } catch (KernelException e) {
      if (!e.isNoSuchFile()) {
        throw e;
      }
    }
  }

  private void addAll(OwnedTree root, String containers, List<FoundContainer> all)
      throws IOException {
    long left = owner.isPresent() ? MOST_BYTES_OF_USER : Long.MAX_VALUE;
    for (String id : root.names(containers, owner.isPresent() ? MOST_OF_USER : MOST)) {
      if (ID.matcher(id).matches()) {
        Optional<byte[]> json = read(root, containers + "/" + id + CONFIG);
        left -= json.map(bytes -> bytes.length).orElse(0);
        if (left < 0) {
          throw new IOException(dataRoot + " says more about containers than is read");
        }
        json.flatMap(bytes -> found(id, bytes)).ifPresent(all::add);
      }
    }
  }

  /** Empty for a container that is being created or removed: its file is missing. */
  private static Optional<byte[]> read(OwnedTree root, String file) {
    try {
      return Optional.of(root.read(file, LARGEST).bytes());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Empty if the file is incomplete. */
  private Optional<FoundContainer> found(String id, byte[] json) {
    try {
      JsonFields container = JsonFields.of(json, WANTED);
      return container.text("ID").equals(id) ? Optional.of(found(container)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private FoundContainer found(JsonFields container) {
    return new FoundContainer(
        new Target(
            SCHEME,
            owner,
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
