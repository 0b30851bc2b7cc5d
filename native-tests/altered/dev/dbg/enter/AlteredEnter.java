package dev.dbg.enter;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.file.MountAttribute;
import dev.dbg.kernel.file.MountTree;
import dev.dbg.kernel.file.Mounts;
import dev.dbg.kernel.process.UserNamespace;
import dev.dbg.plan.Plan;
import dev.dbg.toolroot.ToolRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** What native tests put in places of {@code enter}. */
public interface AlteredEnter {

  /** Leaves dbg-enter writable. */
  final class WritableHelper {
    @InPlaceOf(value = MountTree.class, usedIn = Helper.class)
    static void restrict(MountTree clone, MountAttribute... attributes) throws KernelException {
      clone.restrict(MountAttribute.NO_SUID, MountAttribute.NO_DEVICES);
    }
  }

  /** Does not look again whose the mounts are that are joined. */
  final class Credulous {
    @InPlaceOf(value = UserNamespace.class, usedIn = InheritedFds.class)
    static boolean hasRootsMounts(Fd mounts) {
      return true;
    }
  }

  /** Repeats the words of a tool in the command line of dbg-enter, as a loader that is not used. */
  final class WordsForAll {
    @InPlaceOf(value = HelperArgs.class, usedIn = Entry.class)
    static HelperArgs running(HelperArgs args, Plan plan, ToolRoot.Launch launch) {
      Optional<String> words = Optional.of(String.join(" ", plan.argv()));
      return args.running(
          plan,
          new ToolRoot.Launch(
              launch.program(), words, launch.script(), launch.option(), launch.data()));
    }
  }

  /** Leaves a pipe, a process and a mount of each session. */
  final class Leaking {
    @InPlaceOf(value = HelperArgs.class, usedIn = Entry.class)
    static HelperArgs running(HelperArgs args, Plan plan, ToolRoot.Launch launch)
        throws KernelException {
      Pipe _ = Pipe.open();
      try {
        Process _ = new ProcessBuilder("sleep", "120").start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Mounts.tmpfs("/mnt", "4k");
      return args.running(plan, launch);
    }
  }
}
