package dev.dbg.policy;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Target;
import dev.dbg.model.Uid;
import dev.dbg.policy.audit.AuditAccess;
import dev.dbg.policy.audit.AuditReach;
import dev.dbg.policy.rule.Grant;
import dev.dbg.policy.rule.Principal;
import dev.dbg.policy.rule.Question;
import dev.dbg.policy.rule.Rule;
import dev.dbg.policy.rule.RuleIndex;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All rules. Immutable, and a pure function: the same question always has the same answer, whatever
 * the order of the rules.
 */
public final class Policy {
  private final RuleIndex rules;
  private final List<AuditAccess> accesses;
  private final SortedMap<String, List<String>> groups;
  private final String sha256;

  /** The groups of operators that accesses reach, and those that rules are for. */
  private final Set<String> readBy;

  private final Set<String> ruled;

  Policy(
      List<Rule> rules,
      List<AuditAccess> accesses,
      SortedMap<String, List<String>> groups,
      String sha256) {
    this.rules = new RuleIndex(rules);
    this.accesses = List.copyOf(accesses);
    this.groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
    this.sha256 = sha256;
    this.readBy = groups(accesses.stream().map(AuditAccess::operators));
    this.ruled = groups(rules.stream().map(Rule::who));
  }

  private static Set<String> groups(Stream<List<Principal>> all) {
    return all.flatMap(List::stream)
        .flatMap(who -> who.group().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * The operator's groups for a record. A long record has the first of them, and they decide who
   * may read it: so those by which records are read come first, then those of rules.
   */
  public List<String> groupsOf(Operator operator) {
    return operator.groupNames().stream()
        .sorted(
            Comparator.comparingInt(
                name -> readBy.contains(name) ? 0 : ruled.contains(name) ? 1 : 2))
        .toList();
  }

  /** The hash of its files and shipped groups, by which records identify the policy. */
  public String sha256() {
    return sha256;
  }

  /** The shipped groups that its rules name, and the tools that those permit. */
  public SortedMap<String, List<String>> groups() {
    return groups;
  }

  public int ruleCount() {
    return rules.all().size();
  }

  public int auditAccessCount() {
    return accesses.size();
  }

  /** Which records the operator may read. */
  public AuditReach auditReach(Operator operator, Instant at) {
    return new AuditReach(
        operator, accesses.stream().filter(access -> access.isFor(operator, at)).toList());
  }

  /** Looks up the rules that may permit the request. */
  public PolicyQuery ask(Question question) {
    Collection<Rule> forTool = rules.of(question.operator(), question.tool());
    boolean isNobody = forTool.isEmpty() && !hasRuleFor(question.operator());
    return new PolicyQuery(question, forTool, isNobody);
  }

  /** The containers that the operator may see at that time. */
  public Visibility visibility(Operator operator, Instant at) {
    return new Visibility(rules.of(operator).stream().filter(rule -> rule.isInForce(at)).toList());
  }

  /** Whether there is a rule for the operator, in force or not. */
  public boolean hasRuleFor(Operator operator) {
    return !rules.of(operator).isEmpty();
  }

  /** Whether a rule, or an access to records, names the uid by its number. */
  public boolean namesNumber(Uid uid) {
    return operators().anyMatch(who -> who instanceof Principal.Uids uids && uids.has(uid));
  }

  /** Whom rules and accesses to records are for, as they name them. */
  public Stream<Principal> operators() {
    return Stream.concat(
            rules.all().stream().map(Rule::who), accesses.stream().map(AuditAccess::who))
        .flatMap(List::stream);
  }

  /** The places of rules for containers that reach none of these. */
  public Stream<String> placesReachingNone(List<Target> all) {
    return rules.all().stream()
        .filter(rule -> rule.isForContainers() && all.stream().noneMatch(rule::reaches))
        .map(Rule::place);
  }

  /** The places of rules whose end has passed. */
  public Stream<String> placesEnded(Instant at) {
    return rules.all().stream().filter(rule -> rule.hasEnded(at)).map(Rule::place);
  }

  /** Whether any rule permits the tool to anybody. */
  public boolean names(String tool) {
    return rules.all().stream().anyMatch(rule -> rule.tools().contains(tool));
  }

  /** Whether the operator may run a tool in some container. */
  public boolean permits(Operator operator, String tool, Instant at) {
    return rules.of(operator, tool).stream().anyMatch(rule -> rule.isInForce(at));
  }

  /**
   * The namespaces in which the operator may run a tool in some container; empty if there are none.
   */
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
