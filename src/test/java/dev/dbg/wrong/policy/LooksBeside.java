package dev.dbg.wrong.policy;

import dev.dbg.wrong.audit.LooksAbove;

/** Uses a room on its own floor. */
public final class LooksBeside {
  LooksAbove beside = new LooksAbove();
}
