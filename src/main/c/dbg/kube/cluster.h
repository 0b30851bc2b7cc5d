/*
 * cluster.h - the way to the agent of a pod's node: `dbg -H kube://[CONTEXT]`.
 *
 * A child of the courier's, in the place of ssh. It has kubectl's proxy for login and TLS, creates a DebugSession, connects
 * to the agent on the pod's node by port-forward, shows it the key, and copies frames.
 */
#pragma once

#include "../remote/way.h"

/*
 * For the client, before anything is started: ends it if these words cannot be a line in a cluster, with a message. For
 * Tab it ends without one: a session for a key would be an object in the cluster for each.
 */
void require_line_for_cluster(char **words);
