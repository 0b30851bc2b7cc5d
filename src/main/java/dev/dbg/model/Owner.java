package dev.dbg.model;

/**
 * A user other than root whose own runtime runs a container; its name and labels are the user's
 * claims.
 *
 * @param user the name in the host's user database
 */
public record Owner(Uid uid, String user) {}
