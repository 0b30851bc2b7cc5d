package dev.dbg.model;

/**
 * A user, not root, whose own runtime runs a container: what it says of itself is his word.
 *
 * @param user the name in the host's user database
 */
public record Owner(Uid uid, String user) {}
