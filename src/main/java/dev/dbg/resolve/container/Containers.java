package dev.dbg.resolve.container;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Finds containers by their names. For any thread. */
public interface Containers<C extends Candidate> {
  enum Need {
    /** Its process, which is held; it must run. */
    PROCESS,
    /** The same, or if it does not run the files that are kept of it. */
    FILES,
    /** That there is one: nothing of it is entered. */
    NAME
  }

  /**
   * Pins the container of that name; the caller closes it. All runtimes are searched, so this is
   * only for an operator who may know about every container to which the name may refer.
   *
   * @param admitted the containers that the operator may see; users' Podmans are asked about no
   *     others
   */
  C hold(TargetName name, Predicate<Target> admitted, Need need)
      throws TargetNotFound, RuntimeUnavailable, KernelException;

  /**
   * The same for an operator who may not know about every container to which the name may refer.
   * Only the containers that the operator may see are searched. The requests to the runtimes, and
   * their order, do not depend on which container the name refers to: a container that the operator
   * may not see is treated exactly like a missing one.
   */
  C holdSeen(TargetName name, Predicate<Target> admitted, Need need)
      throws TargetNotFound, RuntimeUnavailable, KernelException;

  /**
   * Hands over the running containers, whoever may see them.
   *
   * @param use is to keep nothing of them, because users choose how large they are
   */
  <T> T running(Function<List<Target>, T> use);
}
