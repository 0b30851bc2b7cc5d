package dev.dbg.kube;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.apiserver.ApiAnswer;
import dev.dbg.apiserver.ApiServer;
import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.OptionalInt;

/**
 * Writes into a session's object what became of it: that it runs, and that it has ended. Any
 * thread.
 */
record SessionStatus(ApiServer api, String agentPod, Clock clock) {
  /**
   * Notes that the session runs. The API server takes that only if the object is as it was read:
   * status 409 otherwise.
   *
   * @param version the object's resourceVersion
   */
  ApiAnswer run(SessionRef session, String version) throws IOException {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("phase", "Running").put("startedAt", now()).put("agent", agentPod);
    return patch(session, version, status);
  }

  /** Notes that it has ended, with the exit status of the line if that is known. */
  ApiAnswer end(SessionRef session, OptionalInt exit) throws IOException {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("phase", "Ended").put("endedAt", now());
    exit.ifPresent(code -> status.put("exitCode", code));
    return patch(session, "", status);
  }

  /** Removes the object, and no other one that has its name by now. */
  ApiAnswer remove(SessionRef session) throws IOException {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.put("kind", "DeleteOptions").put("apiVersion", "v1");
    options.putObject("preconditions").put("uid", session.uid());
    return api.delete(session.path(), options.toString());
  }

  private ApiAnswer patch(SessionRef session, String version, ObjectNode status)
      throws IOException {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata = patch.putObject("metadata").put("uid", session.uid());
    if (!version.isEmpty()) {
      metadata.put("resourceVersion", version);
    }
    patch.set("status", status);
    return api.patch(session.path() + "/status", patch.toString());
  }

  private String now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
