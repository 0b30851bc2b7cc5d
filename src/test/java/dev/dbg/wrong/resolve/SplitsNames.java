package dev.dbg.wrong.resolve;

/** Takes a carriage return in a name for the end of a line. */
public final class SplitsNames {
  private SplitsNames() {}

  public static long lines(String text) {
    return text.lines().count();
  }
}
