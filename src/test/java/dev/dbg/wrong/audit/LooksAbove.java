package dev.dbg.wrong.audit;

import dev.dbg.wrong.policy.LooksBeside;
import dev.dbg.wrong.session.KeepsTheRules;

/** Reads a room above its own, and one that reads it. */
public final class LooksAbove {
  KeepsTheRules above = new KeepsTheRules();

  Class<?> back() {
    return LooksBeside.class;
  }
}
