package dev.dbg.wrong.session;

/** Declares a class with the simple name of another one. */
public final class HasTwin {
  /** The same name as dev.dbg.wrong.enter.Twin. */
  public static final class Twin {
    int nothing;
  }
}
