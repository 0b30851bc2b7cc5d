package dev.dbg.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.verify.TrustAnchors.Claim;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node's log head only grows, and only the node itself raises it. */
class LogHeadPolicyTest {
  private static final AdmissionRequest NEWER;
  private static final JsonNode OLD;
  private static final AdmissionPolicy POLICY;

  static {
    try {
      NEWER = AdmissionRequest.recorded("log-head.json");
      OLD = NEWER.json().get("oldObject").get("spec");
      POLICY = new AdmissionPolicy("dbg-log-head");
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static int refusals(AdmissionRequest request) {
    assertTrue(POLICY.matches(request.json()));
    JsonNode none = Manifests.JSON.nullNode();
    return POLICY.refusals(request.json(), none).size();
  }

  @Test
  void the_node_itself_begins_and_raises_it() throws IOException {
    assertEquals(0, refusals(NEWER));
    assertEquals(0, refusals(NEWER.with("/operation", "\"CREATE\"").with("/oldObject", "")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /object/metadata/name | "node2"
          /userInfo/username | "kubernetes-admin"
          /userInfo/username | "system:serviceaccount:dbg-system:default"
          /userInfo/username | "system:serviceaccount:dbg-system:dbg-agent"
          /userInfo/extra/authentication.kubernetes.io~1node-name | ["node2"]
          /userInfo/extra/authentication.kubernetes.io~1node-name |
          /userInfo/extra |
          """)
  void nobody_but_the_node_begins_or_raises_it(String place, String value) throws IOException {
    assertEquals(1, refusals(NEWER.with(place, value == null ? "" : value)));
  }

  /** The garbage collector would delete it for an owner; a finalizer would have it stay. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ownerReferences | [{"apiVersion":"v1","kind":"Node","name":"x","uid":"0"}]
          finalizers | ["dbg.dev/x"]
          labels | {"x":"y"}
          annotations | {"x":"y"}
          """)
  void a_log_head_has_nothing_but_its_numbers(String member, String value) throws IOException {
    AdmissionRequest more = NEWER.with("/object/metadata/" + member, value);
    assertEquals(1, refusals(more));
    assertEquals(1, refusals(more.with("/oldObject/metadata/" + member, value)));
    assertEquals(1, refusals(more.with("/object/spec", OLD.toString())));
    assertEquals(1, refusals(more.with("/operation", "\"CREATE\"").with("/oldObject", "")));
  }

  @Test
  void nobody_has_it_look_newer_than_it_is() throws IOException {
    assertEquals(1, refusals(NEWER.with("/object/spec", OLD.toString())));
  }

  @Test
  void once_it_is_deleted_everybody_can_let_it_end() throws IOException {
    String time = "\"2026-11-30T00:00:00Z\"";
    AdmissionRequest collectors =
        NEWER.with("/userInfo/username", "\"system:kube-controller-manager\"");
    AdmissionRequest deleted =
        collectors
            .with("/object/spec", OLD.toString())
            .with("/object/metadata/deletionTimestamp", time)
            .with("/oldObject/metadata/finalizers", "[\"foregroundDeletion\"]");
    assertEquals(0, refusals(deleted.with("/oldObject/metadata/deletionTimestamp", time)));
    // Who changes it says so in vain.
    assertEquals(2, refusals(deleted));
    AdmissionRequest raised = collectors.with("/oldObject/metadata/deletionTimestamp", time);
    assertEquals(1, refusals(raised));
  }

  /** More digits would be no head for dbgd. The API server keeps the limit as a double. */
  @Test
  void each_number_that_it_can_have_is_a_head() throws IOException {
    JsonNode spec = Manifests.schema("debuglogheads.dbg.dev").at("/spec/properties");
    for (String number : List.of("epoch", "seq")) {
      long most = spec.at("/" + number + "/maximum").asLong();
      assertEquals((1L << 53) - 1, most, number);
      assertTrue(Claim.ending(most + ":" + "a".repeat(64)).isPresent());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "7, 1205, true", // the same
    "8, 1206, true",
    "8, 1205, false",
    "7, 1206, false",
    "6, 1300, false",
    "8, 1204, false",
  })
  void a_head_only_grows(int epoch, int seq, boolean isKept) throws Exception {
    JsonNode now =
        NEWER
            .with("/oldObject/spec/epoch", String.valueOf(epoch))
            .with("/oldObject/spec/seq", String.valueOf(seq))
            .json()
            .get("oldObject")
            .get("spec");
    assertEquals(isKept, AdmissionPolicy.isKept(growth(), now, OLD));
  }

  @Test
  void another_hash_of_the_same_record_is_not_the_same() throws Exception {
    JsonNode now =
        NEWER.with("/oldObject/spec/hash", "\"" + "0".repeat(64) + "\"").json().get("oldObject");
    assertFalse(AdmissionPolicy.isKept(growth(), now.get("spec"), OLD));
  }

  private static JsonNode growth() throws IOException {
    JsonNode rules =
        Manifests.schema("debuglogheads.dbg.dev").get("spec").get("x-kubernetes-validations");
    assertEquals(1, rules.size());
    return rules.get(0).get("rule");
  }
}
