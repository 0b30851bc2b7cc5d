package dev.dbg.wrong.session;

/** Declares a class with the same simple name as another one. */
public final class HasTwin {
  /** Has the same name as dev.dbg.wrong.enter.Twin. */
  public static final class Twin {
    int nothing;
  }
}
