package dev.dbg.resolve.stopped;

import static java.util.stream.Collectors.toSet;

import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.model.QuotedText.Sha256;
import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.untrusted.AllowanceExceeded;
import dev.dbg.resolve.untrusted.JsonFields;
import dev.dbg.resolve.untrusted.JsonStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What dockerd keeps of a container, or of an image, below its data directory, with its storage
 * driver overlay2. With userns-remap it keeps it elsewhere, and files there have other owners than
 * in the container.
 */
public final class DockerFiles {
  private static final String IMAGES = "image/overlay2/imagedb/content/sha256";
  private static final String ALGORITHM = "sha256:";
  private static final int LONGEST_ID = 128;

  private static final Pattern HASH = Pattern.compile(ALGORITHM + "[0-9a-f]{64}");

  /** dockerd's own files, by their fields. */
  private static final Map<String, String> NAMES =
      Map.of(
          "HostsPath", "/etc/hosts",
          "HostnamePath", "/etc/hostname",
          "ResolvConfPath", "/etc/resolv.conf");

  /** Where Swarm's are that have a name alone, by their fields. */
  private static final Map<String, String> SWARMS =
      Map.of("SecretReferences", "/run/secrets/", "ConfigReferences", "/");

  private static final String MOUNTS = "MountPoints";
  private static final String PART = "Spec.VolumeOptions.Subpath";

  /** In {@code config.v2.json}, in which the image's maker has words. */
  static final Set<String> WANTED =
      Stream.of(
              NAMES.keySet().stream(),
              SWARMS.keySet().stream().map(field -> field + ".#.File.Name"),
              Stream.of("Source", "Destination", "Type", "Driver", PART)
                  .map(field -> MOUNTS + ".#." + field))
          .flatMap(all -> all)
          .collect(toSet());

  private DockerFiles() {}

  /**
   * The files of a container that does not run.
   *
   * @param root the engine's directory, without links
   * @param id the container's whole id
   * @throws IOException if they are not kept in this form; the message says why
   */
  public static StoppedFiles of(Path root, String id) throws IOException {
    Path layer = root.resolve("image/overlay2/layerdb/mounts").resolve(id).resolve("mount-id");
    Path container = root.resolve("containers").resolve(id);
    JsonFields config = read(container.resolve("config.v2.json"), WANTED);
    StoppedMounts mounted = new StoppedMounts(List.of(root));
    for (JsonFields mount : config.each(MOUNTS)) {
      if (isWhole(mount)) {
        mounted.add(mount.text("Source"), mount.text("Destination"));
      } else {
        mounted.hide(mount.text("Destination"));
      }
    }
    hideSwarms(config, mounted);
    read(container.resolve("hostconfig.json"), Set.of("Tmpfs.*"))
        .all("Tmpfs")
        .orElseThrow(AllowanceExceeded::new)
        .keySet()
        .forEach(mounted::hide);
    NAMES.forEach(
        (field, destination) -> {
          String source = config.text(field);
          if (!source.isEmpty()) {
            mounted.add(source, destination);
          }
        });
    return mounted.over(Layers.of(root.resolve("overlay2"), TrustedFile.read(layer).strip()));
  }

  private static JsonFields read(Path file, Set<String> wanted) throws IOException {
    return TrustedFile.read(file, json -> JsonFields.of(json, wanted, Allowance.ofOne()));
  }

  /** Secrets and configurations of Swarm are mounted anew at each start. */
  static void hideSwarms(JsonFields config, StoppedMounts mounted) {
    SWARMS.forEach(
        (field, above) -> {
          for (JsonFields one : config.each(field)) {
            String name = one.text("File.Name");
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
      try (Allowance allowance = Allowance.ofRuntime();
          DirectoryStream<Path> files = Files.newDirectoryStream(root.resolve(IMAGES))) {
        for (Path file : files) {
          allowance.take(Allowance.CONTAINER);
          all.put(String.valueOf(file.getFileName()), new ArrayList<>());
        }
        TrustedFile.read(
            names,
            file -> {
              JsonStream json = new JsonStream(allowance.metered(file));
              only(json, "Repositories", () -> names(json, allowance, all));
              return all;
            });
      }
    }
    return all;
  }

  static void names(JsonStream json, Allowance allowance, Map<String, List<String>> all)
      throws IOException {
    json.expect('{');
    for (int i = 0; json.member(i == 0).isPresent(); i++) {
      json.expect('{');
      Optional<String> name = json.member(true);
      while (name.isPresent()) {
        String id = json.beginning(LONGEST_ID).replaceFirst(ALGORITHM, "");
        allowance.take(Allowance.CONTAINER);
        allowance.takeField(name.get(), id);
        all.computeIfAbsent(id, _ -> new ArrayList<>()).add(name.get());
        name = json.member(false);
      }
    }
  }

  /**
   * The files of an image. Its maker wrote what it is made of, of which the layers' hashes are
   * read; a layer is kept under a hash of itself and of those below it.
   */
  public static StoppedFiles ofImage(Path root, String id) throws IOException {
    Path image = root.resolve(IMAGES).resolve(id);
    TrustedFile.requireTrustedParents(image);
    String top = TrustedFile.read(image, DockerFiles::topLayer);
    Path kept = root.resolve("image/overlay2/layerdb/sha256").resolve(top.replace(ALGORITHM, ""));
    String layer = TrustedFile.read(kept.resolve("cache-id")).strip();
    return new StoppedFiles(Layers.of(root.resolve("overlay2"), layer), true, List.of(), List.of());
  }

  /** The hash of all layers of an image, of which its maker wrote the configuration. */
  static String topLayer(InputStream configuration) throws IOException {
    Allowance allowance = Allowance.ofOne();
    JsonStream json = new JsonStream(allowance.metered(configuration));
    StringBuilder top = new StringBuilder();
    only(json, "rootfs", () -> only(json, "diff_ids", () -> readLayers(json, allowance, top)));
    if (!HASH.matcher(top).matches()) {
      throw new IOException("it has no layers that are named by SHA-256");
    }
    return top.toString();
  }

  private static void readLayers(JsonStream json, Allowance allowance, StringBuilder top)
      throws IOException {
    json.expect('[');
    for (boolean isFirst = true; json.hasMore(']', isFirst); isFirst = false) {
      allowance.take(Allowance.CONTAINER);
      String layer = json.beginning(LONGEST_ID);
      byte[] both = (top + " " + layer).getBytes(StandardCharsets.UTF_8);
      top.replace(0, top.length(), isFirst ? layer : ALGORITHM + Sha256.of(both));
    }
  }

  private interface Value {
    void read() throws IOException;
  }

  /**
   * Reads an object, of which one member counts, which must be there once. dockerd, which is
   * written in Go, knows a member by its letters in any case: with two of them, it would read
   * another one than is read here.
   */
  private static void only(JsonStream json, String member, Value value) throws IOException {
    boolean isFound = false;
    json.expect('{');
    Optional<String> name = json.member(true);
    while (name.isPresent()) {
      if (!name.get().equalsIgnoreCase(member)) {
        json.skip();
      } else if (isFound || !name.get().equals(member)) {
        break;
      } else {
        isFound = true;
        value.read();
      }
      name = json.member(false);
    }
    if (!isFound || name.isPresent()) {
      throw new IOException("what describes it does not have '%s' once".formatted(member));
    }
  }

  /**
   * Whether a mount is a volume whose directory is what the container sees: not a part of one, and
   * not one with options, such as one by NFS, which is itself mounted at a start.
   */
  private static boolean isWhole(JsonFields mount) {
    String source = mount.text("Source");
    return mount.text("Type").equals("volume")
        && mount.text("Driver").equals("local")
        && mount.text(PART).isEmpty()
        && !new File(source.substring(0, source.lastIndexOf('/') + 1) + "opts.json").exists();
  }
}
