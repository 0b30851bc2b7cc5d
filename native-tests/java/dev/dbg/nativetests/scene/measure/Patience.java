package dev.dbg.nativetests.scene.measure;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * Waiting for something that must happen. How soon is no test's matter: the limit is for what never
 * happens, and far beyond what a machine needs that does much else.
 */
public final class Patience {
  /** For whoever waits for something that must happen. */
  public static final Duration WITHIN = Duration.ofMinutes(2);

  private static final long STEP_MILLIS = 10;
  private static final long LONGEST_STEP_MILLIS = 200;

  /** Who looks takes at most such a part of a processor: some conditions look at all processes. */
  private static final long PART = 5;

  private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();

  private Patience() {}

  /** Waits until {@code condition} holds; fails with {@code what} if it never does. */
  public static void until(String what, BooleanSupplier condition) {
    until(what, condition, "");
  }

  public static void until(String what, BooleanSupplier condition, Object about) {
    long end = System.nanoTime() + WITHIN.toNanos();
    for (long began = THREAD.getCurrentThreadCpuTime(); !condition.getAsBoolean(); ) {
      if (System.nanoTime() > end) {
        throw new AssertionError("never: " + what + ": " + about);
      }
      long took = (THREAD.getCurrentThreadCpuTime() - began) / 1_000_000;
      sleeps(Duration.ofMillis(Math.clamp(PART * took, STEP_MILLIS, LONGEST_STEP_MILLIS)));
      began = THREAD.getCurrentThreadCpuTime();
    }
  }

  /**
   * What comes of a time limit that is long enough for what shall happen within it: a busy machine
   * may need more than a second.
   *
   * @param work is given the limit, in seconds
   * @param happened whether what comes of it shows that it was long enough
   */
  public static <T> T withEnough(IntFunction<T> work, Predicate<T> happened) {
    T came = work.apply(1);
    for (int seconds = 4; seconds <= 64 && !happened.test(came); seconds *= 4) {
      came = work.apply(seconds);
    }
    return came;
  }

  /** Waits for ten milliseconds. */
  public static void sleep() {
    sleeps(Duration.ofMillis(STEP_MILLIS));
  }

  /** Waits for a fixed time, where no event tells the end. */
  public static void sleeps(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
