package dev.dbg.policy.audit;

import dev.dbg.model.OperatorId;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import java.util.Collection;
import java.util.List;

/**
 * The parts of a record that decide who may read it.
 *
 * @param author the record's operator
 * @param subject the record's container
 */
public record RecordSubject(RecordedOperator author, Subject subject) {
  /** An operator with the name and groups that they had at the time of the record. */
  public record RecordedOperator(OperatorId id, String user, Collection<String> groups) {
    public RecordedOperator {
      groups = List.copyOf(groups);
    }
  }

  /** The container of a request. */
  public sealed interface Subject {
    /** A container that was found. Records do not have its labels. */
    record Known(Target target) implements Subject {}

    /** The name as typed; not every reader may learn whether it existed. */
    record Typed(TargetName name) implements Subject {}

    /** No container. */
    record None() implements Subject {}
  }
}
