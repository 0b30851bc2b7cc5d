package dev.dbg.model;

import dev.dbg.model.OperatorId.ClusterUser;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A session's object in the cluster, {@code DebugSession}, as the node's agent has read it from the
 * API server. The API server stamped the user, the groups and the labels; the user chose the rest,
 * and admission has let it pass.
 *
 * @param username of whoever made the object, as the API server authenticated them
 * @param uid the API server's for that user; empty if it has none
 * @param groups of that user
 * @param namespace in which the object is, and the pod
 * @param pod the pod's name
 * @param podUid which pod of that name
 * @param session the object's name
 * @param sessionUid the object's number, which no other ever has
 * @param node the node's name in the cluster
 * @param agentPod the pod of the agent
 * @param reason empty if there is none
 * @param labels of the namespace, when the object was made
 * @param words the line, as dbg(1) must send it
 */
public record ClusterSession(
    String username,
    String uid,
    List<String> groups,
    String namespace,
    String pod,
    String podUid,
    String session,
    String sessionUid,
    String node,
    String agentPod,
    String reason,
    Map<String, String> labels,
    List<String> words) {
  public ClusterSession {
    groups = List.copyOf(groups);
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    words = List.copyOf(words);
  }

  /** Of nobody who asks: only the user's name is known. */
  static ClusterSession supposed(String username) {
    return new ClusterSession(
        username, "", List.of(), "", "", "", "", "", "", "", "", Map.of(), List.of());
  }

  public ClusterUser user() {
    return new ClusterUser(username);
  }
}
