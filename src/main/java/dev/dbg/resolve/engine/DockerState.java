package dev.dbg.resolve.engine;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.GroupPaths;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.untrusted.AllowanceExceeded;
import dev.dbg.resolve.untrusted.JsonFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Docker's containers as dockerd writes them: {@code containers/ID/config.v2.json} below its data
 * directory, or with userns-remap below {@code UID.GID} in that directory.
 *
 * @param owner the user of a rootless Docker; empty for root's. Files of other users are not read.
 * @param parent dockerd's {@code --cgroup-parent}; empty if it has none
 * @param allowances gives one for each time that all are read
 */
public record DockerState(
    Path dataRoot, Optional<Owner> owner, String parent, Supplier<Allowance> allowances)
    implements DiskState {
  public static final String SCHEME = "docker";

  private static final Pattern REMAPPED = Pattern.compile("[0-9]+\\.[0-9]+");
  private static final String CONTAINERS = "containers";
  private static final String CONFIG = "/config.v2.json";
  private static final String HOST_CONFIG = "/hostconfig.json";
  private static final String PARENT = "CgroupParent";
  private static final String OCI = "Runtime";
  private static final Set<String> CHOSEN = Set.of(PARENT, OCI);
  private static final String OWN_ID = "engine-id";
  private static final int LARGEST_ID = 256;

  /** The most directories of root's. */
  private static final int MOST = 100_000;

  /** Go's zero time, of a container that was never started. */
  private static final String NEVER = "0001-01-01T";

  private static final Set<String> WANTED =
      Set.of(
          "ID",
          "Name",
          "Image",
          "Config.Image",
          "Config.Labels.*",
          "State.Running",
          "State.Paused",
          "State.Restarting",
          "State.RemovalInProgress",
          "State.Dead",
          "State.Pid",
          "State.StartedAt");

  @Override
  public boolean isThere() {
    return Files.isDirectory(dataRoot);
  }

  @Override
  public List<FoundContainer> all() throws IOException {
    try (Allowance allowance = allowances.get();
        OwnedTree root = open()) {
      List<FoundContainer> all = allowance.list();
      for (String directory : directories(root)) {
        try {
          addAll(root, directory, allowance, all);
        } catch (KernelException e) {
          if (directory.equals(CONTAINERS) || !e.isNoSuchFile()) {
            throw e;
          }
        }
      }
      return all;
    }
  }

  private OwnedTree open() throws IOException {
    return OwnedTree.open(dataRoot, owner.map(Owner::uid).orElse(Uid.ROOT));
  }

  /** The directories of containers, by the names in root's data directory. */
  List<String> directories(List<String> names) {
    List<String> directories = new ArrayList<>();
    for (String name : names) {
      if (name.equals(CONTAINERS)) {
        directories.add(CONTAINERS);
      } else if (REMAPPED.matcher(name).matches()) {
        directories.add(name + "/" + CONTAINERS);
      }
    }
    return directories;
  }

  /** The names in a directory below the data directory, or in itself; none if it is missing. */
  List<String> names(String directory) throws IOException {
    try (OwnedTree root = open()) {
      return directory.isEmpty()
          ? root.names(".", MOST)
          : KernelException.ifThere(() -> root.names(directory, MOST)).orElse(List.of());
    }
  }

  /** The file about a container in one of the {@link #directories}. */
  Path file(String directory, String id) {
    return dataRoot.resolve(directory).resolve(id + CONFIG);
  }

  /** What such a file says; empty if it is missing or incomplete, or says too much. */
  Optional<FoundContainer> read(Path file, Allowance allowance) {
    try (OwnedTree root = open()) {
      String id = String.valueOf(file.getName(file.getNameCount() - 2));
      return read(root, dataRoot.relativize(file).toString(), id, allowance);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Since version 23, dockerd keeps its id in its data directory, which the answer names. */
  @Override
  public boolean isOf(EngineAnswer.Itself engine) {
    try (OwnedTree root = OwnedTree.open(engine.directory(), Uid.ROOT)) {
      Path directory = engine.directory().toRealPath();
      Path ours = dataRoot.toRealPath();
      boolean isOurs = directory.equals(ours) || isRemapped(ours, directory);
      return isOurs
          && (!Files.exists(directory.resolve(OWN_ID))
              || root.read(OWN_ID, LARGEST_ID).text().strip().equals(engine.id()));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isRemapped(Path ours, Path directory) {
    return ours.equals(directory.getParent())
        && REMAPPED.matcher(String.valueOf(directory.getFileName())).matches();
  }

  @Override
  public StateIndex index() {
    return new DockerIndex(this);
  }

  @Override
  public boolean tellAll() {
    return true;
  }

  /** Below the group that the container's starter chose. */
  @Override
  public List<String> groups(String id) {
    if (!NameGrammar.isId(id)) {
      return List.of();
    }
    String chosen = chosen(id, PARENT, Allowance.ofOne());
    return chosen.isEmpty() ? List.of() : GroupPaths.docker(id, chosen);
  }

  /**
   * With what runs it, of which another file tells: that of the one that is meant alone is read.
   */
  @Override
  public Optional<FoundContainer> find(String nameOrId) throws IOException {
    return DiskState.super
        .find(nameOrId)
        .map(found -> found.runBy(chosen(found.target().id(), OCI, allowances.get())));
  }

  /** What the container's starter chose; "" if there is no such file. */
  private String chosen(String id, String field, Allowance allowance) {
    try (OwnedTree root = open()) {
      for (String directory : directories(root)) {
        Optional<JsonFields> chosen =
            KernelException.ifThere(
                () ->
                    root.read(
                        directory + "/" + id + HOST_CONFIG,
                        json -> JsonFields.of(json, CHOSEN, allowance)));
        if (chosen.isPresent()) {
          return chosen.get().text(field);
        }
      }
    } catch (IOException e) {
      // Nothing is told.
    }
    return "";
  }

  private List<String> directories(OwnedTree root) throws IOException {
    return owner.isPresent() ? List.of(CONTAINERS) : directories(root.names(".", MOST));
  }

  private void addAll(
      OwnedTree root, String containers, Allowance allowance, List<FoundContainer> all)
      throws IOException {
    root.forEachName(
        containers,
        id -> {
          allowance.take(Allowance.NAME);
          if (NameGrammar.isId(id)) {
            read(root, containers + "/" + id + CONFIG, id, allowance).ifPresent(all::add);
          }
        });
  }

  /**
   * Empty for a container that is being created or removed: its file is missing or incomplete.
   *
   * @throws AllowanceExceeded if a user says too much
   */
  private Optional<FoundContainer> read(OwnedTree root, String file, String id, Allowance allowance)
      throws AllowanceExceeded {
    try {
      JsonFields container = root.read(file, config -> JsonFields.of(config, WANTED, allowance));
      return container.text("ID").equals(id) ? Optional.of(found(container)) : Optional.empty();
    } catch (AllowanceExceeded e) {
      allowance.leaveOut();
      return Optional.empty();
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
            EngineAnswer.name(container.text("ID"), Stream.of(container.text("Name"))),
            new Image(container.text("Config.Image"), container.text("Image")),
            container.all("Config.Labels"),
            state(container),
            container.number("State.Pid"),
            ResolvedBy.DISK),
        evidence(container));
  }

  private Evidence evidence(JsonFields container) {
    String id = container.text("ID");
    return owner.isPresent()
        ? new Evidence.OfOwner(owner.get().uid(), id, container.optional("State.StartedAt"))
        : EngineAnswer.inGroup(SCHEME, id, parent).orAs(() -> groups(id));
  }

  /** The word that dockerd's API has for the state. */
  private static String state(JsonFields container) {
    if (is(container, "Running")) {
      if (is(container, "Paused")) {
        return "paused";
      }
      return is(container, "Restarting") ? "restarting" : "running";
    }
    if (is(container, "RemovalInProgress")) {
      return "removing";
    }
    if (is(container, "Dead")) {
      return "dead";
    }
    return container.text("State.StartedAt").startsWith(NEVER) ? "created" : "exited";
  }

  private static boolean is(JsonFields container, String state) {
    return container.text("State." + state).equals("true");
  }
}
