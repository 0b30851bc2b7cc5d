package dev.dbg.wrong.session;

/** Breaks no rule: the control. */
public final class KeepsTheRules {
  int nothing;
}
