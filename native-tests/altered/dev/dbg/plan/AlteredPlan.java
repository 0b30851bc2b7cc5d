package dev.dbg.plan;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.model.NamespaceKind;
import dev.dbg.tools.Capability;
import dev.dbg.tools.Tool;
import java.util.EnumSet;
import java.util.Set;

/** What native tests put in places of {@code plan}. */
public interface AlteredPlan {

  /** Gives tools the container's files and CAP_SYS_PTRACE. */
  final class SeeingBoth {
    @InPlaceOf(View.class)
    static View of(Tool tool, Set<NamespaceKind> selected) {
      return selected.contains(NamespaceKind.MNT) ? View.CONTAINER : View.OWN;
    }

    @InPlaceOf(Plan.class)
    static Set<Capability> capabilities(Tool tool, View view) {
      return tool.capabilities();
    }

    @InPlaceOf(value = Plan.class, name = "SEES_PROCESSES", usedBy = "<init>")
    static long nothing() {
      return 0;
    }
  }

  /** Joins the empty pid namespace alone: dbg-enter relies on it. */
  final class AmongHosts {
    @InPlaceOf(value = EnumSet.class, usedIn = Plan.class, usedBy = "emptied")
    static EnumSet<NamespaceKind> complementOf(EnumSet<NamespaceKind> others) {
      return EnumSet.of(NamespaceKind.PID);
    }
  }
}
