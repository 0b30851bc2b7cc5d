package dev.dbg.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.apiserver.ApiServer;
import dev.dbg.kube.StandInApiServer.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoliciesInForceTest {
  private static final String POLICY = StandInApiServer.policy(false, "dbg-session");
  private static final String BINDING = StandInApiServer.policy(true, "dbg-session");

  /** When the recorded ones were made, and when the API server follows them. */
  private static final Instant MADE = Instant.parse("2026-11-29T19:37:40Z");

  private static final Instant LATER = MADE.plusSeconds(5);

  @TempDir private static Path directory;

  private static StandInApiServer server;
  private static ApiServer api;

  private final AtomicLong nanos = new AtomicLong(42);
  private PoliciesInForce policies;

  @BeforeAll
  static void start() throws Exception {
    Certificates certificates = new Certificates(directory.resolve("its"));
    server = new StandInApiServer(certificates, "IP:127.0.0.1");
    api = server.client(directory, certificates);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void install() throws Exception {
    server.installPolicies();
    server.manner = question -> Optional.empty();
    server.proved = LATER.minusSeconds(1);
    server.asked.clear();
    policies = new PoliciesInForce(api, nanos::get);
  }

  private String lacking() {
    return lacking(LATER).orElse("");
  }

  private Optional<String> lacking(Instant made) {
    return policies.lacking(made, nanos.get());
  }

  private static ObjectNode spec(String path) {
    return (ObjectNode) server.object(path).get("spec");
  }

  private static ObjectNode metadata(String path) {
    return (ObjectNode) server.object(path).get("metadata");
  }

  @Test
  void nothing_is_lacking_if_a_real_api_server_shows_them_as_they_ship() {
    assertEquals(Optional.empty(), lacking(LATER));
    assertEquals(
        Set.of(
            "GET " + POLICY,
            "GET " + BINDING,
            "GET " + StandInApiServer.policy(false, "dbg-session-status"),
            "GET " + StandInApiServer.policy(true, "dbg-session-status"),
            "POST " + EnforcementProbe.LIE_AT),
        Set.copyOf(server.taken()));
  }

  /** A session waits for them, so they are not asked for one after another. */
  @Test
  void all_are_asked_for_at_once() {
    CountDownLatch all = new CountDownLatch(5);
    server.manner =
        question -> {
          all.countDown();
          try {
            return all.await(1, TimeUnit.MINUTES)
                ? Optional.empty()
                : Optional.of(Answer.wrong(500, "InternalError"));
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    assertEquals("", lacking());
  }

  @ParameterizedTest
  @ValueSource(strings = {"dbg-session", "dbg-session-status"})
  void a_policy_or_binding_that_is_missing_is_named(String name) {
    for (boolean isBinding : new boolean[] {false, true}) {
      String path = StandInApiServer.policy(isBinding, name);
      ObjectNode removed = server.objects.remove(path);
      assertEquals(
          "the cluster has no validatingadmissionpolic%s/%s: kubectl apply it"
              .formatted(isBinding ? "ybindings" : "ies", name),
          lacking());
      server.objects.put(path, removed);
    }
    assertEquals("", lacking());
  }

  /** Changes of the specs that could let an object through whose user is not who made it. */
  private static Stream<Arguments> changes() {
    return Stream.of(
        change(
            "another expression",
            POLICY,
            spec -> ((ObjectNode) spec.at("/validations/0")).put("expression", "true")),
        change("no expression", POLICY, spec -> ((ArrayNode) spec.get("validations")).removeAll()),
        change(
            "fewer expressions", POLICY, spec -> ((ArrayNode) spec.get("validations")).remove(2)),
        change(
            "another variable",
            POLICY,
            spec -> ((ObjectNode) spec.at("/variables/0")).put("expression", "{}")),
        change("failures ignored", POLICY, spec -> spec.put("failurePolicy", "Ignore")),
        change(
            "only under conditions",
            POLICY,
            spec ->
                spec.putArray("matchConditions")
                    .addObject()
                    .put("name", "x")
                    .put("expression", "request.userInfo.username != 'mallory'")),
        change(
            "parameters",
            POLICY,
            spec -> spec.putObject("paramKind").put("apiVersion", "v1").put("kind", "Secret")),
        change(
            "other operations",
            POLICY,
            spec ->
                ((ArrayNode) spec.at("/matchConstraints/resourceRules/0/operations"))
                    .set(0, "DELETE")),
        change(
            "another group",
            POLICY,
            spec ->
                ((ArrayNode) spec.at("/matchConstraints/resourceRules/0/apiGroups")).set(0, "x")),
        change(
            "named objects only",
            POLICY,
            spec ->
                ((ObjectNode) spec.at("/matchConstraints/resourceRules/0"))
                    .putArray("resourceNames")
                    .add("x")),
        change(
            "rules excluded",
            POLICY,
            spec ->
                ((ObjectNode) spec.get("matchConstraints"))
                    .putArray("excludeResourceRules")
                    .addObject()
                    .putArray("apiGroups")
                    .add("dbg.dev")),
        change(
            "some namespaces",
            POLICY,
            spec ->
                ((ObjectNode) spec.at("/matchConstraints/namespaceSelector"))
                    .putObject("matchLabels")
                    .put("a", "b")),
        change(
            "some objects",
            POLICY,
            spec ->
                ((ObjectNode) spec.at("/matchConstraints/objectSelector"))
                    .putObject("matchLabels")
                    .put("a", "b")),
        change(
            "exact versions",
            POLICY,
            spec -> ((ObjectNode) spec.get("matchConstraints")).put("matchPolicy", "Exact")),
        change("something new", POLICY, spec -> spec.put("enforcement", "Lax")),
        change("audit only", BINDING, spec -> spec.putArray("validationActions").add("Audit")),
        change(
            "warn as well",
            BINDING,
            spec -> ((ArrayNode) spec.get("validationActions")).add("Warn")),
        change("no action", BINDING, spec -> spec.putArray("validationActions")),
        change("another policy", BINDING, spec -> spec.put("policyName", "dbg-session-status")),
        change(
            "bound to some",
            BINDING,
            spec -> spec.putObject("matchResources").putObject("namespaceSelector")),
        change(
            "bound with parameters", BINDING, spec -> spec.putObject("paramRef").put("name", "x")));
  }

  private static Arguments change(String name, String path, Consumer<ObjectNode> change) {
    return Arguments.of(name, path, change);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void a_changed_policy_is_named(String name, String path, Consumer<ObjectNode> change) {
    change.accept(spec(path));
    assertEquals(
        path.replaceFirst(".*/v1/", "")
            + " is not as this version of dbg needs it: kubectl replace it",
        lacking());
  }

  @Test
  void an_api_server_that_does_not_show_them_is_not_believed() {
    for (Answer answer :
        List.of(
            Answer.wrong(403, "Forbidden"),
            Answer.wrong(401, "Unauthorized"),
            Answer.wrong(500, "InternalError"),
            Answer.of(200, ""),
            Answer.of(200, "no JSON"),
            Answer.of(200, "{}"),
            Answer.of(200, "x".repeat(1 << 20)))) {
      server.manner = question -> Optional.of(answer);
      assertTrue(lacking().contains("validatingadmissionpolicies/dbg-session"), lacking());
    }
  }

  /** Of many at once one looks. */
  @Test
  void a_look_counts_for_the_sessions_that_were_read_before_it() {
    long read = nanos.getAndAdd(7);
    assertEquals("", lacking());
    server.asked.clear();
    server.objects.remove(BINDING);
    assertEquals(Optional.empty(), policies.lacking(LATER, read));
    assertEquals(List.of(), server.taken());
    nanos.addAndGet(1);
    assertTrue(lacking().startsWith("the cluster has no "), lacking());
  }

  @Test
  void an_earlier_verdict_counts_for_the_same_bytes_only() throws IOException {
    assertEquals("", lacking());
    nanos.addAndGet(1);
    assertEquals("", lacking());
    spec(BINDING).put("policyName", "dbg-sessioN");
    for (int i = 0; i < 2; i++) {
      nanos.addAndGet(1);
      assertTrue(lacking().contains("is not as this version of dbg needs it"), lacking());
    }
    server.installPolicies();
    nanos.addAndGet(1);
    assertEquals("", lacking());
    metadata(BINDING).put("creationTimestamp", StandInApiServer.written(LATER));
    nanos.addAndGet(1);
    assertTrue(lacking().contains("were changed after"), lacking());
  }

  @Test
  void a_look_that_failed_is_not_kept() throws IOException {
    server.objects.remove(POLICY);
    assertTrue(lacking().startsWith("the cluster has no "), lacking());
    server.installPolicies();
    assertEquals("", lacking());
    server.objects.remove(POLICY);
    nanos.addAndGet(1);
    assertTrue(lacking().startsWith("the cluster has no "), lacking());
  }

  @Test
  void a_session_that_is_older_than_the_policies_is_not_believed() {
    String changed =
        "the cluster's policies of dbg were changed after the session was made: type the line again";
    assertEquals(Optional.of(changed), lacking(LATER.minusMillis(1)));
    assertEquals(Optional.empty(), lacking(LATER));
    metadata(BINDING).put("creationTimestamp", StandInApiServer.written(LATER));
    nanos.addAndGet(1);
    assertEquals(changed, lacking());
  }

  @Test
  void a_policy_that_was_changed_and_changed_back_counts_as_new_and_its_status_does_not() {
    ArrayNode managers = (ArrayNode) metadata(POLICY).get("managedFields");
    assertTrue(managers.get(0).has("subresource"));
    ((ObjectNode) managers.get(0)).put("time", StandInApiServer.written(LATER));
    assertEquals("", lacking());
    ((ObjectNode) managers.get(1)).put("time", StandInApiServer.written(LATER));
    nanos.addAndGet(1);
    assertTrue(lacking().contains("were changed after"), lacking());
    ((ObjectNode) managers.get(1)).remove("time");
    nanos.addAndGet(1);
    assertTrue(lacking().endsWith("has no time of its creation"), lacking());
  }

  /** The lie is answered like that from now on, at this time. */
  private void lieIsAnswered(Answer answer, Instant time) {
    server.proved = time;
    server.manner =
        question ->
            question.path().equals(EnforcementProbe.LIE_AT)
                ? Optional.of(answer)
                : Optional.empty();
    nanos.addAndGet(1);
  }

  private void lieIsRefused(Instant time) {
    server.proved = time;
    server.manner = question -> Optional.empty();
    nanos.addAndGet(1);
  }

  private static Answer taken() throws IOException {
    return Answer.of(201, StandInApiServer.recorded("lie-taken.json"));
  }

  @Test
  void while_a_lie_is_taken_no_session_is_believed() throws IOException {
    lieIsAnswered(taken(), LATER.minusSeconds(1));
    assertEquals(
        "the API server does not enforce the policy dbg-session: it accepted a request that this policy must refuse: start it with ValidatingAdmissionPolicy",
        lacking());
    lieIsRefused(LATER.minusSeconds(1));
    assertEquals("", lacking());
    lieIsAnswered(taken(), LATER);
    assertTrue(
        lacking(LATER.plusSeconds(60)).orElse("").contains("it accepted a request"), lacking());
  }

  @Test
  void each_look_has_a_lie_of_its_own() {
    for (int i = 0; i < 3; i++) {
      assertEquals("", lacking());
      assertTrue(
          server.asked.stream()
              .filter(question -> question.path().equals(EnforcementProbe.LIE_AT))
              .anyMatch(question -> question.body().contains("\"username\": \"nobody\"")));
      server.asked.clear();
      nanos.addAndGet(1);
    }
  }

  @Test
  void sessions_made_while_lies_were_accepted_are_never_believed() throws IOException {
    String before =
        "the session was made before this agent saw that the API server enforces dbg's policies: type the line again";
    assertEquals("", lacking());
    lieIsAnswered(taken(), LATER);
    assertTrue(lacking().contains("it accepted a request"), lacking());
    lieIsRefused(LATER.plusSeconds(7));
    assertEquals(Optional.of(before), lacking(LATER.plusSeconds(6)));
    // Made in that very second: perhaps before.
    assertEquals(Optional.of(before), lacking(LATER.plusSeconds(7)));
    assertEquals(Optional.empty(), lacking(LATER.plusSeconds(8)));
    // Later proofs take nothing back.
    lieIsRefused(LATER.plusSeconds(20));
    assertEquals(Optional.empty(), lacking(LATER.plusSeconds(8)));
  }

  @Test
  void sessions_made_before_the_first_proof_are_not_believed() {
    server.proved = LATER;
    assertTrue(lacking().startsWith("the session was made before this agent saw"), lacking());
  }

  @Test
  void an_api_server_that_has_too_much_to_do_takes_nothing_back() {
    assertEquals("", lacking());
    for (int status : new int[] {429, 500, 503}) {
      lieIsAnswered(Answer.wrong(status, "Busy"), LATER);
      assertTrue(lacking().contains("the answer was status " + status), lacking());
    }
    lieIsRefused(LATER.plusSeconds(9));
    assertEquals("", lacking());
  }

  @Test
  void a_first_proof_without_a_date_is_none() {
    server.now = Optional.empty();
    try {
      assertEquals("the API server does not say what time it is", lacking());
    } finally {
      server.now = Optional.of(LATER.plusSeconds(5));
    }
    assertEquals("", lacking());
  }

  /** So that the first session of a node need not be made again. */
  @Test
  void who_looks_ahead_looks_until_all_is_well_and_again_when_a_lie_was_taken() throws IOException {
    lieIsAnswered(taken(), LATER.minusSeconds(2));
    for (long pause : new long[] {5, 10, 20, 40, 80, 160, 300, 300}) {
      assertTrue(policies.lackingYet().orElse("").contains("it accepted a request"));
      server.asked.clear();
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(pause) - 1);
      assertEquals(Optional.empty(), policies.lackingYet());
      assertEquals(List.of(), server.taken());
      nanos.addAndGet(1);
    }
    lieIsRefused(LATER.minusSeconds(1));
    assertEquals(Optional.empty(), policies.lackingYet());
    server.asked.clear();
    assertEquals(Optional.empty(), policies.lackingYet());
    assertEquals(List.of(), server.taken());
    assertEquals("", lacking());
    lieIsAnswered(taken(), LATER);
    assertTrue(lacking().contains("it accepted a request"), lacking());
    lieIsRefused(LATER.plusSeconds(1));
    assertEquals(Optional.empty(), policies.lackingYet());
    assertEquals(Optional.empty(), lacking(LATER.plusSeconds(2)));
  }
}
