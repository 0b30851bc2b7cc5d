package dev.dbg.wrong.audit.write;

import dev.dbg.wrong.audit.read.LooksBesideWithin;

/** Uses the sub-package that uses this one. */
public final class IsRead {
  Class<?> back() {
    return LooksBesideWithin.class;
  }
}
