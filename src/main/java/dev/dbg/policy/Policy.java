package dev.dbg.policy;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.RunAs;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * All rules that are in force. Immutable, a pure function: the same question always has the same
 * answer. The order of rules never changes it.
 */
public final class Policy {
  /** Permits nothing. */
  public static final Policy NOTHING = new Policy(List.of(), "");

  private final List<Rule> rules;
  private final String sha256;

  Policy(List<Rule> rules, String sha256) {
    this.rules = List.copyOf(rules);
    this.sha256 = sha256;
  }

  /** The hash of the files it was read from, so that a record tells which policy decided. */
  public String sha256() {
    return sha256;
  }

  public int ruleCount() {
    return rules.size();
  }

  /**
   * Decides what can be decided before any container is looked up: whether the operator may run the
   * tool in these namespaces anywhere.
   *
   * @return the rule that comes first, or the refusal
   */
  public Verdict decideAnywhere(Operator operator, Set<NamespaceKind> namespaces, String tool) {
    return rules.stream()
        .filter(rule -> rule.isFor(operator) && rule.permits(namespaces, tool))
        .findFirst()
        .<Verdict>map(rule -> new Verdict.Permitted(rule.place()))
        .orElseGet(
            () -> {
              String why =
                  "no rule lets %s run %s in %s: dbg tools lists what you may run"
                      .formatted(operator.user(), tool, NamespaceKind.words(namespaces));
              return new Verdict.Denied(why, why);
            });
  }

  /**
   * Decides about a container that is known.
   *
   * @param runAs whom the tool is to run as
   * @param shared the selected namespaces that the container shares with the host
   */
  public Verdict decide(
      Operator operator,
      Set<NamespaceKind> namespaces,
      String tool,
      RunAs runAs,
      Target target,
      Set<NamespaceKind> shared) {
    boolean switched = !runAs.equals(RunAs.ROOT);
    List<Rule> reaching =
        rules.stream()
            .filter(
                rule ->
                    rule.isFor(operator) && rule.permits(namespaces, tool) && rule.reaches(target))
            .toList();
    List<Rule> entering =
        reaching.stream().filter(rule -> shared.isEmpty() || rule.hostNamespaces()).toList();
    for (Rule rule : entering) {
      if (!switched || rule.userSwitch()) {
        return new Verdict.Permitted(rule.place());
      }
    }
    if (!entering.isEmpty()) {
      String why =
          "no rule lets %s run %s as user %s in %s: the one at %s does not say user-switch = true: leave out -u"
              .formatted(operator.user(), tool, runAs, target.name(), entering.get(0).place());
      return new Verdict.Denied(why, why);
    }
    if (!reaching.isEmpty()) {
      String why =
          "%s has no %s namespace of its own but the host's: the rule at %s does not say host-namespaces = true"
              .formatted(target.name(), NamespaceKind.words(shared), reaching.get(0).place());
      return new Verdict.Denied(why, why);
    }
    return unreachable(
        operator,
        namespaces,
        tool,
        "no rule reaches %s %s".formatted(target.runtime(), target.name()));
  }

  /**
   * The one refusal for a container that there is not and one that the operator may not see: nobody
   * learns from it which.
   */
  public Verdict.Denied unreachable(
      Operator operator, Set<NamespaceKind> namespaces, String tool, String detail) {
    return new Verdict.Denied(
        "no container of that name or id that %s may enter with %s in %s: dbg ps lists those you may enter"
            .formatted(operator.user(), tool, NamespaceKind.words(namespaces)),
        detail);
  }

  /** Whether the operator may be told that there is no such container, or how it is. */
  public boolean mayKnowAbout(Operator operator, TargetName name) {
    return rules.stream().anyMatch(rule -> rule.isFor(operator) && rule.reachesAll(name));
  }

  /** Whether the operator may see the container in a list. */
  public boolean maySee(Operator operator, Target target) {
    return rules.stream().anyMatch(rule -> rule.isFor(operator) && rule.reaches(target));
  }

  /** The namespaces in which the operator may run a tool somewhere; empty when nowhere. */
  public Set<NamespaceKind> namespacesFor(Operator operator, String tool) {
    Set<NamespaceKind> kinds = new TreeSet<>();
    rules.stream()
        .filter(rule -> rule.isFor(operator) && rule.tools().contains(tool))
        .forEach(rule -> kinds.addAll(rule.namespaces()));
    return kinds;
  }
}
