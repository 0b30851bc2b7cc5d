package dev.dbg.resolve.stopped;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.kernel.file.TrustedFile;
import java.io.IOException;
import java.nio.file.Path;
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
    JsonNode config =
        JSON.readTree(TrustedFile.read(root.resolve("containers").resolve(id + "/config.v2.json")));
    Mounted mounted = new Mounted();
    for (JsonNode mount : config.path("MountPoints")) {
      String source = mount.path("Source").asText();
      String destination = mount.path("Destination").asText();
      if (mount.path("Type").asText().equals("bind")) {
        mounted.add(source, destination);
      } else {
        mounted.addVolume(source, destination);
      }
    }
    NAMES.forEach(
        (field, destination) -> {
          String source = config.path(field).asText();
          if (!source.isEmpty()) {
            mounted.add(source, destination);
          }
        });
    return mounted.over(Layers.of(root.resolve("overlay2"), TrustedFile.read(layer).strip()));
  }
}
