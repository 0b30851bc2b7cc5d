package dev.dbg.cgroup;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.altered.Pause;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.cgroup.ControlGroup;
import dev.dbg.kernel.cgroup.ControlGroupFile;
import java.nio.file.Path;

/** What native tests put in places of {@code cgroup}. */
public interface AlteredCgroup {

  /** Moves a child into its group late, as on a busy machine. */
  final class Late {
    @InPlaceOf(
        value = ControlGroupFile.class,
        usedIn = SessionGroup.class,
        usedBy = "spawnThenMove")
    static void write(ControlGroupFile members, String pid) throws KernelException {
      Pause.millis(300);
      members.write(pid);
    }
  }

  /** Never lets a child go on that it has moved. */
  final class NeverOpening {
    @InPlaceOf(value = Pipe.class, usedIn = SessionGroup.class, usedBy = "spawnThenMove")
    static void put(Pipe sync) {
      sync.close();
    }
  }

  /** As with version 2 before Linux 6.12: the file can be opened, but not written. */
  final class WithoutPeak {
    @InPlaceOf(value = ControlGroup.class, usedIn = ResourceCounters.class)
    static ControlGroupFile readingAndWriting(ControlGroup group, String name)
        throws KernelException {
      return group.readingAndWriting(
          name.equals("memory.peak") ? "memory.current" : "memory.usage_in_bytes");
    }
  }

  /** Spares what is left in a session's control groups. */
  final class Sparing {
    @InPlaceOf(value = SessionGroup.class, usedBy = "end")
    static boolean isEmpty(SessionGroup group) {
      return true;
    }
  }

  /** Believes a lock on the group of a dbgd that is no more. */
  final class Believing {
    @InPlaceOf(DaemonGroup.class)
    static boolean isProcess(Path group) {
      return true;
    }
  }
}
