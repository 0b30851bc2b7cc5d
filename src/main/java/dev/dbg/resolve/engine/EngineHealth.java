package dev.dbg.resolve.engine;

import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.RuntimeUnavailable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Whether and how an engine answers requests for its version and its containers. */
public sealed interface EngineHealth {
  /** The scheme that selects it: {@code docker}. */
  String scheme();

  Path socket();

  /** There is no socket: the engine is not installed, or not started. */
  record Absent(String scheme, Path socket) implements EngineHealth {}

  /**
   * The engine answers.
   *
   * @param took the time that it took to list its containers
   */
  record Answers(String scheme, Path socket, String version, Duration took)
      implements EngineHealth {}

  /**
   * The socket exists, but the engine does not answer.
   *
   * @param why which engine, why, and what to do
   */
  record Silent(String scheme, Path socket, String why) implements EngineHealth {}

  static EngineHealth of(EngineRuntime engine) {
    if (!engine.isThere()) {
      return new Absent(engine.scheme(), engine.socket());
    }
    try {
      String version = engine.version();
      long started = System.nanoTime();
      List<FoundContainer> _ = engine.running();
      Duration took = Duration.ofNanos(System.nanoTime() - started);
      return new Answers(engine.scheme(), engine.socket(), version, took);
    } catch (RuntimeUnavailable e) {
      return new Silent(engine.scheme(), engine.socket(), e.message());
    }
  }
}
