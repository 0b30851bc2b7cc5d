package dev.dbg.wrong.policy;

import dev.dbg.wrong.audit.LooksAbove;

/** Reads a room of its own floor. */
public final class LooksBeside {
  LooksAbove beside = new LooksAbove();
}
