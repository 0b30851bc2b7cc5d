package dev.dbg.resolve.container;

import dev.dbg.model.Failure;
import dev.dbg.model.QuotedText;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import java.util.List;

/**
 * Why there is no process to enter. How much of this the operator may know is decided elsewhere.
 */
public final class TargetNotFound extends Failure {
  /** The kinds of reasons. Who may know a reason depends on its kind. */
  public enum Cause {
    /** No runtime knows such a container. */
    UNKNOWN,
    /** The same, of those that answer. */
    UNHEARD,
    /** Several runtimes know such a container. */
    AMBIGUOUS,
    NOT_RUNNING,
    /** Its runtime tells of no process, and not that it has ended. */
    NO_PROCESS,
    /** Its process changed during the look-up. */
    CHANGED,
    /** Nothing proves that the process is the container's. */
    UNPROVED,
    /** A user's runtime names a process that is not that user's. */
    NOT_THEIRS,
    /** No runtime has that scheme. */
    NO_SUCH_RUNTIME
  }

  private final Cause kind;
  private final transient List<Target> seen;

  public TargetNotFound(Cause kind, String message, List<Target> seen) {
    super(message);
    this.kind = kind;
    this.seen = List.copyOf(seen);
  }

  /** There is no such container, or none that the operator may see. */
  public static TargetNotFound unknown(TargetName name) {
    return new TargetNotFound(Cause.UNKNOWN, "no container '%s'".formatted(name), List.of());
  }

  /** There is none in the engines that answer; the others may have it. */
  public static TargetNotFound unheard(TargetName name, List<String> others) {
    return new TargetNotFound(
        Cause.UNHEARD,
        "no container '%s' in any runtime that answers: no answer from %s: try again, or see dbg doctor as root"
            .formatted(name, QuotedText.list(others)),
        List.of());
  }

  public Cause kind() {
    return kind;
  }

  /** The containers that were found meanwhile. */
  public List<Target> seen() {
    return seen;
  }
}
