/**
 * The agent of a Kubernetes cluster, {@code dbgd kube}: asks this host's dbgd for users of the
 * cluster.
 *
 * <p>Clients come through the kubelet's port-forward, and anybody may be one. A client names an
 * object {@code DebugSession} and shows that it made it; who asks, and for what, the API server's
 * object says, and nothing else. Policies in the API server make the object's user the one that
 * made it: {@code PoliciesInForce} looks whether they are as this release ships them, and whether
 * they refuse a lie, {@code EnforcementProbe}. Then {@code dbg stdio} speaks with the client and
 * with dbgd. The agent copies no byte between them.
 *
 * <p>May import: {@code wire}, {@code apiserver}, {@code http}, {@code kernel} and below. Must not:
 * decide what may run; tell a client or the log anything that a client chose.
 */
@NullMarked
package dev.dbg.kube;

import org.jspecify.annotations.NullMarked;
