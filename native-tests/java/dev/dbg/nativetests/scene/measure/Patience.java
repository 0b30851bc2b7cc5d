package dev.dbg.nativetests.scene.measure;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Waiting for something that must happen. How soon is no test's matter: the limit is for what never
 * happens, and far beyond what a machine needs that does much else.
 */
public final class Patience {
  /** For whoever waits for something that must happen. */
  public static final Duration WITHIN = Duration.ofMinutes(2);

  private static final long STEP_MILLIS = 10;

  private Patience() {}

  /** Waits until {@code condition} holds; fails with {@code what} if it never does. */
  public static void until(String what, BooleanSupplier condition) {
    until(what, condition, "");
  }

  public static void until(String what, BooleanSupplier condition, Object about) {
    long end = System.nanoTime() + WITHIN.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("never: " + what + ": " + about);
      }
      sleep();
    }
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
