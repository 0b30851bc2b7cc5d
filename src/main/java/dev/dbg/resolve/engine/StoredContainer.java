package dev.dbg.resolve.engine;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.GroupPaths;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.untrusted.AllowanceExceeded;
import dev.dbg.resolve.untrusted.JsonFields;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A container as the storage library lists it that Podman and CRI-O share, in {@code
 * DRIVER-containers} of the graph root. Its metadata is what the engine itself keeps of it:
 * nobody's labels or annotations are among that, as they are in {@code config.json}.
 *
 * @param pod of CRI-O's; empty for Podman's
 */
public record StoredContainer(
    String driver,
    String id,
    Collection<String> names,
    String image,
    String imageName,
    Optional<OfPod> pod) {
  /**
   * What CRI-O keeps of a container in a pod.
   *
   * @param sandbox the id of the pod's sandbox; its own if it is the sandbox
   * @param name the container's in the pod, or the pod's
   * @param namespace empty but for a sandbox
   * @param uid empty but for a sandbox
   */
  public record OfPod(String sandbox, String name, String namespace, String uid) {}

  private static final List<String> DRIVERS = List.of("overlay", "vfs", "btrfs");

  /** The second file is for {@code podman run --rm}, and for all of CRI-O. */
  private static final List<String> LISTS = List.of("containers.json", "volatile-containers.json");

  private static final int LARGEST_PID_FILE = 16;
  private static final String GROUP = "linux.cgroupsPath";
  private static final Set<String> BUNDLE = Set.of(GROUP);
  private static final Set<String> LISTED = Set.of("id", "names.*", "image", "metadata");
  private static final String IMAGE = "image-name";

  /** Podman's metadata have none. */
  private static final String POD = "pod-id";

  private static final Set<String> METADATA =
      Set.of(IMAGE, POD, "metadata-name", "namespace", "uid");

  /** Whether there are lists of containers. */
  public static boolean areAt(Path graphRoot) {
    return Files.isDirectory(graphRoot)
        && DRIVERS.stream()
            .anyMatch(driver -> LISTS.stream().anyMatch(list -> has(graphRoot, driver, list)));
  }

  /**
   * Whether a list exists; checked first, because an exception for each missing file would be slow.
   */
  private static boolean has(Path graphRoot, String driver, String list) {
    return Files.exists(graphRoot.resolve(in(driver) + list), LinkOption.NOFOLLOW_LINKS);
  }

  private static String in(String driver) {
    return driver + "-containers/";
  }

  /**
   * The paths of the lists with all containers' names, whether they exist or not. Each is replaced
   * before {@code podman rename} ends.
   */
  public static List<Path> lists(Path graphRoot) {
    return DRIVERS.stream()
        .flatMap(driver -> LISTS.stream().map(list -> graphRoot.resolve(in(driver) + list)))
        .toList();
  }

  /**
   * All that are listed, whichever engine's; of those of one list, the newest last.
   *
   * @param owner files of other users are not read
   */
  public static List<StoredContainer> all(Path graphRoot, Uid owner, Allowance allowance)
      throws IOException {
    List<StoredContainer> all = allowance.list();
    boolean any = false;
    try (OwnedTree graph = OwnedTree.open(graphRoot, owner)) {
      for (String driver : DRIVERS) {
        for (String list : LISTS) {
          any |= has(graphRoot, driver, list) && addAll(graph, driver, list, allowance, all);
        }
      }
    }
    if (!any) {
      throw new IOException(graphRoot + " has no list of containers");
    }
    return all;
  }

  private static boolean addAll(
      OwnedTree graph, String driver, String list, Allowance allowance, List<StoredContainer> all)
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
      String driver, JsonFields container, Allowance allowance, List<StoredContainer> all)
      throws IOException {
    Optional<Map<String, String>> names = container.all("names");
    if (names.isEmpty()) {
      allowance.leaveOut();
    } else if (NameGrammar.isId(container.text("id"))) { // It becomes part of a path.
      Optional<JsonFields> metadata = metadata(container.text("metadata"), allowance);
      all.add(
          new StoredContainer(
              driver,
              container.text("id"),
              names.get().values(),
              container.text("image"),
              metadata.map(fields -> fields.text(IMAGE)).orElse(""),
              metadata
                  .filter(fields -> !fields.text(POD).isEmpty())
                  .map(
                      fields ->
                          new OfPod(
                              fields.text(POD),
                              fields.text("metadata-name"),
                              fields.text("namespace"),
                              fields.text("uid")))));
    }
  }

  /** The metadata is JSON in a string. */
  private static Optional<JsonFields> metadata(String metadata, Allowance allowance)
      throws AllowanceExceeded {
    InputStream json = new ByteArrayInputStream(metadata.getBytes(StandardCharsets.UTF_8));
    try {
      return Optional.of(JsonFields.of(json, METADATA, allowance));
    } catch (AllowanceExceeded e) {
      throw e;
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The file that conmon wrote when it had started the process; empty before. */
  public Optional<OwnedTree.Content> pidFile(Path runRoot, Uid owner) throws IOException {
    String path = in(driver) + id + "/userdata/pidfile";
    return KernelException.ifThere(
        () -> {
          try (OwnedTree run = OwnedTree.open(runRoot, owner)) {
            return run.read(path, LARGEST_PID_FILE);
          }
        });
  }

  /** Whether a shim runs it, as virtual machines are run: no conmon, and no process is named. */
  public boolean hasShim(Path runRoot) {
    Path userData = runRoot.resolve(in(driver) + id + "/userdata");
    // Kata's writes the first alone where another container of the pod has the shim already.
    return Files.exists(userData.resolve("address")) || Files.exists(userData.resolve("shim.pid"));
  }

  /** What the file says; 0 if that is no number. */
  public static int pid(Optional<OwnedTree.Content> file) {
    try {
      return file.map(content -> Integer.parseInt(content.text().strip())).orElse(0);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Its control group, as its engine has written it for the runtime that makes the group. */
  public static List<String> groups(Path graphRoot, Uid owner, String id) {
    if (!NameGrammar.isId(id)) {
      return List.of();
    }
    try (OwnedTree graph = OwnedTree.open(graphRoot, owner)) {
      for (String driver : DRIVERS) {
        String file = in(driver) + id + "/userdata/config.json";
        if (Files.exists(graphRoot.resolve(file), LinkOption.NOFOLLOW_LINKS)) {
          JsonFields bundle =
              graph.read(file, json -> JsonFields.of(json, BUNDLE, Allowance.ofOne()));
          return GroupPaths.ofBundle(bundle.text(GROUP), id).stream().toList();
        }
      }
    } catch (IOException e) {
      // Nothing is told.
    }
    return List.of();
  }
}
