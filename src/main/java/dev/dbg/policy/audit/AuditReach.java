package dev.dbg.policy.audit;

import dev.dbg.model.Operator;
import dev.dbg.model.Uid;
import java.util.List;

/**
 * The records that one operator may read: their own, those that accesses permit, and all for root.
 * One's own are those of one's number and name: a number may be given again, and a name too.
 * Immutable, a pure function.
 *
 * @param operator who reads
 * @param accesses those that permit it
 */
public record AuditReach(Operator operator, List<AuditAccess> accesses) {
  public AuditReach {
    accesses = List.copyOf(accesses);
  }

  /**
   * Whether it includes all records unabridged, with dbgd's own records and the details that are
   * hidden from other readers.
   */
  public boolean isWhole() {
    return operator.isRoot() || accesses.stream().anyMatch(AuditAccess::isWhole);
  }

  /** Whether it may include others' records. */
  public boolean isWide() {
    return operator.isRoot() || !accesses.isEmpty();
  }

  /** Who reads. */
  public Uid reader() {
    return operator.uid();
  }

  /** {@code file:line} of each access; empty for root, who needs none. */
  public List<String> places() {
    return accesses.stream().map(AuditAccess::place).toList();
  }

  /** Each access in words, preceded by its place. */
  public List<String> words() {
    return accesses.stream().map(access -> access.place() + ": " + access.words()).toList();
  }

  public boolean includes(RecordSubject record) {
    return isWhole()
        || isOwn(record.author())
        || accesses.stream().anyMatch(a -> a.isTo(record.author()) && a.isAbout(record.subject()));
  }

  private boolean isOwn(RecordSubject.RecordedOperator author) {
    return author.id().equals(operator.id()) && author.user().equals(operator.user());
  }

  /** The operator's own records alone. */
  public AuditReach own() {
    return new AuditReach(operator, List.of());
  }

  /** Whether it includes some of the author's records, depending on their subject. */
  public boolean dependsOnSubject(RecordSubject.RecordedOperator author) {
    return accesses.stream().anyMatch(a -> a.isTo(author));
  }
}
