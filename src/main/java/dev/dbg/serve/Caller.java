package dev.dbg.serve;

import dev.dbg.kernel.socket.PeerCredentials;
import dev.dbg.model.ClusterSession;
import dev.dbg.model.OperatorId;
import java.util.Optional;

/**
 * A client, before its request is read.
 *
 * @param behalf the session's object in the cluster, if the client is the agent of this node
 */
record Caller(PeerCredentials peer, Optional<ClusterSession> behalf) {
  /** To whom the client is counted. */
  OperatorId id() {
    return behalf.<OperatorId>map(object -> object.user().counted()).orElse(peer.uid());
  }
}
