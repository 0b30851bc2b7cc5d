package dev.dbg.nativetests.remote;

import static dev.dbg.nativetests.scene.machine.Ran.REFUSED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbg.nativetests.scene.engine.Pods.PodOptions;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.OwnApiServer;
import dev.dbg.nativetests.scene.machine.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Where the cluster does not fill in who asks, before Kubernetes 1.36, the object says what the API
 * server says of the same credential: it compares both.
 */
@Tag("native")
@Tag("whole")
final class ClusterIdentityTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["k8s://dbgt-prod/*"]
      namespaces = ["uts"]
      tools = ["hostname"]
      """;

  private static final String NAMESPACE = "/api/v1/namespaces/dbgt-prod";
  private static final String WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  private static final String LABELS =
      "{\"kubernetes.io/metadata.name\": \"dbgt-prod\", \"team\": \"shop\"}";
  private static final String LINE = "exec $DBG k8s://dbgt-prod/dbgt-who/app uts -- hostname";

  @RegisterExtension
  static final Host host = Host.with(POLICY).asking(own -> own.containerd().settings());

  private static OwnApiServer cluster;
  private static Path plugins;

  @BeforeAll
  static void start() throws IOException {
    host.containerd().pods().starts("dbgt-prod", "dbgt-who", PodOptions.NONE).starts("app");
    cluster = OwnApiServer.of(host, host.ann().name());
    plugins = Files.createTempDirectory("dbgt-plugins");
    String _ = Command.must("chmod", "755", plugins.toString());
    Files.createSymbolicLink(plugins.resolve("kubectl-dbg"), host.installed().client());
  }

  @AfterAll
  static void stop() {
    cluster.close();
    Command.removes(plugins);
  }

  @BeforeEach
  void the_cluster_fills_in_nothing() {
    cluster.has("dbgt-prod", "dbgt-who", "uid-of-dbgt-who");
    cluster.answers(
        "GET /api/v1/namespaces/dbg-system/pods",
        200,
        """
        {"items": [{"metadata": {"name": "dbg-x7k2p",
          "annotations": {"dbg-user-is-filled-in-by": "kubectl-dbg"}},
         "status": {"phase": "Running"}}]}
        """);
    cluster.answers("GET " + NAMESPACE, 200, "{\"metadata\": {\"labels\": " + LABELS + "}}");
    cluster.answersAgain("POST " + WHO);
  }

  private static JsonNode last() {
    return cluster.created().getLast().get("spec");
  }

  private static List<String> askedSince(int before) {
    return cluster.asked().subList(before, cluster.asked().size());
  }

  @Test
  void the_client_copies_its_identity_from_the_api_server() throws IOException {
    host.ann().runsScript(cluster.onIt() + LINE).exits(0).prints("dbgt-who\n");
    JsonNode user = last().get("user");
    assertEquals("ann", user.get("username").asText());
    assertEquals("u\"-7", user.get("uid").asText());
    assertEquals(
        List.of("sre", "\"},{\"a\":\"", "system:authenticated"),
        user.get("groups").valueStream().map(JsonNode::asText).toList());
    assertEquals("]\\", user.at("/extra/example.com~1x/0").asText());
    assertEquals("\u00e4\u0001", user.at("/extra/example.com~1x/1").asText());
    assertEquals(new ObjectMapper().readTree(LABELS), last().get("namespaceLabels"));
    assertEquals("uid-of-dbgt-who", last().get("podUID").asText());
  }

  @Test
  void an_impersonated_user_is_the_operator() {
    String line = "kubectl dbg --as carol --as-group dev dbgt-who -c app uts -- hostname";
    String here = "unset DBG_HOST; PATH=%s:/usr/bin:/bin; ".formatted(plugins);
    host.ann().runsScript(cluster.onIt() + here + line).exits(0).prints("dbgt-who\n");
    assertEquals("carol", last().at("/user/username").asText());
    assertEquals("dev", last().at("/user/groups/0").asText());
  }

  @Test
  void a_cluster_that_fills_in_is_asked_nothing_more_and_told_nothing() {
    cluster.has("dbgt-prod", "dbgt-who", "uid-of-dbgt-who");
    int before = cluster.asked().size();
    host.ann().runsScript(cluster.onIt() + LINE).exits(0);
    assertFalse(last().has("user"));
    assertFalse(last().has("namespaceLabels"));
    assertEquals(4, askedSince(before).size(), () -> askedSince(before).toString());
  }

  /** Each kubelet can make a pod on its own node that is listed with the agents, before them. */
  @Test
  void another_node_does_not_say_who_fills_in() {
    String itsOwn =
        "GET /api/v1/namespaces/dbg-system/pods?labelSelector=app%3Ddbg&fieldSelector=spec.nodeName%3Dnode1";
    cluster.answers(
        itsOwn,
        200,
        "{\"items\": [{\"metadata\": {\"name\": \"dbg-x7k2p\"}, \"status\": {\"phase\": \"Running\"}}]}");
    host.ann().runsScript(cluster.onIt() + LINE).exits(0).prints("dbgt-who\n");
    assertFalse(last().has("user"));
    cluster.answersAgain(itsOwn);
  }

  @Test
  void what_the_api_server_does_not_say_is_not_made_up() {
    cluster.answers("GET " + NAMESPACE, 200, "{\"metadata\": {}}");
    cluster.answers("POST " + WHO, 201, "{\"status\": \"x\"}");
    host.ann().runsScript(cluster.onIt() + LINE).exits(0);
    assertFalse(last().has("user"));
    assertFalse(last().has("namespaceLabels"));
  }

  /** Without them a rule's exception for labels would not hold: there is no session. */
  @Test
  void a_user_without_access_to_labels_is_told_the_right() {
    int before = cluster.created().size();
    cluster.answers("GET " + NAMESPACE, 403, OwnApiServer.status("User \"ann\" cannot"));
    var _ =
        host.ann()
            .runsScript(cluster.onIt() + LINE)
            .exits(REFUSED)
            .says("the cluster refused", "kubectl auth can-i get namespaces -n dbgt-prod");
    cluster.answers("POST " + WHO, 403, OwnApiServer.status("User \"ann\" cannot"));
    var _ =
        host.ann()
            .runsScript(cluster.onIt() + LINE)
            .exits(REFUSED)
            .says("kubectl auth can-i create selfsubjectreviews.authentication.k8s.io");
    assertEquals(before, cluster.created().size());
    assertTrue(cluster.asked().contains("GET " + NAMESPACE));
  }
}
