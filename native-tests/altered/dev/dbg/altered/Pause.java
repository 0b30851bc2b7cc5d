package dev.dbg.altered;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** For classes in an altered dbgd that wait. */
public final class Pause {
  private static final long STEP = 10_000_000;

  private Pause() {}

  public static void millis(long time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Makes the directory {@code reached}, again if it was removed, until there is {@code goesOn}.
   */
  public static void until(String reached, String goesOn) {
    while (!Files.exists(Path.of(goesOn))) {
      boolean _ = Path.of(reached).toFile().mkdir();
      LockSupport.parkNanos(STEP);
    }
  }
}
