package dev.dbg.resolve;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.Containers;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.TargetNotFound;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a session would ask root's runtimes, before there is one: each is asked, and one of its
 * containers found by name, as if it had not been found before, and again. Its process is held, and
 * nothing is done to it.
 *
 * @param fresh asks no user's engine, and has not looked for any name
 */
record Rehearsal(List<ContainerRuntime> runtimes, Resolver fresh) {
  /** Whoever takes longer than this altogether is not asked again for a rehearsal. */
  private static final long SLOW = Duration.ofSeconds(1).toNanos();

  /** Returns whether all of them answered, and soon. */
  boolean run() {
    long start = System.nanoTime();
    boolean all = true;
    for (ContainerRuntime runtime : runtimes) {
      try {
        runtime.warmUp();
        if (runtime.hasBareNames()) {
          findOneOf(runtime.running());
        }
      } catch (RuntimeUnavailable e) {
        // Sessions that need this runtime report the error.
        all = false;
      }
    }
    return all && System.nanoTime() - start < SLOW;
  }

  private void findOneOf(List<FoundContainer> running) throws RuntimeUnavailable {
    if (running.isEmpty()) {
      return;
    }
    try {
      TargetName name = new TargetName(Optional.empty(), running.getFirst().target().name());
      fresh.hold(name, _ -> true, Containers.Need.PROCESS).close();
      fresh.hold(name, _ -> true, Containers.Need.PROCESS).close();
    } catch (TargetNotFound | KernelException | IllegalArgumentException e) {
      // It has ended, or another one has this name too, or nobody can type it.
    }
  }
}
