package dev.dbg.wrong.kernel;

/** Stands for the door to native code. */
public final class Native {
  private Native() {}

  public static void call() {}
}
