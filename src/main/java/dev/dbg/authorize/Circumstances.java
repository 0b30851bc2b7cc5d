package dev.dbg.authorize;

import java.time.Instant;

/**
 * What a decision depends on beside the line.
 *
 * @param hasReason whether a reason is given with it
 * @param recorded whether a recording is asked for
 * @param at when
 */
public record Circumstances(boolean hasReason, boolean recorded, Instant at) {}
