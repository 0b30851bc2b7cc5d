package dev.dbg.policy.audit;

import dev.dbg.model.Operator;
import dev.dbg.policy.rule.ContainerPattern;
import dev.dbg.policy.rule.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A permission to read others' records, dbg-policy(5). Immutable. */
public final class AuditAccess {
  private final String place;
  private final List<Principal> who;
  private final Reach reach;
  private final Optional<Instant> until;
  private final List<Principal> operators;
  private final List<ContainerPattern> containers;

  /**
   * What it reaches, as written.
   *
   * @param operators the operators whose records may be read
   * @param containers only records about these; empty for all
   */
  public record Reach(List<String> operators, List<String> containers) {
    public Reach {
      operators = List.copyOf(operators);
      containers = List.copyOf(containers);
    }
  }

  /**
   * @param place the file and line
   * @param who the users who may read
   * @param until when it ends; empty if it does not
   * @throws IllegalArgumentException if a word of the reach is not an operator, or not a pattern
   */
  public AuditAccess(String place, List<Principal> who, Reach reach, Optional<Instant> until) {
    this.place = place;
    this.who = List.copyOf(who);
    this.reach = reach;
    this.until = until;
    this.operators =
        reach.operators.stream()
            .map(text -> Principal.parse(text).orElseThrow(IllegalArgumentException::new))
            .toList();
    this.containers = reach.containers.stream().map(ContainerPattern::parse).toList();
  }

  public String place() {
    return place;
  }

  public List<Principal> who() {
    return who;
  }

  /** The operators whose records may be read. */
  public List<Principal> operators() {
    return operators;
  }

  /** What it reaches, as written. */
  public Reach reach() {
    return reach;
  }

  /** Its reach, for people. */
  String words() {
    return "records of %s%s%s"
        .formatted(
            String.join(", ", reach.operators),
            containers.isEmpty() ? "" : " about " + String.join(", ", reach.containers),
            until.map(end -> " until " + end).orElse(""));
  }

  public boolean isFor(Operator operator, Instant at) {
    return until.map(at::isBefore).orElse(true) && who.stream().anyMatch(w -> w.includes(operator));
  }

  /** Whether it reaches all records, also those without an operator. */
  boolean isWhole() {
    return containers.isEmpty() && operators.contains(new Principal.AnyOperator());
  }

  /** Here {@code *} means users of the cluster, too: who reads all records reads theirs. */
  boolean isTo(RecordSubject.RecordedOperator author) {
    return operators.stream()
        .anyMatch(
            w ->
                w instanceof Principal.AnyOperator
                    || w.includes(author.id(), author.user(), author.groups()));
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
