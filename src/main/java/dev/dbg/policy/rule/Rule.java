package dev.dbg.policy.rule;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One permission, dbg-policy(5).
 *
 * @param place the file and line, for the record and for explain
 * @param except containers that the rule does not reach although {@code containers} matches
 * @param narrowed constraints on the arguments of some of the tools
 * @param hostNamespaces whether it also reaches a namespace that the container shares with the host
 * @param stopped whether it also reaches the files of a container that does not run
 * @param until when it ends; empty if it does not
 * @param hours when it is in force; empty for always
 */
public record Rule(
    String place,
    List<Principal> who,
    List<ContainerPattern> containers,
    List<ContainerPattern> except,
    Set<NamespaceKind> namespaces,
    Set<String> tools,
    Map<String, ArgumentConstraint> narrowed,
    boolean hostNamespaces,
    boolean stopped,
    Optional<Instant> until,
    List<Hours> hours,
    Terms terms) {
  public Rule {
    who = List.copyOf(who);
    containers = List.copyOf(containers);
    except = List.copyOf(except);
    namespaces = Set.copyOf(namespaces);
    tools = Set.copyOf(tools);
    narrowed = Map.copyOf(narrowed);
    hours = List.copyOf(hours);
  }

  public Decision.Permitted permitting(String tool) {
    return new Decision.Permitted(place, terms, bounds(tool));
  }

  public Grant grant(String tool) {
    return new Grant(tool, namespaces, hostNamespaces, stopped, place, terms, bounds(tool));
  }

  private Bounds bounds(String tool) {
    return new Bounds(until, hours, Optional.ofNullable(narrowed.get(tool)));
  }

  boolean isFor(Operator operator) {
    return who.stream().anyMatch(w -> w.includes(operator));
  }

  /** Whether it permits this in some container. The rule must be one for the operator. */
  public boolean permits(Question question) {
    return tools.contains(question.tool())
        && namespaces.containsAll(question.namespaces())
        && isInForce(question.at())
        && (question.hasReason() || !terms.reason())
        && (!question.asUser() || terms.userSwitch())
        && (!question.stopped() || stopped)
        && (!question.recorded() || terms.record().permits())
        && objection(question).isEmpty();
  }

  /** Whether it is in force at that time. */
  public boolean isInForce(Instant at) {
    return !hasEnded(at) && (hours.isEmpty() || hours.stream().anyMatch(h -> h.include(at)));
  }

  /** Whether its end has passed. */
  public boolean hasEnded(Instant at) {
    return until.isPresent() && !at.isBefore(until.get());
  }

  private Optional<String> objection(Question question) {
    ArgumentConstraint narrowing = narrowed.getOrDefault(question.tool(), ArgumentConstraint.NONE);
    return question.arguments().flatMap(narrowing::objection);
  }

  /**
   * Why it does not permit this, for people. The rule must be one for the operator and the tool.
   */
  public List<String> shortfalls(Question question) {
    List<String> missing = new ArrayList<>();
    if (!namespaces.containsAll(question.namespaces())) {
      missing.add(
          namespaces.isEmpty()
              ? "permits no namespace"
              : "permits " + NamespaceKind.words(namespaces) + " only");
    }
    if (hasEnded(question.at())) {
      missing.add("ended at " + until.orElseThrow());
    } else if (!isInForce(question.at())) {
      missing.add("permits it " + Hours.words(hours) + " only");
    }
    objection(question).ifPresent(missing::add);
    if (terms.reason() && !question.hasReason()) {
      missing.add("requires a reason: add --reason TEXT");
    }
    if (question.asUser() && !terms.userSwitch()) {
      missing.add("does not permit -u");
    }
    if (question.stopped() && !stopped) {
      missing.add("lacks stopped = true, without which it reaches only containers that run");
    }
    if (question.recorded() && !terms.record().permits()) {
      missing.add(
          "does not permit --record: leave it out, or ask for record = \"allowed\" in the rule");
    }
    return missing;
  }

  /** Whether it reaches nothing that {@code dbg ps} does not list: processes and services. */
  public boolean isForContainers() {
    return containers.stream().allMatch(ContainerPattern::isForContainers);
  }

  public boolean reaches(Target target) {
    return containers.stream().anyMatch(c -> c.matches(target))
        && except.stream().noneMatch(c -> c.spares(target));
  }

  /** Whether it might reach a container to which the name may refer. */
  public boolean mightReach(TargetName name) {
    return containers.stream().anyMatch(c -> c.mightFind(name));
  }

  /** Whether it reaches every container to which the name may refer. */
  public boolean reachesAll(TargetName name) {
    return containers.stream().anyMatch(c -> c.coversAll(name))
        && except.stream().noneMatch(c -> c.mightCover(name));
  }
}
