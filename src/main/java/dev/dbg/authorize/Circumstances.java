package dev.dbg.authorize;

import java.time.Instant;

/**
 * What a decision depends on besides the line.
 *
 * @param recorded whether a recording is asked for
 */
public record Circumstances(boolean hasReason, boolean recorded, Instant at) {}
