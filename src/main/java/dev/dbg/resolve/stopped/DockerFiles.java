package dev.dbg.resolve.stopped;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.kernel.file.TrustedFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What dockerd keeps of a container below its data directory, with its storage driver overlay2.
 * With userns-remap it keeps it elsewhere, and files there have other owners than in the container.
 */
public final class DockerFiles {
  private static final JsonMapper JSON = new JsonMapper();

  /** dockerd's own files, by their fields. */
  private static final Map<String, String> NAMES =
      Map.of(
          "HostsPath", "/etc/hosts",
          "HostnamePath", "/etc/hostname",
          "ResolvConfPath", "/etc/resolv.conf");

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
    JsonNode config = JSON.readTree(TrustedFile.read(container.resolve("config.v2.json")));
    Mounted mounted = new Mounted(List.of(root));
    for (JsonNode mount : config.path("MountPoints")) {
      if (isWhole(mount)) {
        mounted.add(mount.path("Source").asText(), mount.path("Destination").asText());
      } else {
        mounted.hide(mount.path("Destination").asText());
      }
    }
    JSON.readTree(TrustedFile.read(container.resolve("hostconfig.json")))
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
