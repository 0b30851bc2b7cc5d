package dev.dbg.policy.audit;

import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.model.Uid;
import java.util.Collection;
import java.util.List;

/**
 * What of a record decides who may read it.
 *
 * @param author whose it is
 * @param subject what it is about
 */
public record RecordSubject(RecordedOperator author, Subject subject) {
  /** An operator as the record names them: as they were then. */
  public record RecordedOperator(Uid uid, String user, Collection<String> groups) {
    public RecordedOperator {
      groups = List.copyOf(groups);
    }
  }

  /** What somebody asked to look at. */
  public sealed interface Subject {
    /** A container that was found. Its labels are not on record. */
    record Known(Target target) implements Subject {}

    /** What was typed for one; whether there was such a one is not on record for everybody. */
    record Typed(TargetName name) implements Subject {}

    /** No container. */
    record None() implements Subject {}
  }
}
