package dev.dbg.resolve;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.Containers;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.TargetNotFound;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Asks root's runtimes what a session would ask, before there is one. One container of each is
 * found by name twice. Its process is held, and nothing is done to it.
 *
 * @param fresh asks no user's engine, and has not looked for any name
 * @param clock like {@link System#nanoTime}
 */
record Rehearsal(List<ContainerRuntime> runtimes, Resolver fresh, LongSupplier clock) {
  /** A runtime that takes this many nanoseconds is not asked again for a rehearsal. */
  private static final long SLOW = 1_000_000_000;

  /** Returns whether all of them answered, and soon. */
  boolean run() {
    long start = clock.getAsLong();
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
    return all && clock.getAsLong() - start < SLOW;
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
