package dev.dbg.kernel.process;

import dev.dbg.altered.InPlaceOf;

/** What native tests put in places of {@code kernel.process}. */
public interface AlteredProcesses {

  /** As with a C library before glibc 2.39. */
  final class Moving {
    @InPlaceOf(Child.class)
    static boolean hasSetCgroup() {
      return false;
    }
  }

  /** Spares the process group of a tool that has ended. */
  final class SparingGroup {
    @InPlaceOf(value = Child.class, usedBy = "await")
    static void signal(Child child, int signal) {}
  }
}
