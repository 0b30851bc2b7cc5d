package dev.dbg.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.ManualPage;
import dev.dbg.config.DaemonConfig;
import dev.dbg.deliver.Receiver;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The pod that talks with receivers of the log has nothing else of the node or the cluster. */
class DeliverPodTest {
  private static JsonNode pod() throws IOException {
    return Manifests.object("DaemonSet", "dbg-deliver").at("/spec/template/spec");
  }

  /** The paths of a container's mounts, with "rw" where it can write. */
  private static Map<String, String> mounts(JsonNode container) {
    Map<String, String> mounts = new TreeMap<>();
    container
        .get("volumeMounts")
        .forEach(
            m ->
                mounts.put(
                    m.get("mountPath").asText(), m.path("readOnly").asBoolean() ? "" : "rw"));
    return mounts;
  }

  @Test
  void it_has_no_capability_and_no_namespace_of_the_node() throws IOException {
    for (String host : Set.of("hostPID", "hostNetwork", "hostIPC")) {
      assertFalse(pod().path(host).asBoolean(), host);
    }
    for (String kind : Set.of("containers", "initContainers")) {
      assertEquals(1, pod().get(kind).size());
      assertEquals(
          Manifests.JSON.readTree(
              """
              {"privileged":false,"runAsUser":0,"runAsGroup":0,"allowPrivilegeEscalation":false,
               "readOnlyRootFilesystem":true,"capabilities":{"drop":["ALL"]},
               "seccompProfile":{"type":"RuntimeDefault"},"seLinuxOptions":{"type":"spc_t"}}
              """),
          pod().get(kind).get(0).get("securityContext"));
    }
  }

  @Test
  void it_has_a_token_of_its_own_account_and_none_of_the_agents() throws IOException {
    assertEquals("dbg-deliver", pod().get("serviceAccountName").asText());
    assertFalse(pod().get("automountServiceAccountToken").asBoolean(true));
    assertFalse(mounts(pod().get("initContainers").get(0)).containsKey("token"));
  }

  @Test
  void it_reads_the_log_without_keys_and_recordings_and_writes_its_positions() throws IOException {
    assertEquals(
        Map.of(
            "/etc/dbg/dbgd.toml", "",
            "/var/lib/dbg", "",
            "/var/lib/dbg/log/seal.key", "",
            "/var/lib/dbg/log/recordings", "",
            "/var/lib/dbg-deliver", "rw",
            "/tmp", "rw",
            "/var/run/secrets/kubernetes.io/serviceaccount", ""),
        mounts(pod().get("containers").get(0)));
    Set<String> paths = new TreeSet<>();
    for (JsonNode volume : pod().get("volumes")) {
      if (volume.has("hostPath")) {
        paths.add(volume.at("/hostPath/path").asText());
      }
    }
    assertEquals(Set.of("/dev/null", "/var/lib/dbg", "/var/lib/dbg-deliver"), paths);
  }

  /** As root it could leave a program with the set-user-ID bit where the node's users are. */
  @Test
  void the_directory_above_its_positions_is_out_of_its_reach_and_closed_to_users()
      throws IOException {
    JsonNode dbgd = Manifests.object("DaemonSet", "dbg").at("/spec/template/spec/containers/0");
    for (JsonNode container : List.of(pod().get("containers").get(0), dbgd)) {
      for (JsonNode mount : container.get("volumeMounts")) {
        if (mount.get("name").asText().equals("delivered")) {
          assertEquals("positions", mount.path("subPath").asText());
        }
      }
    }
    JsonNode first = pod().get("initContainers").get(0);
    assertEquals("rw", mounts(first).get("/var/lib/dbg-deliver"));
    String command = first.get("command").get(2).asText();
    assertTrue(command.contains("chmod 0700 /var/lib/dbg-deliver && "), command);
  }

  @Test
  void its_image_is_that_of_dbgd() throws IOException {
    JsonNode dbgd = Manifests.object("DaemonSet", "dbg").at("/spec/template/spec/containers/0");
    for (String kind : Set.of("containers", "initContainers")) {
      assertEquals(dbgd.get("image"), pod().get(kind).get(0).get("image"));
    }
  }

  @Test
  void as_it_is_installed_the_cluster_is_told_of_seals() throws Exception {
    String text = Manifests.object("ConfigMap", "dbg-config").at("/data/dbgd.toml").asText();
    DaemonConfig config = DaemonConfig.parse("x", text.replace("\"dbg-agent\"", "\"root\""));
    assertEquals(1, config.receivers().receivers().size());
    assertTrue(config.receivers().receivers().getFirst() instanceof Receiver.Cluster);
    assertEquals("/var/lib/dbg-deliver", config.receivers().notes().toString());
  }

  @Test
  void the_manual_says_what_it_has_of_the_node() throws IOException {
    String manual = ManualPage.read("dbg-kubernetes.7").section("WHAT THE PODS HAVE OF A NODE");
    assertTrue(manual.contains(".It Pa /var/lib/dbg-deliver\n"), manual);
  }
}
