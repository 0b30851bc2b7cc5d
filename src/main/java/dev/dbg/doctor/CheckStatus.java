package dev.dbg.doctor;

/**
 * How something is. A message goes on where the thing's name ends, with why and what to do: equal
 * ones of several things are said once.
 */
public sealed interface CheckStatus {
  /**
   * It works.
   *
   * @param seen what there is to say about it; mostly nothing
   */
  record Works(String seen) implements CheckStatus {}

  /** Something is worse than it could be, and sessions go on. */
  record Degraded(String message) implements CheckStatus {}

  /** Some session that the policy permits will fail of it. */
  record Fails(String message) implements CheckStatus {}

  static CheckStatus works() {
    return new Works("");
  }
}
