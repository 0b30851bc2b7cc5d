package dev.dbg.doctor;

import java.util.Locale;

/**
 * The result of one check.
 *
 * @param area the kind of thing that was checked, in one word, such as {@code kernel}
 * @param audience the operators who may see the finding
 */
public record Finding(String area, String what, CheckStatus status, Audience audience) {
  /** The state of the checked thing, the worst first. */
  public enum Health {
    /** Some sessions that the policy permits will fail. */
    FAILS,
    /** Sessions work, but something is slower, less safe or less complete than it could be. */
    DEGRADED,
    WORKS,
    /** The tool or runtime is not installed. */
    ABSENT;

    CheckStatus with(String message) {
      return new CheckStatus(this, message);
    }

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What was found.
   *
   * @param message a detail, or "", if the thing works; its package if it is absent; otherwise the
   *     problem and what to do
   */
  public record CheckStatus(Health health, String message) {
    /** Returns true if nobody needs to act. */
    public boolean isGood() {
      return health == Health.WORKS || health == Health.ABSENT;
    }
  }

  /** The operators who may see a finding. Root sees all. */
  public sealed interface Audience {
    /** Everybody who may connect to dbgd: the features of the host are not secret. */
    record Everybody() implements Audience {}

    /** Only root: the finding shows other users' rules, or programs that the host runs. */
    record Root() implements Audience {}

    /** Operators to whom some rule permits this tool. */
    record WhoMayRun(String tool) implements Audience {}
  }

  static Finding forEverybody(String area, String what, CheckStatus status) {
    return new Finding(area, what, status, new Audience.Everybody());
  }

  static Finding forRoot(String area, String what, CheckStatus status) {
    return new Finding(area, what, status, new Audience.Root());
  }
}
