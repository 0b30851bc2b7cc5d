package dev.dbg.resolve.stopped;

import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.untrusted.JsonFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What root's Podman, or CRI-O, keeps of a container below its graph root, with its storage driver
 * overlay: its layer in the lists of containers, and its mounts in what it last gave to the
 * runtime.
 */
public final class PodmanFiles {
  private static final String IMAGES = "overlay-images/images.json";

  static final Set<String> LISTED = Set.of("id", "layer", "uidmap.#.size", "gidmap.#.size");

  private PodmanFiles() {}

  /**
   * The files of a container that does not run.
   *
   * @param roots the graph root and the run root, without links
   * @param id the container's whole id
   * @throws IOException if they are not kept in this form; the message says why
   */
  public static StoppedFiles of(List<Path> roots, String id) throws IOException {
    Path root = roots.getFirst();
    Path containers = root.resolve("overlay-containers");
    JsonFields container = listed(id, containers, "containers.json", "volatile-containers.json");
    if (!container.each("uidmap").isEmpty() || !container.each("gidmap").isEmpty()) {
      throw new IOException("it has a user namespace, in which its files have other owners");
    }
    Path given = containers.resolve(id).resolve("userdata/config.json");
    if (!Files.exists(given)) {
      throw new IOException("it was never started");
    }
    StoppedMounts mounted = new StoppedMounts(roots);
    TrustedFile.read(given, json -> JsonFields.of(json, StoppedMounts.MOUNTS, Allowance.ofOne()))
        .each("mounts")
        .forEach(mounted::take);
    return mounted.over(Layers.of(root.resolve("overlay"), container.text("layer")));
  }

  /** The names of each image, by its id. One with more names than are kept is left out. */
  public static Map<String, List<String>> images(Path root) throws IOException {
    Map<String, List<String>> all = new TreeMap<>();
    each(
        root.resolve(IMAGES),
        Set.of("id", "names.*"),
        image ->
            image
                .all("names")
                .ifPresent(names -> all.put(image.text("id"), List.copyOf(names.values()))));
    return all;
  }

  /** The files of an image. */
  public static StoppedFiles ofImage(Path root, String id) throws IOException {
    String layer = listed(id, root, IMAGES).text("layer");
    return new StoppedFiles(Layers.of(root.resolve("overlay"), layer), true, List.of(), List.of());
  }

  private static JsonFields listed(String id, Path directory, String... lists) throws IOException {
    List<JsonFields> found = new ArrayList<>();
    for (String list : lists) {
      each(
          directory.resolve(list),
          LISTED,
          one -> {
            if (one.text("id").equals(id)) {
              found.add(one);
            }
          });
    }
    return found.stream()
        .findFirst()
        .orElseThrow(() -> new IOException("the list does not have it"));
  }

  private static void each(Path list, Set<String> wanted, JsonFields.Elements use)
      throws IOException {
    if (Files.exists(list)) {
      try (Allowance allowance = Allowance.ofRuntime()) {
        boolean _ =
            TrustedFile.read(
                list,
                json -> {
                  JsonFields.ofEach(json, wanted, allowance, use);
                  return true;
                });
      }
    }
  }
}
