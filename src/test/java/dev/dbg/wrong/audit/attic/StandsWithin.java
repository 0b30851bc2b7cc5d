package dev.dbg.wrong.audit.attic;

/** Is in a sub-package that has no floor. */
public final class StandsWithin {
  int nothing;
}
