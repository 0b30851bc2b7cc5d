package dev.dbg;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.process.ThisHost;

/** What native tests put in places of the start of the daemon. */
public interface AlteredDbgd {

  /** Leaves capabilities in effect in all threads. */
  final class Powerful {
    @InPlaceOf(value = Capabilities.class, usedIn = Dbgd.class)
    static void lower() {}
  }

  /** Calls the host what dbgd's own UTS namespace calls it. */
  final class OwnNamed {
    @InPlaceOf(value = ThisHost.class, usedIn = Dbgd.class)
    static String name() {
      return ThisHost.ownName();
    }
  }
}
