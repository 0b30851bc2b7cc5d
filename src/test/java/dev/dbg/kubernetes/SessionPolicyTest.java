package dev.dbg.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who asks is who the API server authenticated: the policy {@code dbg-session}. */
class SessionPolicyTest {
  private static final String REFUSALS =
      """
      /object/spec/user/username | "root" | spec.user.username
      /object/spec/user/username | | spec.user.username
      /object/spec/user/uid | "0" | spec.user.uid
      /userInfo/uid | "4711" | spec.user.uid
      /object/spec/user/groups | ["sre","dns-ops","system:authenticated","system:masters"] | spec.user.groups
      /object/spec/user/groups | ["dns-ops","sre","system:authenticated"] | spec.user.groups
      /object/spec/user/groups | ["sre"] | spec.user.groups
      /object/spec/user/groups | | spec.user.groups
      /userInfo/groups | | spec.user.groups
      /object/spec/user/extra | {"scopes":["all"]} | spec.user.extra
      /object/spec/user/extra | | spec.user.extra
      /userInfo/extra | | spec.user.extra
      /object/spec/namespaceLabels | {"kubernetes.io/metadata.name":"shop","team":"vault"} | spec.namespaceLabels
      /object/spec/namespaceLabels | {"kubernetes.io/metadata.name":"shop"} | spec.namespaceLabels
      /object/spec/namespaceLabels | | spec.namespaceLabels
      /object/metadata/ownerReferences | | metadata.ownerReferences
      /object/metadata/ownerReferences | [] | metadata.ownerReferences
      /object/spec/podUID | "0" | metadata.ownerReferences
      /object/spec/pod | "web-2" | metadata.ownerReferences
      /object/metadata/ownerReferences/0/blockOwnerDeletion | true | a session holds up no object
      /object/metadata/ownerReferences/0/blockOwnerDeletion | false | a session holds up no object
      /object/metadata/finalizers | ["example.com/never"] | a session holds up no object
      /object/status | {"phase":"Running"} | a session begins without a status
      """;

  private static final String AGENT = "\"system:serviceaccount:dbg-system:dbg-agent\"";

  private static AdmissionPolicy policy() throws IOException {
    return new AdmissionPolicy("dbg-session");
  }

  private static List<String> refusals(AdmissionRequest request) throws IOException {
    assertTrue(policy().matches(request.json()));
    return policy().refusals(request.json(), AdmissionRequest.recordedJson("namespace.json"));
  }

  private static AdmissionRequest create() throws IOException {
    return AdmissionRequest.recorded("create.json");
  }

  private static AdmissionRequest update() throws IOException {
    AdmissionRequest same = create().with("/operation", "\"UPDATE\"");
    return same.with("/oldObject", same.json().get("object").toString());
  }

  @Test
  void a_session_in_the_name_of_its_creator_is_accepted() throws IOException {
    assertEquals(List.of(), refusals(create()));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', emptyValue = "", textBlock = REFUSALS)
  void a_session_that_says_something_else_is_refused(String place, String value, String message)
      throws IOException {
    List<String> refusals = refusals(create().with(place, value == null ? "" : value));
    assertEquals(1, refusals.size(), refusals::toString);
    assertTrue(refusals.getFirst().startsWith(message), refusals.getFirst());
  }

  @Test
  void a_session_without_a_user_is_refused_for_each_of_their_properties() throws IOException {
    List<String> refusals = refusals(create().with("/object/spec/user", ""));
    assertEquals(3, refusals.size(), refusals::toString);
  }

  @Test
  void a_user_of_whom_nothing_but_a_name_is_known_may_create_a_session() throws IOException {
    AdmissionRequest alone = create().with("/userInfo", "{\"username\":\"ann\"}");
    assertEquals(List.of(), refusals(alone.with("/object/spec/user", "{\"username\":\"ann\"}")));
    String filledIn = "{\"username\":\"ann\",\"uid\":\"\",\"groups\":[],\"extra\":{}}";
    assertEquals(List.of(), refusals(alone.with("/object/spec/user", filledIn)));
  }

  @Test
  void a_namespace_may_have_no_labels() throws IOException {
    JsonNode bare = Manifests.JSON.readTree("{\"metadata\":{\"name\":\"shop\"}}");
    AdmissionRequest request = create().with("/object/spec/namespaceLabels", "");
    assertEquals(List.of(), policy().refusals(request.json(), bare));
    assertEquals(1, policy().refusals(create().json(), bare).size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [{"apiVersion":"v1","kind":"Node","name":"web-1","uid":"6d827f2c-29ea-4cec-8f67-aa1949b81950"}]
          [{"apiVersion":"v2","kind":"Pod","name":"web-1","uid":"6d827f2c-29ea-4cec-8f67-aa1949b81950"}]
          [{"apiVersion":"v1","kind":"Pod","name":"web-2","uid":"6d827f2c-29ea-4cec-8f67-aa1949b81950"}]
          [{"apiVersion":"v1","kind":"Pod","name":"web-1","uid":"1"}]
          [{"apiVersion":"v1","kind":"Pod","name":"web-1","uid":"6d827f2c-29ea-4cec-8f67-aa1949b81950"},{"apiVersion":"v1","kind":"Pod","name":"web-2","uid":"2"}]
          """)
  void a_session_that_would_outlive_its_pod_is_refused(String owners) throws IOException {
    assertEquals(1, refusals(create().with("/object/metadata/ownerReferences", owners)).size());
  }

  @Test
  void a_session_does_not_change() throws IOException {
    assertEquals(List.of(), refusals(update()));
    for (String place : List.of("pod", "nodeName", "keyHash", "reason")) {
      List<String> refusals = refusals(update().with("/object/spec/" + place, "\"other\""));
      assertEquals(
          List.of("a session's spec does not change: create another session"), refusals, place);
    }
    List<String> refusals = refusals(update().with("/object/spec/user/username", "\"root\""));
    assertEquals(1, refusals.size());
  }

  /** Kubernetes' garbage collector changes them, for instance if a pod is deleted as an orphan. */
  @Test
  void who_may_update_a_session_may_change_its_labels_and_owners() throws IOException {
    assertEquals(List.of(), refusals(update().with("/object/metadata/ownerReferences", "")));
    assertEquals(List.of(), refusals(update().with("/object/metadata/labels", "{\"a\":\"b\"}")));
  }

  /** The role of an agent lets it create sessions, so that it can try whether a lie is refused. */
  @Test
  @Tag("whole")
  void an_agent_gets_no_session_by_a_lie_nor_by_the_truth() throws IOException {
    List<String> lie = refusals(create().with("/userInfo/username", AGENT));
    assertEquals(policy().messages().getFirst(), lie.getFirst());
    assertEquals(List.of(policy().messages().getLast()), refusals(createdByAgent()));
  }

  private static AdmissionRequest createdByAgent() throws IOException {
    return create().with("/userInfo/username", AGENT).with("/object/spec/user/username", AGENT);
  }

  @Test
  void other_policies_are_asked_about_its_status_and_its_end() throws IOException {
    assertFalse(policy().matches(AdmissionRequest.recorded("begin.json").json()));
    assertFalse(policy().matches(AdmissionRequest.recorded("delete.json").json()));
  }

  @Test
  void each_rule_refuses_something_here() throws IOException {
    Set<String> bitten = new TreeSet<>();
    for (String line : REFUSALS.lines().toList()) {
      String[] parts = line.split("\\|", -1);
      bitten.addAll(refusals(create().with(parts[0].strip(), parts[1].strip())));
    }
    bitten.addAll(refusals(update().with("/object/spec/pod", "\"other\"")));
    bitten.addAll(refusals(createdByAgent()));
    assertEquals(new TreeSet<>(policy().messages()), bitten);
  }
}
