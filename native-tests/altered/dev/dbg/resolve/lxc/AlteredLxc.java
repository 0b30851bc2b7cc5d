package dev.dbg.resolve.lxc;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.kernel.process.HostProcess;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Uid;
import java.util.Set;
import java.util.function.Supplier;

/** What native tests put in places of {@code resolve.lxc}. */
public interface AlteredLxc {

  /** Believes whoever listens. */
  final class Trusting {
    @InPlaceOf(value = Uid.class, usedIn = CommandSocket.class)
    static boolean equals(Uid uid, Object root) {
      return true;
    }
  }

  /** Believes whoever listens as root, also in a container. */
  final class TrustingRoot {
    @InPlaceOf(value = HostProcess.class, usedIn = CommandSocket.class)
    static boolean shares(ProcDir process, Set<NamespaceKind> kinds) {
      return true;
    }
  }

  /** Asks monitors in the network in which dbgd is. */
  final class InItsNetwork {
    @InPlaceOf(value = HostProcess.class, usedIn = MonitoredRuntime.class)
    static <T> T within(NamespaceKind kind, String name, Supplier<T> work) {
      return work.get();
    }
  }

  /** Takes the child of a silent monitor as it is. */
  final class Hasty {
    @InPlaceOf(value = String.class, usedIn = SilentMonitor.class, usedBy = "child")
    static boolean equals(String program, Object monitors) {
      return false;
    }
  }
}
