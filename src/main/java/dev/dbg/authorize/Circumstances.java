package dev.dbg.authorize;

import java.time.Instant;

/**
 * The facts besides the command line on which a decision depends.
 *
 * @param recorded whether the operator asks for a recording
 */
public record Circumstances(boolean hasReason, boolean recorded, Instant at) {}
