package dev.dbg.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.dbg.apiserver.ApiServer;
import dev.dbg.http.HttpAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/**
 * Whether the API server enforces what this release needs it to: its admission policies and their
 * bindings are in the cluster with exactly the specs that {@code policies.json} has, and an object
 * that lies is refused. Otherwise a session's object could name any user. Any thread; one looks,
 * and the others wait for it.
 */
public final class PoliciesInForce {
  private static final String API = "/apis/admissionregistration.k8s.io/v1/";

  /** The plural of each kind. */
  private static final Map<String, String> PLURALS =
      Map.of(
          "ValidatingAdmissionPolicy", "validatingadmissionpolicies",
          "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings");

  private static final JsonMapper JSON = new JsonMapper();

  /** The API server takes a second or two to follow a policy that was made or changed. */
  private static final Duration TAKES_EFFECT = Duration.ofSeconds(5);

  /** While something is wrong, one looks ahead after so long, and then after twice as long. */
  private static final long SOON = Duration.ofSeconds(5).toNanos();

  private static final long SELDOM = Duration.ofMinutes(5).toNanos();

  private final ApiServer api;
  private final LongSupplier nanos;
  private final Map<String, JsonNode> wanted = new LinkedHashMap<>();
  private final EnforcementProbe creator;

  /**
   * A session that says that nobody has made it, and is otherwise as sessions are, so that nobody
   * else's policy need refuse it. It is for no node and no pod, and there is no key with that hash:
   * an API server that would keep it makes no session of it.
   */
  private final String lie;

  // Guarded by this.
  private Optional<Look> last = Optional.empty();
  private long pause;
  private long aheadAt;
  private final Map<String, SeenPolicy> shown = new HashMap<>();

  /**
   * What a look has found.
   *
   * @param at when it began, by the clock of this
   * @param since no policy was made or changed later
   * @param proved when a lie was first refused, since which each look has seen that
   */
  private record Look(long at, Instant since, Instant proved) {}

  /**
   * One that was as it must be.
   *
   * @param body what the API server showed: what is the same bytes need not be read again
   * @param changed when it was made or changed
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by their bytes alone
  private record SeenPolicy(byte[] body, Instant changed) {}

  /** {@code nanos}: the clock, {@link System#nanoTime}. */
  public PoliciesInForce(ApiServer api, LongSupplier nanos) throws IOException {
    this.api = api;
    this.nanos = nanos;
    this.aheadAt = nanos.getAsLong();
    for (JsonNode object : JSON.readTree(shipped("policies.json"))) {
      String kind = object.path("kind").asText();
      String name = object.path("metadata").path("name").asText();
      String plural = PLURALS.getOrDefault(kind, kind.toLowerCase(Locale.ROOT));
      wanted.put(API + plural + "/" + name, object.path("spec"));
    }
    lie = shipped("lie.json");
    creator = new EnforcementProbe("dbg-session", rule("dbg-session", 0));
  }

  private static String shipped(String name) throws IOException {
    try (InputStream shipped = PoliciesInForce.class.getResourceAsStream(name)) {
      if (shipped == null) {
        throw new IOException("this dbgd has no %s: install it again".formatted(name));
      }
      return new String(shipped.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  String rule(String policy, int number) {
    JsonNode spec =
        wanted.getOrDefault(
            API + "validatingadmissionpolicies/" + policy, MissingNode.getInstance());
    return spec.path("validations").path(number).path("message").asText();
  }

  /**
   * Why a session is not to be believed that was made at this time; empty if nothing is wrong. The
   * text has nothing that a client chose.
   *
   * @param read when the session's object had been read, by the clock of this. What was seen before
   *     says nothing of it: a policy may have gone in between, and the object may have been made
   *     then.
   */
  public synchronized Optional<String> lacking(Instant made, long read) {
    try {
      if (last.isEmpty() || last.get().at - read < 0) {
        last = Optional.of(look(last.map(Look::proved)));
      }
      if (made.isBefore(last.get().since.plus(TAKES_EFFECT))) {
        return Optional.of(
            "the cluster's policies of dbg were changed after the session was made: type the line again");
      }
      // Both are seconds, cut off.
      return made.isAfter(last.get().proved)
          ? Optional.empty()
          : Optional.of(
              "the session was made before this agent saw that the API server enforces dbg's policies: type the line again");
    } catch (EnforcementProbe.Unproved e) {
      // What was made meanwhile may lie, also when lies are refused again.
      last = Optional.empty();
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Looks, unless all was well before and no lie was taken since: a session that is made later then
   * need not be made again. Why no session is believed; empty if one is, and until it is time to
   * look again.
   */
  public synchronized Optional<String> lackingYet() {
    long now = nanos.getAsLong();
    if (last.isPresent() || now - aheadAt < 0) {
      return Optional.empty();
    }
    Optional<String> lacking = lacking(Instant.MAX, now);
    pause = lacking.isEmpty() ? 0 : Math.clamp(2 * pause, SOON, SELDOM);
    aheadAt = now + pause;
    return lacking;
  }

  private Look look(Optional<Instant> proved) throws IOException {
    long now = nanos.getAsLong();
    Future<HttpAnswer> lied = ApiServer.later(() -> api.post(EnforcementProbe.LIE_AT, lie));
    Instant since = newest();
    HttpAnswer answer = ApiServer.await(lied);
    creator.require(EnforcementProbe.LIE, answer);
    if (proved.isEmpty() && answer.date().isEmpty()) {
      throw new IOException("the API server does not say what time it is");
    }
    return new Look(now, since, proved.or(answer::date).orElseThrow());
  }

  /** When the newest of them was made or changed; fails if one is not as it must be. */
  private Instant newest() throws IOException {
    Instant newest = Instant.MIN;
    Iterator<Future<HttpAnswer>> asked =
        wanted.keySet().stream()
            .map(path -> ApiServer.later(() -> api.get(path)))
            .toList()
            .iterator();
    for (Map.Entry<String, JsonNode> one : wanted.entrySet()) {
      String what = one.getKey().substring(API.length());
      HttpAnswer answer = ApiServer.await(asked.next());
      if (answer.status() == HttpAnswer.NOT_FOUND) {
        throw new IOException("the cluster has no %s: kubectl apply it".formatted(what));
      }
      if (!answer.isOk() || answer.body().isEmpty()) {
        throw new IOException(
            "the API server does not show %s: status %d".formatted(what, answer.status()));
      }
      SeenPolicy now = read(what, answer.body().get(), one.getValue());
      newest = now.changed.isAfter(newest) ? now.changed : newest;
    }
    return newest;
  }

  private SeenPolicy read(String what, byte[] body, JsonNode spec) throws IOException {
    SeenPolicy before = shown.get(what);
    if (before != null && Arrays.equals(before.body, body)) {
      return before;
    }
    JsonNode found = parsed(what, body);
    if (!found.path("spec").equals(spec)) {
      throw new IOException(
          "%s is not as this version of dbg needs it: kubectl replace it".formatted(what));
    }
    SeenPolicy now = new SeenPolicy(body, changed(what, found.path("metadata")));
    shown.put(what, now);
    return now;
  }

  private static JsonNode parsed(String what, byte[] body) throws IOException {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new IOException("the API server's %s is not JSON".formatted(what), e);
    }
  }

  /** By its creation, and by what the API server notes of each change but those of a status. */
  private static Instant changed(String what, JsonNode metadata) throws IOException {
    try {
      Instant newest = Instant.parse(metadata.path("creationTimestamp").asText());
      for (JsonNode manager : metadata.path("managedFields")) {
        if (!manager.has("subresource")) {
          Instant time = Instant.parse(manager.path("time").asText());
          newest = time.isAfter(newest) ? time : newest;
        }
      }
      return newest;
    } catch (DateTimeException e) {
      throw new IOException("the API server's %s has no time of its creation".formatted(what), e);
    }
  }
}
