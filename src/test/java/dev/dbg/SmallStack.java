package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;

/** A thread with as much stack as dbgd's have, half a megabyte. */
public final class SmallStack {
  private static final long BYTES = 1 << 19;

  private SmallStack() {}

  /** Runs it there, and fails if it throws anything, as a recursion that is too deep does. */
  public static void runs(Runnable what) throws InterruptedException {
    List<Throwable> thrown = new ArrayList<>();
    Thread small = new Thread(null, what, "small", BYTES);
    small.setUncaughtExceptionHandler((_, e) -> thrown.add(e));
    small.start();
    small.join();
    assertEquals(List.of(), thrown);
  }
}
