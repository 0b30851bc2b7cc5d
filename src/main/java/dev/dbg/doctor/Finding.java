package dev.dbg.doctor;

import java.util.Locale;

/**
 * The result of a check of one thing: {@code area} is the kind of thing in one word, as {@code
 * kernel} or {@code tool}; {@code audience} is who may see the finding.
 */
public record Finding(String area, String what, CheckStatus verdict, Audience audience) {
  /** How a thing is, the worst first. */
  public enum Health {
    /** Some sessions that the policy permits will fail because of it. */
    FAILS,
    /** It works worse than it could; sessions still work. */
    DEGRADED,
    WORKS,
    /** It is not installed. */
    ABSENT;

    CheckStatus with(String message) {
      return new CheckStatus(this, message);
    }

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The status of a thing. Things with the same message share a line that names them all.
   *
   * @param message the detail if it works, mostly empty; how to have it if it is absent; else the
   *     reason why it does not work
   */
  public record CheckStatus(Health health, String message) {
    /** Nothing is amiss: findings that share a line need no message. */
    public boolean isWell() {
      return health == Health.WORKS || health == Health.ABSENT;
    }
  }

  /** Who may see a finding, besides root. */
  public sealed interface Audience {
    /** Everybody who may connect to dbgd: what the host can do is not secret. */
    record Everybody() implements Audience {}

    /** Only root: the finding shows other users' rules, or what the host runs. */
    record Root() implements Audience {}

    /** Operators to whom some rule permits this tool. */
    record WhoMayRun(String tool) implements Audience {}
  }

  static Finding forEverybody(String area, String what, CheckStatus verdict) {
    return new Finding(area, what, verdict, new Audience.Everybody());
  }

  static Finding forRoot(String area, String what, CheckStatus verdict) {
    return new Finding(area, what, verdict, new Audience.Root());
  }
}
