package dev.dbg.model;

/**
 * Whom dbgd limits, paces and permits as one: a user of this host, by the kernel's number, or a
 * user of the cluster, by the name that its API server knows.
 */
public sealed interface OperatorId permits Uid, ClusterUser {
  /** Letters, digits and a hyphen, the same for ever, that stand for nobody else. */
  String token();
}
