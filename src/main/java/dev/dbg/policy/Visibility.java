package dev.dbg.policy;

import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.policy.rule.Rule;
import java.util.List;

/** The containers that an operator may see at one moment. Immutable, a pure function. */
public final class Visibility {
  private final List<Rule> rules;

  /** {@code rules} are those that are for the operator and in force. */
  Visibility(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** Whether the operator may see no container at all. */
  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /** Whether the operator may see the container in a list. */
  public boolean maySee(Target target) {
    return rules.stream().anyMatch(rule -> rule.reaches(target));
  }

  /**
   * Whether the name might refer to a container that the operator may see. A name without a scheme
   * might, whatever the rules' patterns for names: it may be a service's.
   */
  public boolean mightSee(TargetName name) {
    return name.scheme().isEmpty()
        ? !isEmpty()
        : rules.stream().anyMatch(rule -> rule.mightReach(name));
  }

  /** Whether the operator may learn that no such container exists, or its state. */
  public boolean mayKnowAbout(TargetName name) {
    return rules.stream().anyMatch(rule -> rule.reachesAll(name));
  }
}
