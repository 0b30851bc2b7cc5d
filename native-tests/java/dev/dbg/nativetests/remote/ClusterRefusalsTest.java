package dev.dbg.nativetests.remote;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.machine.Ran.REFUSED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.OwnApiServer;
import dev.dbg.nativetests.scene.host.OwnApiServer.Greeting;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who refuses a line for a pod, or fails, is named with what to type; and a session that has not
 * begun leaves no object. What the API server says has strings of strangers.
 */
@Tag("native")
@Tag("whole")
final class ClusterRefusalsTest {
  private static final String POD = "GET /api/v1/namespaces/shop/pods/web-1";
  private static final String AGENTS = "GET /api/v1/namespaces/dbg-system/pods";
  private static final String CREATE = "POST /apis/dbg.dev/v1alpha1/namespaces/shop/debugsessions";
  private static final String FORWARD = AGENTS + "/dbg-x7k2p/portforward";
  private static final String LINE = "k8s://shop/web-1 net -- ss -tln";

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  private static OwnApiServer cluster;

  @BeforeAll
  static void start() {
    cluster = OwnApiServer.of(host, host.ann().name());
    cluster.has("shop", "web-1", "u-1");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @AfterEach
  void each_answer_is_the_usual_one() {
    cluster.has("shop", "web-1", "u-1");
    cluster.answersAgain(CREATE);
    cluster.answersAgain(FORWARD);
    cluster.greets(Greeting.KNOWS_THE_KEY);
  }

  private static Ran runs(String line) {
    return host.ann().runsScript(cluster.line(line));
  }

  @ParameterizedTest
  @CsvSource({
    POD + ",get pods -n shop",
    AGENTS + ",list pods -n dbg-system",
    CREATE + ",create debugsessions.dbg.dev -n shop",
    FORWARD + ",create pods/portforward -n dbg-system",
  })
  void the_cluster_refuses_with_what_was_needed(String request, String right) {
    cluster.answers(request, 403, OwnApiServer.status("User \"ann\" cannot \u001b[31mdo\nthat"));
    var _ =
        runs(LINE)
            .exits(REFUSED)
            .says(
                "dbg: the cluster refused: User \"ann\" cannot ?[31mdo?that: kubectl auth can-i "
                    + right);
    Patience.until("there is none", () -> cluster.present().isEmpty());
  }

  @Test
  void admission_refuses_in_its_own_words() {
    cluster.answers(CREATE, 422, OwnApiServer.status("denied by policy: no ticket"));
    var _ = runs(LINE).exits(REFUSED).says("dbg: the cluster refused: denied by policy: no ticket");
    cluster.answers(CREATE, 401, OwnApiServer.status("Unauthorized"));
    var _ = runs(LINE).exits(REFUSED).says("dbg: the cluster refused: Unauthorized");
  }

  @Test
  void a_cluster_without_dbg_or_without_an_agent_there_is_told() {
    cluster.answers(CREATE, 404, OwnApiServer.status("the server could not find it"));
    var _ = runs(LINE).exits(DBG_FAILED).says("the cluster has no debugsessions.dbg.dev");
    // Before Kubernetes 1.36 the API server refuses what no agent lets the client fill in.
    cluster.answers(CREATE, 403, OwnApiServer.status("username is not who creates the session"));
    for (String none :
        List.of(
            "{\"items\": []}",
            "{\"items\": [{\"metadata\": {\"name\": \"a\"}, \"status\": {\"phase\": \"Pending\"}}]}",
            "{\"items\": null}",
            "not JSON")) {
      cluster.answers(AGENTS, 200, none);
      var _ =
          runs(LINE)
              .exits(DBG_FAILED)
              .says("no agent of dbg runs on node node1", "kubectl get pods -n dbg-system");
    }
    cluster.answersAgain(CREATE);
    cluster.answers(POD, 404, OwnApiServer.status("pods \"web-1\" not found"));
    var _ = runs(LINE).exits(DBG_FAILED).says("the cluster answers 404: pods \"web-1\" not found");
    cluster.answers(POD, 200, "{\"spec\": {}, \"status\": {\"phase\": \"Pending\"}}");
    var _ =
        runs(LINE)
            .exits(DBG_FAILED)
            .says("is on no node yet, its phase is Pending", "kubectl describe pod -n shop web-1");
    Patience.until("there is none", () -> cluster.present().isEmpty());
  }

  /** The name of a node or of an object becomes part of a path, and of a line to the agent. */
  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/b", "a b", "", "a?b", "A", "x\\u000ay"})
  void a_name_that_cannot_be_one_is_not_asked_for(String name) {
    cluster.answers(
        POD, 200, "{\"metadata\": {\"uid\": \"u\"}, \"spec\": {\"nodeName\": \"" + name + "\"}}");
    var _ =
        runs(LINE)
            .exits(DBG_FAILED)
            .says("the cluster's answer has no usable name of the pod's node");
    cluster.has("shop", "web-1", "u-1");
    cluster.answers(CREATE, 201, "{\"metadata\": {\"name\": \"" + name + "\"}}");
    var _ =
        runs(LINE).exits(DBG_FAILED).says("the cluster's answer has no usable name of the session");
    cluster.answersAgain(CREATE);
    cluster.answers(
        AGENTS,
        200,
        "{\"items\": [{\"metadata\": {\"name\": \""
            + name
            + "\"}, \"status\": {\"phase\": \"Running\"}}]}");
    var _ = runs(LINE).exits(DBG_FAILED).says("no usable name of the agent's pod");
  }

  @Test
  void an_agent_that_refuses_or_is_none_leaves_no_object() {
    cluster.greets(Greeting.REFUSES);
    var _ =
        runs(LINE)
            .exits(REFUSED)
            .says("dbg: the agent on node node1 refused: the session has begun ?before");
    cluster.greets(Greeting.SAYS_NONSENSE);
    var _ = runs(LINE).exits(DBG_FAILED).says("answers nothing that this dbg understands");
    cluster.greets(Greeting.CLOSES);
    var _ =
        runs(LINE)
            .exits(DBG_FAILED)
            .says(
                "the agent on node node1 closed the connection before it answered: try again, or"
                    + " see kubectl logs -n dbg-system dbg-x7k2p --all-containers");
    cluster.greets(Greeting.IS_NOT_THERE);
    var _ =
        runs(LINE)
            .exits(DBG_FAILED)
            .says(
                "the agent on node node1 cannot be reached: error forwarding port 4242: connection"
                    + " refused: see kubectl logs -n dbg-system dbg-x7k2p");
    assertFalse(cluster.created().isEmpty());
    Patience.until("there is none", () -> cluster.present().isEmpty());
  }

  @Test
  void who_ends_the_line_meanwhile_leaves_no_object() {
    cluster.greets(Greeting.SAYS_NOTHING);
    int before = cluster.created().size();
    Running dbg = host.ann().startsScript(cluster.line(LINE));
    Patience.until("there is an object", () -> cluster.created().size() > before);
    dbg.gets("INT").ends().diesBy(2);
    Patience.until("there is none", () -> cluster.present().isEmpty());
  }

  /** What lies in a connection is read even if who sent it is gone: the line could still begin. */
  @Test
  void an_agent_that_has_not_let_the_line_in_hears_nothing_but_its_name_and_key() {
    cluster.greets(Greeting.SAYS_NOTHING);
    int before = cluster.heard().size();
    Running dbg = host.ann().startsScript(cluster.line(LINE));
    Patience.until("it is heard", () -> cluster.heard().size() > before);
    Patience.sleeps(Duration.ofMillis(500));
    dbg.gets("INT").ends().diesBy(2);
    Patience.until("there is no object", () -> cluster.present().isEmpty());
    List<String> heard = cluster.heard().subList(before, cluster.heard().size());
    assertEquals(1, heard.size(), heard::toString);
    assertTrue(
        heard.getFirst().matches("dbg-session 1 shop web-1-[0-9a-f]{16}-\\d+ [0-9a-f]{64}\n"));
  }

  @Test
  void a_command_ended_before_agents_are_listed_leaves_no_object() {
    String list = AGENTS + "?labelSelector=app%3Ddbg&fieldSelector=spec.nodeName%3Dnode1";
    cluster.holds(list);
    int before = cluster.created().size();
    int asked = cluster.asked().size();
    Running dbg = host.ann().startsScript(cluster.line(LINE));
    Patience.until(
        "they are asked for", () -> cluster.asked().stream().skip(asked).anyMatch(list::equals));
    dbg.gets("INT").ends().diesBy(2);
    cluster.goesOn(list);
    Patience.sleeps(Duration.ofMillis(500));
    assertEquals(before, cluster.created().size());
  }

  /** By a webhook or an engine of policies, which whoever runs a namespace may be able to write. */
  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"command\": [\"id\"], \"keyHash\": \"00\"}"})
  void a_session_that_was_changed_on_its_way_does_not_begin(String spec) {
    String name = "web-1-changed";
    cluster.answers(
        CREATE, 201, "{\"metadata\":{\"name\":\"%s\"},\"spec\":%s}".formatted(name, spec));
    int asked = cluster.asked().size();
    var _ =
        runs(LINE).exits(REFUSED).says("dbg: the cluster changed the session", "dbg-kubernetes(7)");
    assertTrue(
        cluster.asked().stream()
            .skip(asked)
            .anyMatch(one -> one.startsWith("DELETE ") && one.endsWith("/" + name)));
  }

  @Test
  void an_api_server_that_fails_twice_is_told_of_once() {
    cluster.answers(AGENTS, 403, OwnApiServer.status("no way"));
    cluster.answers(CREATE, 500, OwnApiServer.status("etcd is away"));
    var _ = runs(LINE).exits(REFUSED).says("no way: kubectl auth can-i list pods");
  }

  /** What nobody could do without the object comes second. */
  @Test
  void a_user_without_any_right_is_told_of_the_object_first() {
    for (String other : List.of(AGENTS, FORWARD)) {
      cluster.answers(other, 403, OwnApiServer.status("no way"));
      cluster.answers(CREATE, 403, OwnApiServer.status("no session"));
      var _ = runs(LINE).exits(REFUSED).says("no session: kubectl auth can-i create debugsessions");
      cluster.has("shop", "web-1", "u-1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no way"})
  void a_command_ended_during_creation_leaves_no_object(String refused) {
    if (!refused.isEmpty()) {
      cluster.answers(AGENTS, 403, OwnApiServer.status(refused));
    }
    cluster.holds(CREATE);
    int before = cluster.created().size();
    int asked = cluster.asked().size();
    Running dbg = host.ann().startsScript(cluster.line(LINE));
    Patience.until(
        "it is asked for", () -> cluster.asked().stream().skip(asked).anyMatch(CREATE::equals));
    dbg.gets("INT").ends().diesBy(2);
    assertEquals(before, cluster.created().size());
    cluster.goesOn(CREATE);
    Patience.until("there was an object", () -> cluster.created().size() > before);
    Patience.until("there is none", () -> cluster.present().isEmpty());
  }

  @Test
  void kubectl_s_own_failure_is_shown() {
    var _ =
        host.ann()
            .runsScript(cluster.onIt() + "DBG_HOST=kube://nowhere exec $DBG " + LINE)
            .exits(DBG_FAILED)
            .says(
                "context \"nowhere\" does not exist",
                "kubectl proxy does not lead to the cluster: it ended before it served: try kubectl"
                    + " get pod -n shop web-1");
    var _ =
        host.ann()
            .runsScript(cluster.onIt() + "PATH=/nonexistent exec $DBG " + LINE)
            .exits(DBG_FAILED)
            .says("cannot run kubectl: No such file or directory");
    for (String wrong : List.of("a b", "-x", "$(id)")) {
      var _ =
          host.ann()
              .runsScript(cluster.onIt() + "exec $DBG -H 'kube://" + wrong + "' " + LINE)
              .exits(DBG_FAILED)
              .says("is not a host");
    }
  }

  @Test
  void an_answer_that_is_too_large_is_refused() {
    cluster.answers(POD, 200, "{\"metadata\": \"" + "x".repeat(5_000_000) + "\"}");
    Ran ran = runs(LINE).exits(DBG_FAILED).says("the answer is larger than four megabytes");
    assertTrue(ran.out().isEmpty());
  }
}
