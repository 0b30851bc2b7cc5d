package dev.dbg.wrong.enter;

/** Has the simple name of another class. */
public final class Twin {
  int nothing;
}
