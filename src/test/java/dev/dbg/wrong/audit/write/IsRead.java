package dev.dbg.wrong.audit.write;

import dev.dbg.wrong.audit.read.LooksBesideWithin;

/** Reads back. */
public final class IsRead {
  Class<?> back() {
    return LooksBesideWithin.class;
  }
}
