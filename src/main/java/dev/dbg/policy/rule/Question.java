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
 * @param stopped whether it is about the files of a container that does not run
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
    boolean stopped,
    Instant at) {
  public Question {
    namespaces = Set.copyOf(namespaces);
  }

  public Question in(Set<NamespaceKind> others) {
    return new Question(
        operator, others, tool, arguments, hasReason, asUser, recorded, stopped, at);
  }

  /** The same with the tool's arguments. */
  public Question with(ParsedArguments reading) {
    return new Question(
        operator, namespaces, tool, Optional.of(reading), hasReason, asUser, recorded, stopped, at);
  }

  /** The same about a container that does not run. */
  public Question ofStopped() {
    return new Question(
        operator, namespaces, tool, arguments, hasReason, asUser, recorded, true, at);
  }
}
