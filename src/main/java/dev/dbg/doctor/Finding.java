package dev.dbg.doctor;

/**
 * The result of a check of one thing: {@code area} is the kind of thing in one word, as {@code
 * kernel} or {@code tool}; {@code audience} is who may see the finding.
 */
public record Finding(String area, String what, CheckStatus verdict, Audience audience) {
  /** The status of a thing. Things with the same message share a line that names them all. */
  public sealed interface CheckStatus {
    /** It works; {@code seen} is a detail to show, mostly empty. */
    record Works(String seen) implements CheckStatus {}

    /** It is not installed, and no session needs it; {@code remedy} is how to have it. */
    record NotInstalled(String remedy) implements CheckStatus {}

    /** It works worse than it could; sessions still work. */
    record Degraded(String message) implements CheckStatus {}

    /** Some sessions that the policy permits will fail because of it. */
    record Fails(String message) implements CheckStatus {}

    static CheckStatus works() {
      return new Works("");
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
