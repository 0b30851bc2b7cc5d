package dev.dbg.wrong.attic;

/** Is in a room that has no floor. */
public final class Stands {
  int nothing;
}
