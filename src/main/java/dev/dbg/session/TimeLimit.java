package dev.dbg.session;

import dev.dbg.policy.Verdict;
import java.time.Duration;
import java.util.Optional;

/**
 * How long a session may take: as long as is asked for, and no longer than its rule and dbgd give.
 *
 * @param asked with {@code --timeout}
 * @param most the shorter of what the rule and dbgd give
 * @param giver which of the two that is, for people
 */
record TimeLimit(Optional<Duration> asked, Duration most, String giver) {
  static TimeLimit of(Optional<Duration> asked, Verdict.Permitted verdict, Duration house) {
    Optional<Duration> rule = verdict.terms().timeout().filter(t -> t.compareTo(house) < 0);
    return new TimeLimit(
        asked,
        rule.orElse(house),
        rule.isPresent() ? "the rule at " + verdict.rule() : "limits.timeout");
  }

  Duration given() {
    return asked.filter(a -> a.compareTo(most) < 0).orElse(most);
  }

  /** Whether more is asked for than there is. */
  boolean isCut() {
    return asked.filter(a -> a.compareTo(most) > 0).isPresent();
  }

  /** What the operator is told who asks for more. */
  String cut() {
    return "--timeout: more than there is: %s gives %d s, and so has the tool"
        .formatted(giver, most.toSeconds());
  }

  /** What the operator is told whose tool was killed. */
  String over() {
    return "timed out: the tool was killed after %d s: %s"
        .formatted(
            given().toSeconds(),
            given().compareTo(most) < 0
                ? "--timeout gives it up to %ds".formatted(most.toSeconds())
                : giver + " gives no more");
  }
}
