package dev.dbg.resolve.container;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import java.util.function.Predicate;

/** Containers by their names. Any thread may ask. */
public interface Containers<C extends Candidate> {
  /**
   * The one that is meant; the caller closes it. Looked for everywhere: for an operator who may
   * know about every container that the name may mean.
   *
   * @param admitted what the operator may see: of a user's containers no other is asked about
   */
  C hold(TargetName name, Predicate<Target> admitted)
      throws TargetNotFound, RuntimeUnavailable, KernelException;

  /**
   * The same for an operator who may see some of what the name may mean and not know of the rest.
   * It is looked for among what they may see and nowhere else: which questions are asked, of whom
   * and in which order, does not depend on what the name means, and a container that they may not
   * see is none, in every respect and at every moment.
   */
  C holdSeen(TargetName name, Predicate<Target> admitted)
      throws TargetNotFound, RuntimeUnavailable, KernelException;
}
