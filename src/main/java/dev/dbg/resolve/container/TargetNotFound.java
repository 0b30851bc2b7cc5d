package dev.dbg.resolve.container;

import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import java.util.List;

/** Why there is no process to enter. What of it an operator may know is not decided here. */
public final class TargetNotFound extends Exception {
  private static final long serialVersionUID = 1L;

  /** Of what kind it is: it decides who may be told. */
  public enum Kind {
    /** Nobody knows such a container. */
    UNKNOWN,
    /** Several runtimes do. */
    AMBIGUOUS,
    /** It has no process. */
    NOT_RUNNING,
    /** Its process changed while it was looked at. */
    CHANGED,
    /** A user's runtime names a process that is none of that user's. */
    NOT_THEIRS,
    /** The scheme means no runtime. */
    NO_SUCH_RUNTIME
  }

  private final Kind kind;
  private final transient List<Target> seen;

  public TargetNotFound(Kind kind, String message, List<Target> seen) {
    super(message, null, false, false);
    this.kind = kind;
    this.seen = List.copyOf(seen);
  }

  /** Nobody knows it, or nobody whom whoever asks may see. */
  public static TargetNotFound unknown(TargetName name) {
    return new TargetNotFound(Kind.UNKNOWN, "no container '%s'".formatted(name), List.of());
  }

  public Kind kind() {
    return kind;
  }

  /** The containers that were found on the way. */
  public List<Target> seen() {
    return seen;
  }

  public String message() {
    return String.valueOf(getMessage());
  }
}
