package dev.dbg.wrong.audit.read;

import dev.dbg.wrong.audit.write.IsRead;

/** Uses a sub-package on its own floor. */
public final class LooksBesideWithin {
  IsRead beside = new IsRead();
}
