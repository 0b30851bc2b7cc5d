package dev.dbg.session;

import dev.dbg.policy.rule.Decision;
import java.time.Duration;
import java.util.Optional;

/**
 * How long a session may take: as long as is asked for, and no longer than its rule and dbgd give.
 *
 * @param asked with {@code --timeout}
 * @param most the shorter of what the rule and dbgd give
 * @param giver which of the two that is, for people
 */
public record TimeLimit(Optional<Duration> asked, Duration most, String giver) {
  public static TimeLimit of(
      Optional<Duration> asked, Decision.Permitted decision, Duration dbgds) {
    Optional<Duration> rule = decision.terms().timeout().filter(t -> t.compareTo(dbgds) < 0);
    return new TimeLimit(
        asked,
        rule.orElse(dbgds),
        rule.isPresent() ? "the rule at " + decision.rule() : "limits.timeout");
  }

  public Duration given() {
    return asked.filter(a -> a.compareTo(most) < 0).orElse(most);
  }

  /** Whether more is asked for than there is. */
  public boolean isCut() {
    return asked.filter(a -> a.compareTo(most) > 0).isPresent();
  }

  /** What the operator is told who asks for more. */
  public String cut() {
    return "--timeout: more than there is: %s gives %d s, and so has the tool"
        .formatted(giver, most.toSeconds());
  }

  /** What the operator is told whose tool was killed. */
  public String over() {
    return "timed out: the tool was killed after %d s: %s"
        .formatted(
            given().toSeconds(),
            given().compareTo(most) < 0
                ? "--timeout gives it up to %ds".formatted(most.toSeconds())
                : giver + " gives no more");
  }
}
