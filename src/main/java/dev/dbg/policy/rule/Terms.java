package dev.dbg.policy.rule;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;

/**
 * The conditions and limits of a rule.
 *
 * @param timeout the longest time of a session; empty for dbgd's limit
 * @param sessions how many sessions an operator may have at once by this rule; empty for dbgd's
 *     limit
 * @param record whether the tool's output is recorded
 * @param reason whether a reason is required
 * @param userSwitch whether the tool may run as another user
 */
public record Terms(
    Optional<Duration> timeout,
    Optional<Integer> sessions,
    RecordingMode record,
    boolean reason,
    boolean userSwitch) {
  /** No condition and no limit. */
  public static final Terms NONE =
      new Terms(Optional.empty(), Optional.empty(), RecordingMode.NEVER, false, false);

  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

  /**
   * More permissive terms first: of several permitting rules the best one is used, whatever their
   * order. Time limits are compared first, so that an additional rule never shortens the time.
   */
  public static final Comparator<Terms> BEST_FIRST =
      Comparator.<Terms, Duration>comparing(terms -> terms.timeout().orElse(FOR_EVER))
          .thenComparing(terms -> terms.sessions().orElse(Integer.MAX_VALUE))
          .thenComparing(Terms::userSwitch)
          .reversed()
          .thenComparing(Terms::record)
          .thenComparing(Terms::reason);
}
