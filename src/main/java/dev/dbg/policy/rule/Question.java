package dev.dbg.policy.rule;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.tools.argument.ParsedArguments;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A question to the policy: everything that a decision depends on, except the container.
 *
 * @param arguments the tool's arguments; empty while they are not known, and then no rule refuses
 *     them
 * @param hasReason whether the operator gives a reason
 * @param asUser whether the tool is to run as a user other than root
 * @param recorded whether the operator asks for a recording
 * @param at the time
 */
public record Question(
    Operator operator,
    Set<NamespaceKind> namespaces,
    String tool,
    Optional<ParsedArguments> arguments,
    boolean hasReason,
    boolean asUser,
    boolean recorded,
    Instant at) {
  public Question {
    namespaces = Set.copyOf(namespaces);
  }

  /** The same in these namespaces. */
  public Question in(Set<NamespaceKind> others) {
    return new Question(operator, others, tool, arguments, hasReason, asUser, recorded, at);
  }

  /** The same with the tool's arguments. */
  public Question with(ParsedArguments reading) {
    return new Question(
        operator, namespaces, tool, Optional.of(reading), hasReason, asUser, recorded, at);
  }
}
