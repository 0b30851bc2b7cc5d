package dev.dbg.wrong.kernel;

/** Represents the access to native code. */
public final class Native {
  private Native() {}

  public static void call() {}
}
