package dev.dbg.session;

import dev.dbg.policy.rule.Decision;
import java.time.Duration;
import java.util.Optional;

/**
 * The time limit of a session: the time from {@code --timeout}, but at most what its rule and dbgd
 * allow.
 *
 * @param most the shorter of the rule's and dbgd's limits
 * @param source the origin of that limit, for messages
 */
public record TimeLimit(Optional<Duration> asked, Duration most, String source) {
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

  /** Whether {@code --timeout} exceeds the limit. */
  public boolean isCut() {
    return asked.filter(a -> a.compareTo(most) > 0).isPresent();
  }

  /** The message for an operator whose {@code --timeout} exceeds the limit. */
  public String cut() {
    return "--timeout reduced to %d s, the limit of %s".formatted(most.toSeconds(), source);
  }

  /** The message for an operator whose tool was ended at the time limit. */
  public String over() {
    return "timed out: the tool was ended after %d s, %s"
        .formatted(
            given().toSeconds(),
            given().compareTo(most) < 0
                ? "--timeout may be up to %d s".formatted(most.toSeconds())
                : "the limit of " + source);
  }
}
