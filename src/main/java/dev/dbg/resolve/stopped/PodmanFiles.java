package dev.dbg.resolve.stopped;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.kernel.file.TrustedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final JsonMapper JSON = new JsonMapper();
  private static final String IMAGES = "overlay-images/images.json";
  private static final JsonNode NOTHING = JSON.createArrayNode();

  private PodmanFiles() {}

  /**
   * The files of a container that does not run.
   *
   * @param roots the graph root and the run root, without links
   * @param id the container's whole id
   * @throws IOException if they are not kept in this form; the message says why
   */
  public static KeptFiles of(List<Path> roots, String id) throws IOException {
    Path root = roots.getFirst();
    Path containers = root.resolve("overlay-containers");
    JsonNode container = listed(id, containers, "containers.json", "volatile-containers.json");
    if (!container.path("uidmap").isEmpty() || !container.path("gidmap").isEmpty()) {
      throw new IOException("it has a user namespace, in which its files have other owners");
    }
    Path given = containers.resolve(id).resolve("userdata/config.json");
    if (!Files.exists(given)) {
      throw new IOException("it was never started");
    }
    Mounted mounted = new Mounted(roots);
    WantedJson.of(TrustedFile.read(given), Set.of("mounts")).path("mounts").forEach(mounted::take);
    return mounted.over(Layers.of(root.resolve("overlay"), container.path("layer").asText()));
  }

  /** The names of each image, by its id. */
  public static Map<String, List<String>> images(Path root) throws IOException {
    Map<String, List<String>> all = new TreeMap<>();
    if (Files.exists(root.resolve(IMAGES))) {
      JsonNode images = JSON.readTree(TrustedFile.read(root.resolve(IMAGES)));
      if (!images.isArray()) {
        throw new IOException("Podman's list of images is not whole");
      }
      for (JsonNode image : images) {
        all.put(
            image.path("id").asText(),
            image.path("names").valueStream().map(JsonNode::asText).toList());
      }
    }
    return all;
  }

  /** The files of an image. */
  public static KeptFiles ofImage(Path root, String id) throws IOException {
    String layer = listed(id, root, IMAGES).path("layer").asText();
    return new KeptFiles(Layers.of(root.resolve("overlay"), layer), true, List.of(), List.of());
  }

  private static JsonNode listed(String id, Path directory, String... lists) throws IOException {
    for (String list : lists) {
      Path file = directory.resolve(list);
      for (JsonNode one : Files.exists(file) ? JSON.readTree(TrustedFile.read(file)) : NOTHING) {
        if (one.path("id").asText().equals(id)) {
          return one;
        }
      }
    }
    throw new IOException("the list does not have it");
  }
}
