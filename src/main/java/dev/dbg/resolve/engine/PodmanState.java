package dev.dbg.resolve.engine;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.Allowance;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.GroupPaths;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.container.NameOrId;
import dev.dbg.resolve.container.TooMuchSaid;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A Podman's containers as its storage library writes them in {@code DRIVER-containers} of the
 * graph root: ids, names, images. The pid is in a file that conmon wrote below the run root when it
 * started the container. Labels are in libpod's database only, so they are unknown here.
 *
 * @param owner the Podman's user; empty for root's. Files of other users are not read.
 * @param allowances gives one for each time that the lists are read
 */
public record PodmanState(
    Path graphRoot, Path runRoot, Optional<Owner> owner, Supplier<Allowance> allowances)
    implements DiskState {
  public static final String SCHEME = "podman";

  private static final List<String> DRIVERS = List.of("overlay", "vfs", "btrfs");

  /** The second file is for {@code podman run --rm}. */
  private static final List<String> LISTS = List.of("containers.json", "volatile-containers.json");

  private static final int LARGEST_PID_FILE = 16;
  private static final int LARGEST_BUNDLE = 1 << 20;
  private static final String GROUP = "linux.cgroupsPath";
  private static final Set<String> BUNDLE = Set.of(GROUP);
  private static final Set<String> LISTED = Set.of("id", "names.*", "image", "metadata");
  private static final Set<String> METADATA = Set.of("image-name");

  private record NotedContainer(
      String driver, String id, Collection<String> names, String image, String imageName) {}

  @Override
  public boolean isThere() {
    return Files.isDirectory(graphRoot)
        && DRIVERS.stream().anyMatch(driver -> LISTS.stream().anyMatch(list -> has(driver, list)));
  }

  /**
   * Whether a list exists; checked first, because an exception for each missing file would be slow.
   */
  private boolean has(String driver, String list) {
    return Files.exists(graphRoot.resolve(in(driver) + list), LinkOption.NOFOLLOW_LINKS);
  }

  private static String in(String driver) {
    return driver + "-containers/";
  }

  @Override
  public Optional<FoundContainer> find(String nameOrId) throws IOException {
    Optional<NotedContainer> entry =
        NameOrId.among(
            listed(allowances.get()), nameOrId, NotedContainer::id, NotedContainer::names);
    return entry.isEmpty() ? Optional.empty() : Optional.of(found(entry.get()));
  }

  @Override
  public List<FoundContainer> all() throws IOException {
    Allowance allowance = allowances.get();
    List<FoundContainer> all = allowance.list();
    for (NotedContainer entry : listed(allowance)) {
      all.add(found(entry));
    }
    return all;
  }

  /**
   * The paths of the lists with all containers' names, whether they exist or not. Podman replaces
   * one before {@code podman rename} ends.
   */
  public static List<Path> lists(Path graphRoot) {
    return DRIVERS.stream()
        .flatMap(driver -> LISTS.stream().map(list -> graphRoot.resolve(in(driver) + list)))
        .toList();
  }

  @Override
  public boolean isOf(EngineAnswer.Itself engine) {
    try {
      return engine.directory().toRealPath().equals(graphRoot.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public StateIndex index() {
    return new PodmanIndex(this);
  }

  private List<NotedContainer> listed(Allowance allowance) throws IOException {
    List<NotedContainer> all = allowance.list();
    boolean any = false;
    try (OwnedTree graph = OwnedTree.open(graphRoot, uid())) {
      for (String driver : DRIVERS) {
        for (String list : LISTS) {
          any |= has(driver, list) && addAll(graph, driver, list, allowance, all);
        }
      }
    }
    if (!any) {
      throw new IOException(graphRoot + " has no list of containers");
    }
    return all;
  }

  private static boolean addAll(
      OwnedTree graph, String driver, String list, Allowance allowance, List<NotedContainer> all)
      throws IOException {
    return KernelException.ifThere(
            () ->
                graph.read(
                    in(driver) + list,
                    json -> {
                      JsonFields.ofEach(
                          json,
                          LISTED,
                          allowance,
                          container -> add(driver, container, allowance, all));
                      return true;
                    }))
        .isPresent();
  }

  private static void add(
      String driver, JsonFields container, Allowance allowance, List<NotedContainer> all)
      throws IOException {
    Optional<Map<String, String>> names = container.all("names");
    if (names.isEmpty()) {
      allowance.leaveOut();
    } else if (NameGrammar.isId(container.text("id"))) { // It becomes part of a path.
      all.add(
          new NotedContainer(
              driver,
              container.text("id"),
              names.get().values(),
              container.text("image"),
              imageName(container.text("metadata"), allowance)));
    }
  }

  private FoundContainer found(NotedContainer entry) throws IOException {
    Optional<OwnedTree.Content> pidFile = pidFile(entry);
    int pid = pidFile.map(file -> number(file.text().strip())).orElse(0);
    return new FoundContainer(
        new Target(
            SCHEME,
            owner,
            entry.id(),
            EngineAnswer.name(entry.id(), entry.names().stream()),
            new Image(entry.imageName(), entry.image()),
            Optional.empty(),
            pid > 0 ? "running" : "not running",
            pid,
            ResolvedBy.DISK),
        evidence(entry, pidFile));
  }

  private Evidence evidence(NotedContainer entry, Optional<OwnedTree.Content> pidFile) {
    return owner.isPresent()
        // conmon writes the file when it has started the process.
        ? new Evidence.OfOwner(uid(), entry.id(), pidFile.map(PodmanState::written))
        : EngineAnswer.inGroup(SCHEME, entry.id(), "").orAs(() -> groups(entry.id()));
  }

  /** As root's Podman has written it for the runtime that makes the group. */
  @Override
  public List<String> groups(String id) {
    if (!NameGrammar.isId(id)) {
      return List.of();
    }
    try (OwnedTree graph = OwnedTree.open(graphRoot, uid())) {
      for (String driver : DRIVERS) {
        String file = in(driver) + id + "/userdata/config.json";
        if (Files.exists(graphRoot.resolve(file), LinkOption.NOFOLLOW_LINKS)) {
          String path = JsonFields.of(graph.read(file, LARGEST_BUNDLE).bytes(), BUNDLE).text(GROUP);
          return GroupPaths.ofBundle(path, id).stream().toList();
        }
      }
    } catch (IOException e) {
      // Nothing is told.
    }
    return List.of();
  }

  private Optional<OwnedTree.Content> pidFile(NotedContainer entry) throws IOException {
    String path = in(entry.driver()) + entry.id() + "/userdata/pidfile";
    return KernelException.ifThere(
        () -> {
          try (OwnedTree run = OwnedTree.open(runRoot, uid())) {
            return run.read(path, LARGEST_PID_FILE);
          }
        });
  }

  private static String written(OwnedTree.Content pidFile) {
    return Instant.ofEpochSecond(0, pidFile.changed()).toString();
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The metadata is JSON in a string. */
  private static String imageName(String metadata, Allowance allowance) throws TooMuchSaid {
    InputStream json = new ByteArrayInputStream(metadata.getBytes(StandardCharsets.UTF_8));
    try {
      return JsonFields.of(json, METADATA, allowance).text("image-name");
    } catch (TooMuchSaid e) {
      throw e;
    } catch (IOException e) {
      return "";
    }
  }

  private Uid uid() {
    return owner.map(Owner::uid).orElse(Uid.ROOT);
  }
}
