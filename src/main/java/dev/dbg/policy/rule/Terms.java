package dev.dbg.policy.rule;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;

/**
 * What a rule ties its permission to.
 *
 * @param timeout how long a session may take at most; empty for as long as dbgd lets it
 * @param sessions how many an operator may have at once by this rule; empty for as many as dbgd
 *     lets them
 * @param record whether what the tool writes is recorded, or may be
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
   * The terms that let an operator do more come first: of several rules that permit, the best one
   * counts, whatever their order. Time comes first, so that no further rule takes any away.
   */
  public static final Comparator<Terms> BEST_FIRST =
      Comparator.<Terms, Duration>comparing(terms -> terms.timeout().orElse(FOR_EVER))
          .thenComparing(terms -> terms.sessions().orElse(Integer.MAX_VALUE))
          .thenComparing(Terms::userSwitch)
          .reversed()
          .thenComparing(terms -> terms.record().isRequired())
          .thenComparing(Terms::reason);
}
