package dev.dbg.resolve.container;

import java.time.Duration;
import java.util.List;

/** Whether and how a runtime answers requests for its containers. */
public sealed interface RuntimeHealth {
  /** The scheme that selects it: {@code docker}. */
  String scheme();

  /** The path of its socket, or of the directory with its state. */
  String place();

  /** There is no such path: the runtime is not installed, or not started. */
  record Absent(String scheme, String place) implements RuntimeHealth {}

  /**
   * The runtime answers.
   *
   * @param version its own version: {@code 26.1.5}
   * @param took the time that it took to list its containers
   */
  record Answers(String scheme, String place, String version, Duration took)
      implements RuntimeHealth {}

  /**
   * It exists, but does not answer.
   *
   * @param why which runtime, why, and what to do
   */
  record Silent(String scheme, String place, String why) implements RuntimeHealth {}

  /** The health of a runtime; {@code isThere} says whether the place exists. */
  static RuntimeHealth of(
      String scheme,
      String place,
      boolean isThere,
      RuntimeQuestion<String> version,
      RuntimeQuestion<List<FoundContainer>> list) {
    if (!isThere) {
      return new Absent(scheme, place);
    }
    try {
      String answer = version.ask();
      long started = System.nanoTime();
      List<FoundContainer> _ = list.ask();
      return new Answers(scheme, place, answer, Duration.ofNanos(System.nanoTime() - started));
    } catch (RuntimeUnavailable e) {
      return new Silent(scheme, place, e.message());
    }
  }
}
