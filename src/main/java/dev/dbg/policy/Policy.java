package dev.dbg.policy;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Shortened;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All rules that are in force. Immutable, a pure function: the same question always has the same
 * answer. The order of rules never changes it.
 */
public final class Policy {
  /** Permits nothing. */
  public static final Policy NOTHING = new Policy(List.of(), List.of(), "");

  /** Of several rules that permit, the one that lets the operator do most; else the first. */
  private static final Comparator<Rule> BEST_FIRST =
      Comparator.comparing(Rule::terms, Terms.BEST_FIRST);

  private final RuleIndex rules;
  private final List<AuditAccess> accesses;
  private final String sha256;

  Policy(List<Rule> rules, List<AuditAccess> accesses, String sha256) {
    this.rules = new RuleIndex(rules);
    this.accesses = List.copyOf(accesses);
    this.sha256 = sha256;
  }

  /** The hash of the files it was read from, so that a record tells which policy decided. */
  public String sha256() {
    return sha256;
  }

  public int ruleCount() {
    return rules.all().size();
  }

  /** How many accesses to records there are. */
  public int auditAccessCount() {
    return accesses.size();
  }

  /** How far the operator's reading of the log reaches. */
  public AuditReach auditReach(Operator operator, Instant at) {
    return new AuditReach(
        operator, accesses.stream().filter(access -> access.isFor(operator, at)).toList());
  }

  /**
   * Decides what can be decided before any container is looked up: whether the operator may run the
   * tool so anywhere.
   */
  public Verdict decideAnywhere(Question question) {
    Collection<Rule> candidates = rules.of(question.operator(), question.tool());
    return candidates.stream()
        .filter(rule -> rule.permits(question))
        .min(BEST_FIRST)
        .<Verdict>map(rule -> rule.permitting(question.tool()))
        .orElseGet(
            () ->
                denied(
                    question, nearest(question, candidates), "dbg tools lists what you may run"));
  }

  /**
   * Decides about a container that is known.
   *
   * @param shared the selected namespaces that the container shares with the host
   */
  public Verdict decide(Question question, Target target, Set<NamespaceKind> shared) {
    List<Rule> permitting = new ArrayList<>();
    List<Rule> almost = new ArrayList<>();
    for (Rule rule : rules.of(question.operator(), question.tool())) {
      if (!rule.namespaces().containsAll(question.namespaces())
          || !rule.isInForce(question.at())
          || !rule.reaches(target)) {
        continue;
      }
      (rule.permits(question) ? permitting : almost).add(rule);
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
          "%s has no %s namespace of its own but the host's: the rule at %s does not say host-namespaces = true"
              .formatted(target.name(), NamespaceKind.words(shared), permitting.get(0).place());
      return new Verdict.Denied(why, why);
    }
    if (!almost.isEmpty()) {
      return denied(question, nearest(question, almost), "");
    }
    return unreachable(question, "no rule reaches %s".formatted(target.address()));
  }

  /** The rule that the fewest things keep from permitting. */
  private static Optional<Rule> nearest(Question question, Collection<Rule> rules) {
    return rules.stream().min(Comparator.comparingInt(rule -> rule.shortfalls(question).size()));
  }

  /** Only rules that are for the operator are ever named to them. */
  private static Verdict.Denied denied(Question question, Optional<Rule> nearest, String advice) {
    String why =
        "no rule lets %s run %s in %s%s%s: %s"
            .formatted(
                question.operator().user(),
                Shortened.of(question.tool()),
                NamespaceKind.words(question.namespaces()),
                question.asUser() ? " as another user" : "",
                question.recorded() ? " with --record" : "",
                nearest
                    .map(
                        rule ->
                            "the rule at %s %s"
                                .formatted(
                                    rule.place(), String.join(", ", rule.shortfalls(question))))
                    .orElse(advice));
    return new Verdict.Denied(why, why);
  }

  /**
   * The one refusal for a container that there is not and one that the operator may not see: nobody
   * learns from it which.
   */
  public Verdict.Denied unreachable(Question question, String detail) {
    return new Verdict.Denied(
        "no container of that name or id that %s may enter with %s in %s: dbg ps lists those you may enter"
            .formatted(
                question.operator().user(),
                Shortened.of(question.tool()),
                NamespaceKind.words(question.namespaces())),
        detail);
  }

  /** Whether the operator may be told that there is no such container, or how it is. */
  public boolean mayKnowAbout(Operator operator, TargetName name, Instant at) {
    return rules.of(operator).stream()
        .anyMatch(rule -> rule.isInForce(at) && rule.reachesAll(name));
  }

  /**
   * Whether the name might mean a container that the operator may see: where it can't, there is
   * nothing to look for.
   */
  public boolean mightSee(Operator operator, TargetName name, Instant at) {
    return rules.of(operator).stream()
        .anyMatch(rule -> rule.isInForce(at) && rule.mightReach(name));
  }

  /** Whether the operator may see the container in a list. */
  public boolean maySee(Operator operator, Target target, Instant at) {
    return rules.of(operator).stream().anyMatch(rule -> rule.isInForce(at) && rule.reaches(target));
  }

  /** Whether some rule lets somebody run the tool. */
  public boolean names(String tool) {
    return rules.all().stream().anyMatch(rule -> rule.tools().contains(tool));
  }

  /** The namespaces in which the operator may run a tool somewhere; empty when nowhere. */
  public Set<NamespaceKind> namespacesFor(Operator operator, String tool, Instant at) {
    Set<NamespaceKind> kinds = new TreeSet<>();
    rules.of(operator, tool).stream()
        .filter(rule -> rule.isInForce(at))
        .forEach(rule -> kinds.addAll(rule.namespaces()));
    return kinds;
  }

  /** What each rule lets the operator run in a container, by tool and then by rule. */
  public List<Grant> grants(Operator operator, Target target, Instant at) {
    return rules.of(operator).stream()
        .filter(rule -> rule.isInForce(at) && rule.reaches(target))
        .flatMap(rule -> rule.tools().stream().map(rule::grant))
        .sorted(Comparator.comparing(Grant::tool))
        .toList();
  }
}
