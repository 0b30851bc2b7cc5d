package dev.dbg.plan;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.model.NamespaceKind;
import dev.dbg.tools.Capability;
import dev.dbg.tools.Tool;
import java.util.EnumSet;
import java.util.List;
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

  /** Has the messages and dates of the locale too by which it knows UTF-8. */
  final class Translated {
    @InPlaceOf(value = Plan.class, name = "ENVIRONMENT", usedBy = "of")
    static List<String> translated() {
      return List.of("PATH=/usr/bin", "LANG=C.UTF-8");
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
