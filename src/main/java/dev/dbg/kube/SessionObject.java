package dev.dbg.kube;

import dev.dbg.model.ClusterSession;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The object of a session, as the API server has it; which of its fields there are the API server
 * decides, and what they say {@link SessionCheck}. Texts that are missing are empty.
 *
 * @param created its creation, by the API server's clock
 * @param isDeleted whether it was deleted, and is only kept yet
 * @param hasStatus whether it was begun
 * @param labels of the namespace
 * @param command all words of the line, as dbgd gets them
 */
public record SessionObject(
    String namespace,
    String name,
    String uid,
    String resourceVersion,
    Instant created,
    boolean isDeleted,
    boolean hasStatus,
    String username,
    String userUid,
    List<String> groups,
    Map<String, String> labels,
    String pod,
    String podUid,
    String node,
    String keyHash,
    String reason,
    List<String> command) {
  public SessionObject {
    groups = List.copyOf(groups);
    labels = Map.copyOf(labels);
    command = List.copyOf(command);
  }

  SessionRef ref() {
    return new SessionRef(namespace, name, uid, username);
  }

  /** What dbgd is told before the request; {@code agentPod} is the agent's pod. */
  public ClusterSession behalf(String agentPod) {
    return new ClusterSession(
        username, userUid, groups, namespace, pod, podUid, name, uid, node, agentPod, reason,
        labels, command);
  }
}
