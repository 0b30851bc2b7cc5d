package dev.dbg.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node's agent speaks for its own node: the policy {@code dbg-session-status}. */
class StatusPolicyTest {
  private static final String NODE = "authentication.kubernetes.io~1node-name";

  private static final String REFUSALS =
      """
      begin.json | /userInfo/username | "system:serviceaccount:dbg-system:default" | only the agent
      begin.json | /userInfo/username | "system:serviceaccount:shop:dbg-agent" | only the agent
      begin.json | /userInfo/username | "kubernetes-admin" | only the agent
      begin.json | /userInfo/extra/NODE | ["node2"] | only the agent
      begin.json | /userInfo/extra/NODE | ["node2","node1"] | only the agent
      begin.json | /userInfo/extra/NODE | [] | only the agent
      begin.json | /userInfo/extra/NODE | | only the agent
      begin.json | /userInfo/extra | | only the agent
      begin.json | /oldObject/spec/nodeName | "node2" | only the agent
      begin.json | /oldObject/status | {"phase":"Running","startedAt":"2026-11-29T19:00:01Z","agent":"dbg-wjq67"} | a session's phase
      begin.json | /object/status/phase | "Ended" | a session's phase,a session that has ended
      begin.json | /object/status/phase | | a session's phase
      begin.json | /object/status/startedAt | | status.startedAt
      begin.json | /object/status/agent | | status.startedAt
      begin.json | /object/status/endedAt | "2026-11-29T19:00:02Z" | a running session
      begin.json | /object/status/exitCode | 0 | a running session
      end.json | /object/status/phase | "Running" | a session's phase,a running session
      end.json | /object/status | | a session's phase,status.startedAt
      end.json | /oldObject/status/phase | "Ended" | a session's phase
      end.json | /object/status/startedAt | "2026-11-29T18:00:00Z" | status.startedAt
      end.json | /object/status/startedAt | | status.startedAt
      end.json | /object/status/agent | "dbg-other" | status.startedAt
      end.json | /object/status/endedAt | | a session that has ended
      end.json | /userInfo/extra/NODE | ["node2"] | only the agent
      delete.json | /userInfo/extra/NODE | ["node2"] | an agent deletes
      delete.json | /userInfo/extra/NODE | | an agent deletes
      delete.json | /userInfo/extra | | an agent deletes
      delete.json | /userInfo | {"username":"bob","groups":["sre","system:serviceaccounts:kube-system-x"]} | the session is another user's
      delete.json | /userInfo | {"username":"system:serviceaccount:shop:dbg-agent"} | the session is another user's
      delete.json | /userInfo | {"username":""} | the session is another user's
      """;

  private static final String BOB = "{\"username\":\"bob\",\"groups\":[\"sre\"]}";

  private static AdmissionPolicy policy() throws IOException {
    return new AdmissionPolicy("dbg-session-status");
  }

  private static List<String> refusals(AdmissionRequest request) throws IOException {
    assertTrue(policy().matches(request.json()));
    return policy().refusals(request.json(), AdmissionRequest.recordedJson("namespace.json"));
  }

  private static AdmissionRequest changed(String file, String place, String value)
      throws IOException {
    return AdmissionRequest.recorded(file)
        .with(place.replace("NODE", NODE), value == null ? "" : value);
  }

  @ParameterizedTest
  @CsvSource({"begin.json", "end.json", "delete.json"})
  void the_agent_of_the_node_is_accepted(String file) throws IOException {
    assertEquals(List.of(), refusals(AdmissionRequest.recorded(file)));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = REFUSALS)
  void anybody_else_and_anything_else_is_refused(
      String file, String place, String value, String messages) throws IOException {
    List<String> refusals = refusals(changed(file, place, value));
    List<String> expected = List.of(messages.split(","));
    assertEquals(expected.size(), refusals.size(), refusals::toString);
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(refusals.get(i).startsWith(expected.get(i)), refusals.get(i));
    }
  }

  @Test
  void a_session_that_ended_without_an_exit_status_has_none() throws IOException {
    assertEquals(List.of(), refusals(changed("end.json", "/object/status/exitCode", "")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"username":"alice"}
          {"username":"system:serviceaccount:kube-system:generic-garbage-collector","groups":["system:serviceaccounts","system:serviceaccounts:kube-system","system:authenticated"]}
          {"username":"system:serviceaccount:kube-system:namespace-controller","groups":["system:serviceaccounts","system:serviceaccounts:kube-system","system:authenticated"]}
          {"username":"system:kube-controller-manager","groups":["system:authenticated"]}
          """)
  void a_sessions_user_and_the_clusters_controllers_may_end_it(String user) throws IOException {
    assertEquals(List.of(), refusals(changed("delete.json", "/userInfo", user)));
  }

  /** RBAC lets whoever has dbg-user delete any session whose name they know. */
  @ParameterizedTest
  @CsvSource({
    "none,1",
    "/dbg.dev/debugsessions/shop/web-1-4xwxv/kill,0",
    "/dbg.dev/debugsessions/shop/web-1-4xwxv/delete,1",
    "/dbg.dev/debugsessions/vault/web-1-4xwxv/kill,1",
    "/dbg.dev/debugsessions/shop/other/kill,1",
    "/apps/debugsessions/shop/web-1-4xwxv/kill,1",
  })
  void another_user_ends_it_with_the_right_to_kill_alone(String right, int refusals)
      throws IOException {
    AdmissionRequest request = changed("delete.json", "/userInfo", BOB);
    List<String> said =
        policy().refusals(request.json(), AdmissionRequest.recordedJson("namespace.json"), right);
    assertEquals(refusals, said.size(), said::toString);
  }

  @Test
  void it_is_not_asked_about_a_new_session() throws IOException {
    assertFalse(policy().matches(AdmissionRequest.recorded("create.json").json()));
  }

  @Test
  void each_rule_refuses_something_here() throws IOException {
    Set<String> bitten = new TreeSet<>();
    for (String line : REFUSALS.lines().toList()) {
      String[] parts = line.split("\\|", -1);
      bitten.addAll(refusals(changed(parts[0].strip(), parts[1].strip(), parts[2].strip())));
    }
    assertEquals(new TreeSet<>(policy().messages()), bitten);
  }
}
