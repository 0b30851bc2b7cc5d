package dev.dbg.wrong.audit.attic;

/** Is in a room that the plan of its room does not have. */
public final class StandsWithin {
  int nothing;
}
