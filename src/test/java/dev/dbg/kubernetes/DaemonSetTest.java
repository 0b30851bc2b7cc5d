package dev.dbg.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The pod of dbgd and the agent on each node: what it may do is what its manual says, and no more.
 */
class DaemonSetTest {
  private static final Pattern CAPABILITY = Pattern.compile("CAP_([A-Z_]+)");

  private static JsonNode pod() throws IOException {
    return Manifests.object("DaemonSet", "dbg").at("/spec/template/spec");
  }

  private static JsonNode container(String name) throws IOException {
    for (JsonNode container : pod().get("containers")) {
      if (container.get("name").asText().equals(name)) {
        return container;
      }
    }
    throw new AssertionError("no container " + name);
  }

  private static Set<String> words(JsonNode list) {
    Set<String> words = new TreeSet<>();
    list.forEach(word -> words.add(word.asText()));
    return words;
  }

  @Test
  void dbgd_has_the_capabilities_of_its_unit_and_one_for_the_socket() throws IOException {
    Set<String> expected = new TreeSet<>(Set.of("CHOWN"));
    for (String line : Files.readAllLines(Path.of("systemd/dbgd.service"))) {
      if (line.startsWith("CapabilityBoundingSet=")) {
        Matcher names = CAPABILITY.matcher(line);
        while (names.find()) {
          expected.add(names.group(1));
        }
      }
    }
    JsonNode security = container("dbgd").get("securityContext");
    assertEquals(expected, words(security.at("/capabilities/add")));
    assertEquals(Set.of("ALL"), words(security.at("/capabilities/drop")));
    assertFalse(security.get("privileged").asBoolean());
    assertTrue(security.get("readOnlyRootFilesystem").asBoolean());
  }

  @Test
  void the_agent_is_a_user_without_any_capability() throws IOException {
    assertEquals(
        Manifests.JSON.readTree(
            """
            {"privileged":false,"runAsNonRoot":true,"runAsUser":2000004242,"runAsGroup":2000004242,
             "allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,
             "capabilities":{"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"}}
            """),
        container("agent").get("securityContext"));
  }

  /** Whoever makes a pod chooses that user's number, and hostPID. */
  @Test
  void processes_of_the_agents_user_are_hidden_from_that_uid() throws IOException {
    Matcher hidden =
        Pattern.compile("(?m)^image_hidden=\\((.*)\\)$")
            .matcher(Files.readString(Path.of("src/package/image.sh")));
    assertTrue(hidden.find());
    List<String> programs = List.of(hidden.group(1).split(" "));
    String probe = container("agent").at("/readinessProbe/exec/command/0").asText();
    assertTrue(programs.contains(probe.substring(1)), probe);
    assertTrue(programs.contains("usr/bin/dbg"), "dbg stdio");
    assertFalse(container("agent").has("livenessProbe"));
    assertFalse(container("agent").has("lifecycle"));
  }

  @Test
  void dbgd_believes_the_user_as_whom_the_agent_runs() throws IOException {
    String user = container("agent").at("/securityContext/runAsUser").asText();
    String config = Manifests.object("ConfigMap", "dbg-config").at("/data/dbgd.toml").asText();
    assertTrue(config.contains("[kube]\nagent = \"" + user + "\"\n"), config);
  }

  @Test
  void the_agent_alone_has_a_token() throws IOException {
    assertFalse(pod().get("automountServiceAccountToken").asBoolean(true));
    assertEquals(Set.of("config", "socket", "token"), mounts("agent").keySet());
    assertFalse(mounts("dbgd").containsKey("token"));
  }

  private static Map<String, JsonNode> mounts(String name) throws IOException {
    Map<String, JsonNode> mounts = new TreeMap<>();
    container(name).get("volumeMounts").forEach(m -> mounts.put(m.get("name").asText(), m));
    return mounts;
  }

  @Test
  void the_agent_can_write_nowhere() throws IOException {
    mounts("agent").values().forEach(m -> assertTrue(m.get("readOnly").asBoolean(), m::toString));
  }

  @Test
  void of_the_node_dbgd_can_write_its_log_and_control_groups() throws IOException {
    Set<String> written = new TreeSet<>();
    Set<String> read = new TreeSet<>();
    Map<String, JsonNode> mounts = mounts("dbgd");
    for (JsonNode volume : pod().get("volumes")) {
      if (volume.has("hostPath")) {
        JsonNode mount = Objects.requireNonNull(mounts.get(volume.get("name").asText()));
        (mount.path("readOnly").asBoolean() ? read : written)
            .add(volume.at("/hostPath/path").asText());
      }
    }
    assertEquals(Set.of("/sys/fs/cgroup", "/var/lib/dbg"), written);
    assertEquals(Set.of("/run/containerd", "/var/lib/dbg-deliver", "/var/log/pods"), read);
  }

  @Test
  void it_shares_the_nodes_processes_and_nothing_else() throws IOException {
    assertTrue(pod().get("hostPID").asBoolean());
    assertFalse(pod().path("hostNetwork").asBoolean());
    assertFalse(pod().path("hostIPC").asBoolean());
    for (JsonNode container : pod().get("containers")) {
      assertFalse(container.has("ports"));
    }
  }

  /**
   * No name server and no certificate knows {@code .invalid}; on a node, anybody can be localhost.
   */
  @Test
  void the_daemonsets_images_are_of_this_version() throws IOException {
    Matcher version =
        Pattern.compile("(?m)^  <version>(.*)</version>$")
            .matcher(Files.readString(Path.of("pom.xml")));
    assertTrue(version.find());
    for (JsonNode container : pod().get("containers")) {
      assertEquals("dbg.invalid/dbg:" + version.group(1), container.get("image").asText());
    }
  }

  /** The table of dbg-kubernetes(7) that a security officer reads. */
  @Test
  void the_manual_says_what_each_capability_and_each_directory_is_for() throws IOException {
    String manual = Files.readString(Path.of("src/docs/man/dbg-kubernetes.7"));
    for (String name : words(container("dbgd").at("/securityContext/capabilities/add"))) {
      assertTrue(Pattern.compile("\\b" + name + "\\b").matcher(manual).find(), name);
    }
    for (JsonNode volume : pod().get("volumes")) {
      if (volume.has("hostPath")) {
        String path = volume.at("/hostPath/path").asText();
        assertTrue(manual.contains(".It Pa " + path + "\n"), path);
      }
    }
  }
}
