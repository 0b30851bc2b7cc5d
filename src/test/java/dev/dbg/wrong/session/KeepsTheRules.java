package dev.dbg.wrong.session;

/** Violates no rule: the control. */
public final class KeepsTheRules {
  int nothing;
}
