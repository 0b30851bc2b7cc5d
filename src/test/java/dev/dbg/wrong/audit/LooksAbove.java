package dev.dbg.wrong.audit;

import dev.dbg.wrong.policy.LooksBeside;
import dev.dbg.wrong.session.KeepsTheRules;

/** Uses a room on a higher floor, and another room that uses this one. */
public final class LooksAbove {
  KeepsTheRules above = new KeepsTheRules();

  Class<?> back() {
    return LooksBeside.class;
  }
}
