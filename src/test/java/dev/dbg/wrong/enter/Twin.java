package dev.dbg.wrong.enter;

/** Has the same simple name as another class. */
public final class Twin {
  int nothing;
}
