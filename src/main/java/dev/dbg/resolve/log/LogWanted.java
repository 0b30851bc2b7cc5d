package dev.dbg.resolve.log;

import java.time.Instant;
import java.util.Optional;

/**
 * Which part of a container's log is asked for.
 *
 * @param follow whether to wait for more until the container ends
 * @param tail how many of the last lines; empty for all
 * @param since nothing older
 * @param timestamps whether each line begins with its time
 * @param previous whether of the attempt that ended last, where each has a log of its own
 */
public record LogWanted(
    boolean follow,
    Optional<String> tail,
    Optional<Instant> since,
    boolean timestamps,
    boolean previous) {}
