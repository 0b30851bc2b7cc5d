package dev.dbg.policy;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import dev.dbg.model.Target;
import dev.dbg.policy.rule.Decision;
import dev.dbg.policy.rule.Question;
import dev.dbg.policy.rule.Rule;
import dev.dbg.policy.rule.Terms;
import dev.dbg.tools.argument.ParsedArguments;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One question to the policy, with the rules that may permit it. The rules are looked up once; the
 * decision is refined when the arguments and then the container are known. Immutable.
 */
public final class PolicyQuery {
  /**
   * Of several permitting rules, the one with the most permissive terms comes first; among equal
   * ones, the first in the files.
   */
  private static final Comparator<Rule> BEST_FIRST =
      Comparator.comparing(Rule::terms, Terms.BEST_FIRST);

  private final Question question;

  /** The rules for the operator and the tool. */
  private final Collection<Rule> rules;

  /** Whether no rule at all is for the operator. */
  private final boolean isNobody;

  PolicyQuery(Question question, Collection<Rule> rules, boolean isNobody) {
    this.question = question;
    this.rules = rules;
    this.isNobody = isNobody;
  }

  /** Whether a rule names the tool for the operator, at whatever time and wherever. */
  public boolean isNamed() {
    return !rules.isEmpty();
  }

  /** The same with the tool's arguments. */
  public PolicyQuery with(ParsedArguments arguments) {
    return new PolicyQuery(question.with(arguments), rules, isNobody);
  }

  /** The tool's arguments, where they are known. */
  public Optional<ParsedArguments> arguments() {
    return question.arguments();
  }

  public PolicyQuery withNamespaces(Set<NamespaceKind> namespaces) {
    return new PolicyQuery(question.in(namespaces), rules, isNobody);
  }

  /** The same about the files of a container that does not run. */
  public PolicyQuery ofStopped() {
    return new PolicyQuery(question.ofStopped(), rules, isNobody);
  }

  /** The namespaces of each rule that permits the request in the container, the best rule first. */
  public List<Set<NamespaceKind>> namespacesPermittedIn(Target target) {
    return rules.stream()
        .filter(rule -> rule.permits(question) && rule.reaches(target))
        .sorted(BEST_FIRST)
        .map(Rule::namespaces)
        .toList();
  }

  /** Decides for the tool and its arguments in any container; looks up no container. */
  public Decision anywhere() {
    return rules.stream()
        .filter(rule -> rule.permits(question))
        .min(BEST_FIRST)
        .<Decision>map(rule -> rule.permitting(question.tool()))
        .orElseGet(() -> denied(nearest(rules), advice()));
  }

  /** What to do where no rule is near. */
  private String advice() {
    return isNobody
        ? "no rule names you: ask root for one, who types dbgd suggest --operator %s"
            .formatted(RawText.quoted(question.operator().user()))
        : "dbg tools lists what you may run";
  }

  /**
   * Decides about a container.
   *
   * @param shared the selected namespaces that the container shares with the host
   */
  public Decision decide(Target target, Set<NamespaceKind> shared) {
    List<Rule> permitting = new ArrayList<>();
    List<Rule> almost = new ArrayList<>();
    for (Rule rule : rules) {
      if (rule.namespaces().containsAll(question.namespaces())
          && rule.isInForce(question.at())
          && rule.reaches(target)) {
        (rule.permits(question) ? permitting : almost).add(rule);
      }
    }
    Optional<Rule> best =
        permitting.stream()
            .filter(rule -> shared.isEmpty() || rule.hostNamespaces())
            .min(BEST_FIRST);
    if (best.isPresent()) {
      return best.get().permitting(question.tool());
    }
    if (!permitting.isEmpty()) {
      String why =
          "%s shares %s with the host: the rule at %s lacks host-namespaces = true"
              .formatted(target.name(), NamespaceKind.words(shared), permitting.get(0).place());
      return new Decision.Denied(why, why);
    }
    return almost.isEmpty()
        ? unreachable("no rule reaches %s".formatted(target.address()), "")
        : denied(nearest(almost), "");
  }

  /**
   * The same refusal for a container that does not exist and for one that the operator may not see.
   *
   * @param detail for the record
   * @param nearest a question about nearly the same name; it ends with a space
   */
  public Decision.Denied unreachable(String detail, String nearest) {
    return new Decision.Denied(
        "no container of that name or id that %s may enter with %s%s: %sdbg ps lists those you may enter"
            .formatted(
                question.operator().user(), QuotedText.of(question.tool()), place(), nearest),
        detail);
  }

  /** Where the tool is to run; nothing if the namespaces are not known yet. */
  private String place() {
    return question.namespaces().isEmpty()
        ? ""
        : " in " + NamespaceKind.words(question.namespaces());
  }

  /** The rule with the fewest shortfalls. */
  private Optional<Rule> nearest(Collection<Rule> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(rule -> rule.shortfalls(question).size()));
  }

  /** The refusal names only rules that are for the operator. */
  private Decision.Denied denied(Optional<Rule> nearest, String advice) {
    String why =
        "no rule lets %s run %s%s%s%s: %s"
            .formatted(
                question.operator().user(),
                QuotedText.of(question.tool()),
                place(),
                question.asUser() ? " as another user" : "",
                question.recorded() ? " with --record" : "",
                nearest
                    .map(
                        rule ->
                            "the rule at %s %s"
                                .formatted(
                                    rule.place(), String.join(", ", rule.shortfalls(question))))
                    .orElse(advice));
    return new Decision.Denied(why, why);
  }
}
