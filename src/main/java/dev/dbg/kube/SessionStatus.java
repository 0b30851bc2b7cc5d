package dev.dbg.kube;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.apiserver.ApiServer;
import dev.dbg.http.HttpAnswer;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalInt;
import java.util.concurrent.Future;

/** Writes into a session's object that the session runs or has ended. For any thread. */
record SessionStatus(ApiServer api, String agentPod, Clock clock) {
  /**
   * Notes that the session runs. The API server takes that only if the object is as it was read:
   * status 409 otherwise.
   *
   * @param version the object's resourceVersion
   */
  HttpAnswer run(SessionRef session, String version) throws IOException {
    ObjectNode status = status("Running", "startedAt", clock.instant()).put("agent", agentPod);
    return api.patch(session.path() + "/status", patch(session, version, status));
  }

  /**
   * Tries, as a dry run, to note an end without a beginning, which the API server must refuse.
   *
   * @param version the object's resourceVersion: with another status it might be no lie
   */
  Future<HttpAnswer> lie(SessionRef session, String version) {
    ObjectNode status = status("Ended", "endedAt", clock.instant());
    String patch = patch(session, version, status);
    return ApiServer.later(() -> api.patch(session.path() + "/status?dryRun=All", patch));
  }

  /** Notes that it ended then, with the exit status of the line if that is known. */
  HttpAnswer end(SessionRef session, Instant at, OptionalInt exit) throws IOException {
    ObjectNode status = status("Ended", "endedAt", at);
    exit.ifPresent(code -> status.put("exitCode", code));
    return api.patch(session.path() + "/status", patch(session, "", status));
  }

  /** Removes the object, and no other one that has its name by now. */
  HttpAnswer remove(SessionRef session) throws IOException {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.put("kind", "DeleteOptions").put("apiVersion", "v1");
    options.putObject("preconditions").put("uid", session.uid());
    return api.delete(session.path(), options.toString());
  }

  private static String patch(SessionRef session, String version, ObjectNode status) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata = patch.putObject("metadata").put("uid", session.uid());
    if (!version.isEmpty()) {
      metadata.put("resourceVersion", version);
    }
    patch.set("status", status);
    return patch.toString();
  }

  private static ObjectNode status(String phase, String since, Instant time) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    return status.put("phase", phase).put(since, time.truncatedTo(ChronoUnit.SECONDS).toString());
  }
}
