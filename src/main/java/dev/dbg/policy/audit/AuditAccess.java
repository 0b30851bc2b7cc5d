package dev.dbg.policy.audit;

import dev.dbg.model.Operator;
import dev.dbg.policy.rule.ContainerPattern;
import dev.dbg.policy.rule.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A permission to read others' records, dbg-policy(5).
 *
 * @param place the file and line
 * @param who the users who may read
 * @param operators the operators whose records they may read
 * @param containers only records about these; empty for all
 * @param until when it ends; empty if it does not
 * @param words its reach, for people, as written
 */
public record AuditAccess(
    String place,
    List<Principal> who,
    List<Principal> operators,
    List<ContainerPattern> containers,
    Optional<Instant> until,
    String words) {
  public AuditAccess {
    who = List.copyOf(who);
    operators = List.copyOf(operators);
    containers = List.copyOf(containers);
  }

  public boolean isFor(Operator operator, Instant at) {
    return until.map(at::isBefore).orElse(true) && who.stream().anyMatch(w -> w.includes(operator));
  }

  /** Whether it reaches all records, also those without an operator. */
  boolean isWhole() {
    return containers.isEmpty() && operators.contains(new Principal.AnyOperator());
  }

  boolean isTo(RecordSubject.RecordedOperator author) {
    return operators.stream()
        .anyMatch(w -> w.includes(author.uid(), author.user(), author.groups()));
  }

  /** Whether it reaches records about the subject; an unknown container matches no pattern. */
  boolean isAbout(RecordSubject.Subject subject) {
    return containers.isEmpty()
        || switch (subject) {
          case RecordSubject.Subject.Known known ->
              containers.stream().anyMatch(c -> c.matches(known.target()));
          case RecordSubject.Subject.Typed typed ->
              containers.stream().anyMatch(c -> c.coversAll(typed.name()));
          case RecordSubject.Subject.None _ -> false;
        };
  }
}
