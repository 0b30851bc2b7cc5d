package dev.dbg.wrong.audit.read;

import dev.dbg.wrong.audit.write.IsRead;

/** Reads a room of its own floor within a room. */
public final class LooksBesideWithin {
  IsRead beside = new IsRead();
}
