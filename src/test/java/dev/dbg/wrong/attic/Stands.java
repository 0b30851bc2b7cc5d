package dev.dbg.wrong.attic;

/** Is in a room that the plan does not have. */
public final class Stands {
  int nothing;
}
