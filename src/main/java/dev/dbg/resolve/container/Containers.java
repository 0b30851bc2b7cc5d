package dev.dbg.resolve.container;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import java.util.function.Predicate;

/** Containers by their names. Any thread may ask. */
public interface Containers<C extends Candidate> {
  /**
   * Pins the container of that name; the caller closes it. All runtimes are searched: for an
   * operator who may know about every container that the name may mean.
   *
   * @param admitted what the operator may see: users' Podmans are asked about no other container
   */
  C hold(TargetName name, Predicate<Target> admitted)
      throws TargetNotFound, RuntimeUnavailable, KernelException;

  /**
   * The same for an operator who may not know about every container that the name may mean. Only
   * the containers that the operator may see are searched. Which questions are asked, of whom and
   * in which order, does not depend on what the name means: a container that the operator may not
   * see is treated exactly like a missing one.
   */
  C holdSeen(TargetName name, Predicate<Target> admitted)
      throws TargetNotFound, RuntimeUnavailable, KernelException;
}
