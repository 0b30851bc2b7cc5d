package dev.dbg.authorize;

import dev.dbg.grammar.Invocation;
import java.time.Instant;
import java.util.List;

/**
 * The facts besides the command line on which a decision depends.
 *
 * @param recorded whether the operator asks for a recording
 * @param atTerminal whether the operator asks for a terminal of the tool's own
 * @param awaitsStart whether the operator waits for the container's start, so that it must run
 * @param options dbg's options as they are typed, for a line to type instead
 */
public record Circumstances(
    boolean hasReason,
    boolean recorded,
    boolean atTerminal,
    boolean awaitsStart,
    Instant at,
    List<String> options) {
  public Circumstances {
    options = List.copyOf(options);
  }

  /** Those of a tool that gets no terminal of its own. */
  public Circumstances(boolean hasReason, boolean recorded, Instant at) {
    this(hasReason, recorded, false, false, at, List.of());
  }

  /** The circumstances of a session. */
  public static Circumstances of(Invocation.Exec exec, Instant at) {
    return new Circumstances(
        exec.reason().isPresent(),
        exec.record(),
        exec.terminal(),
        exec.waiting().isPresent(),
        at,
        exec.options());
  }
}
