package dev.dbg.authorize;

import java.time.Instant;

/**
 * The facts besides the command line on which a decision depends.
 *
 * @param recorded whether the operator asks for a recording
 * @param atTerminal whether the operator asks for a terminal of the tool's own
 */
public record Circumstances(boolean hasReason, boolean recorded, boolean atTerminal, Instant at) {
  /** Those of a tool that gets no terminal of its own. */
  public Circumstances(boolean hasReason, boolean recorded, Instant at) {
    this(hasReason, recorded, false, at);
  }
}
