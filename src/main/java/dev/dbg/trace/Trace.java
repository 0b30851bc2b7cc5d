package dev.dbg.trace;

import org.jspecify.annotations.Nullable;

/**
 * The trace of this process, {@code dbgd serve --trace FILE}. There is one, as there is one log of
 * messages, so that each stage can say when it began and ended without being handed anything. While
 * it is off, a stage costs the reading of one field.
 *
 * <p>For any thread.
 */
public final class Trace {
  private static volatile @Nullable TraceFile file;

  private Trace() {}

  /** From now on, stages are written to this file. */
  public static void to(TraceFile begun) {
    file = begun;
  }

  public static boolean isOn() {
    return file != null;
  }

  /** Begins a stage of the current thread; closing it ends it. */
  public static Stage stage(String name) {
    TraceFile to = file;
    return to == null ? Stage.UNTRACED : new Stage(to, name, System.nanoTime());
  }

  /**
   * A stage of something that is no thread of this process.
   *
   * @param row its name; stages in a row do not overlap
   * @param began in nanoseconds, as {@link System#nanoTime}, which is CLOCK_MONOTONIC
   */
  public static void add(String row, String name, long began, long ended) {
    TraceFile to = file;
    if (to != null) {
      to.add(row, name, began, ended);
    }
  }
}
