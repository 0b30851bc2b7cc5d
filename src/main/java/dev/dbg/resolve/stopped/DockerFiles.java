package dev.dbg.resolve.stopped;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.model.Shortened.Sha256;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What dockerd keeps of a container, or of an image, below its data directory, with its storage
 * driver overlay2. With userns-remap it keeps it elsewhere, and files there have other owners than
 * in the container.
 */
public final class DockerFiles {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final String IMAGES = "image/overlay2/imagedb/content/sha256";
  private static final String ALGORITHM = "sha256:";

  /** Of what an image's maker wrote. */
  private static final int LARGEST = 1 << 17;

  /** dockerd's own files, by their fields. */
  private static final Map<String, String> NAMES =
      Map.of(
          "HostsPath", "/etc/hosts",
          "HostnamePath", "/etc/hostname",
          "ResolvConfPath", "/etc/resolv.conf");

  /** Where Swarm's are that have a name alone, by their fields. */
  private static final Map<String, String> SWARMS =
      Map.of("SecretReferences", "/run/secrets/", "ConfigReferences", "/");

  /** In {@code config.v2.json}, in which the image's maker has words. */
  private static final Set<String> WANTED =
      Stream.of(NAMES.keySet(), SWARMS.keySet(), Set.of("MountPoints"))
          .flatMap(Set::stream)
          .collect(toSet());

  private DockerFiles() {}

  /**
   * The files of a container that does not run.
   *
   * @param root the engine's directory, without links
   * @param id the container's whole id
   * @throws IOException if they are not kept in this form; the message says why
   */
  public static KeptFiles of(Path root, String id) throws IOException {
    Path layer = root.resolve("image/overlay2/layerdb/mounts").resolve(id).resolve("mount-id");
    Path container = root.resolve("containers").resolve(id);
    JsonNode config = WantedJson.of(TrustedFile.read(container.resolve("config.v2.json")), WANTED);
    Mounted mounted = new Mounted(List.of(root));
    for (JsonNode mount : config.path("MountPoints")) {
      if (isWhole(mount)) {
        mounted.add(mount.path("Source").asText(), mount.path("Destination").asText());
      } else {
        mounted.hide(mount.path("Destination").asText());
      }
    }
    hideSwarms(config, mounted);
    WantedJson.of(TrustedFile.read(container.resolve("hostconfig.json")), Set.of("Tmpfs"))
        .path("Tmpfs")
        .fieldNames()
        .forEachRemaining(mounted::hide);
    NAMES.forEach(
        (field, destination) -> {
          String source = config.path(field).asText();
          if (!source.isEmpty()) {
            mounted.add(source, destination);
          }
        });
    return mounted.over(Layers.of(root.resolve("overlay2"), TrustedFile.read(layer).strip()));
  }

  /** Secrets and configurations of Swarm are mounted anew at each start. */
  static void hideSwarms(JsonNode config, Mounted mounted) {
    SWARMS.forEach(
        (field, above) -> {
          for (JsonNode one : config.path(field)) {
            String name = one.path("File").path("Name").asText();
            if (!name.isEmpty()) {
              mounted.hide(name.startsWith("/") ? name : above + name);
            }
          }
        });
  }

  /** The names of each image that is kept for overlay2, by its id; none if it has no name. */
  public static Map<String, List<String>> images(Path root) throws IOException {
    Map<String, List<String>> all = new TreeMap<>();
    Path names = root.resolve("image/overlay2/repositories.json");
    if (Files.exists(names)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(root.resolve(IMAGES))) {
        files.forEach(file -> all.put(String.valueOf(file.getFileName()), new ArrayList<>()));
      }
      for (JsonNode repository : named(JSON.readTree(TrustedFile.read(names)), "Repositories")) {
        for (Map.Entry<String, JsonNode> name : repository.properties()) {
          String id = name.getValue().asText().replaceFirst(ALGORITHM, "");
          all.computeIfAbsent(id, _ -> new ArrayList<>()).add(name.getKey());
        }
      }
    }
    return all;
  }

  /**
   * The files of an image. Its maker wrote what it is made of, of which the layers' hashes are
   * read; a layer is kept under a hash of itself and of those below it.
   */
  public static KeptFiles ofImage(Path root, String id) throws IOException {
    Path image = root.resolve(IMAGES).resolve(id);
    TrustedFile.requireTrustedParents(image);
    String top = topLayer(TrustedFile.read(image, LARGEST));
    Path kept = root.resolve("image/overlay2/layerdb/sha256").resolve(top.replace(ALGORITHM, ""));
    String layer = TrustedFile.read(kept.resolve("cache-id")).strip();
    return new KeptFiles(Layers.of(root.resolve("overlay2"), layer), true, List.of(), List.of());
  }

  /** The hash of all layers of an image, of which its maker wrote the configuration. */
  static String topLayer(String configuration) throws IOException {
    String top = "";
    for (JsonNode layer : named(named(JSON.readTree(configuration), "rootfs"), "diff_ids")) {
      byte[] both = (top + " " + layer.asText()).getBytes(StandardCharsets.UTF_8);
      top = top.isEmpty() ? layer.asText() : ALGORITHM + Sha256.of(both);
    }
    if (!top.matches(ALGORITHM + "[0-9a-f]{64}")) {
      throw new IOException("it has no layers that are named by SHA-256");
    }
    return top;
  }

  /**
   * A field, which must be there once. dockerd, which is written in Go, knows a field by its
   * letters in any case: with two of them, it would read another one than is read here.
   */
  private static JsonNode named(JsonNode object, String field) throws IOException {
    List<String> names =
        object.properties().stream()
            .map(Map.Entry::getKey)
            .filter(name -> name.equalsIgnoreCase(field))
            .toList();
    if (!names.equals(List.of(field))) {
      throw new IOException("what describes it does not have '%s' once".formatted(field));
    }
    return object.path(field);
  }

  /**
   * Whether a mount is a volume whose directory is what the container sees: not a part of one, and
   * not one with options, such as one by NFS, which is itself mounted at a start.
   */
  private static boolean isWhole(JsonNode mount) {
    String source = mount.path("Source").asText();
    return mount.path("Type").asText().equals("volume")
        && mount.path("Driver").asText().equals("local")
        && mount.at("/Spec/VolumeOptions/Subpath").asText().isEmpty()
        && !new File(source.substring(0, source.lastIndexOf('/') + 1) + "opts.json").exists();
  }
}
