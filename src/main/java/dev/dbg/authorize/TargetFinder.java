package dev.dbg.authorize;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Refusal;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.policy.Visibility;
import dev.dbg.resolve.container.Candidate;
import dev.dbg.resolve.container.Containers;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.TargetNotFound;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds the container that an operator named, and holds its process. Only an operator who could
 * enter it learns that it is missing, stopped or ambiguous. Others get the same message, after the
 * same work, whether it exists or not.
 *
 * <p>If the operator could not enter every container that the name may mean, the engines are not
 * asked for the name. It is compared with the patterns of the operator's rules, and then with the
 * list of {@code dbg ps}. So nothing that the operator can observe, timing included, depends on a
 * container that they may not see.
 *
 * @param toldAll whether a refusal's detail is for root, and may reveal what exists
 * @param asksBack {@link Authorizer#asksBack}
 */
record TargetFinder<C extends Candidate>(
    Containers<C> containers,
    Visibility visible,
    Operator operator,
    TargetName name,
    Purpose purpose,
    boolean toldAll,
    boolean asksBack) {
  /**
   * What an operator wants to do in a container.
   *
   * @param allowed the containers in which the operator may do it
   * @param unreachable the refusal for a container that does not exist, and for one in which the
   *     operator may not do it
   * @param need what is needed of the container
   * @param whileDown what to do if it does not run
   */
  record Purpose(
      Predicate<Target> allowed,
      Unreachable unreachable,
      Containers.Need need,
      StoppedAdvice whileDown) {}

  /**
   * Makes a refusal; {@code detail} is for the record, {@code nearest} a question about nearly the
   * same name.
   */
  interface Unreachable {
    Refusal refusal(String detail, String nearest);
  }

  /** Finds the container; the caller closes it. */
  C hold() throws Refusal {
    try {
      if (mayKnow()) {
        return containers.hold(name, visible::maySee, purpose.need);
      }
      if (visible.mightSee(name)) {
        return containers.holdSeen(name, visible::maySee, purpose.need);
      }
      throw TargetNotFound.unknown(name);
    } catch (TargetNotFound absence) {
      throw absent(absence);
    } catch (RuntimeUnavailable e) {
      // What is told of a container needs its runtime, and a cluster's users have no processes.
      boolean other = purpose.need == Containers.Need.PROCESS && operator.behalf().isEmpty();
      throw Refusal.failed(e.message() + (other ? " (pid://N needs no runtime)" : ""))
          .pending(e.message());
    } catch (KernelException e) {
      throw unheld(e.message());
    }
  }

  /**
   * The refusal for a process that cannot be held. It shows that the container exists, so only an
   * operator who may know that gets the message.
   */
  private Refusal unheld(String message) {
    return mayKnow() ? Refusal.failed(message) : purpose.unreachable.refusal(message, nearest());
  }

  /**
   * The same, if the next start of a container may change it: by the name and the rules alone, so
   * that it is the same for a hidden container as for a missing one.
   */
  private Refusal pending(TargetNotFound absence, Refusal refusal) {
    if (!mayKnow() && !visible.mightSee(name)) {
      return refusal;
    }
    return switch (absence.kind()) {
      case NOT_RUNNING, NO_PROCESS, CHANGED ->
          refusal.pending(refusal.isDenied() ? refusal.message() : absence.message());
      case UNKNOWN, UNHEARD -> refusal.pending(refusal.message());
      case AMBIGUOUS, UNPROVED, NOT_THEIRS, NO_SUCH_RUNTIME -> refusal;
    };
  }

  /** Asks whether a container with nearly the same name is meant, if the operator may enter it. */
  private String nearest() {
    if (name.isImage()) {
      return "images are those that root's Docker and Podman keep for overlayfs without"
          + " userns-remap, and that a rule names as image://NAME: ";
    }
    return visible.isEmpty() || !asksBack
        ? ""
        : containers.running(
            running ->
                SimilarContainers.question(
                    name,
                    running.stream().filter(visible::maySee).filter(purpose.allowed).toList()));
  }

  private boolean mayKnow() {
    return visible.mayKnowAbout(name);
  }

  private Refusal absent(TargetNotFound absence) {
    // Engines that are named are those that the operator's rules reach.
    boolean mayKnow =
        absence.kind() == TargetNotFound.Cause.UNHEARD
            || (absence.seen().isEmpty()
                ? mayKnow()
                : absence.seen().stream().allMatch(purpose.allowed));
    return pending(
        absence,
        mayKnow
            ? Refusal.failed(advised(absence))
            : purpose.unreachable.refusal(
                absence.kind() == TargetNotFound.Cause.UNKNOWN ? actualReason() : absence.message(),
                nearest()));
  }

  /** Why it is not found: for the record as the operator sees it, for root the actual reason. */
  private String actualReason() {
    String unseen = TargetNotFound.unknown(name).message();
    if (!toldAll) {
      return "%s among those that %s may see".formatted(unseen, operator.user());
    }
    try (C held = containers.hold(name, target -> true, purpose.need)) {
      return "no rule reaches " + held.target().address();
    } catch (TargetNotFound | RuntimeUnavailable e) {
      return e.message();
    } catch (KernelException e) {
      return e.message();
    }
  }

  private String advised(TargetNotFound absence) {
    return switch (absence.kind()) {
      case UNKNOWN ->
          "%s in any runtime: %sdbg ps lists those you may enter"
              .formatted(absence.message(), nearest());
      case AMBIGUOUS ->
          absence.message()
              + (name.isImage()
                  ? ": type image:// and an id"
                  : ": type one of them with its scheme");
      case NOT_RUNNING ->
          "%s: %s"
              .formatted(absence.message(), purpose.whileDown.of(name, absence.seen().getFirst()));
      case UNHEARD, NO_PROCESS, CHANGED, UNPROVED, NOT_THEIRS, NO_SUCH_RUNTIME -> absence.message();
    };
  }

  /**
   * The identity of each of {@code kinds} of its namespaces. A failure precedes the decision, so
   * only an operator who could enter the container learns of it.
   */
  Map<NamespaceKind, String> namespaces(C target, Set<NamespaceKind> kinds) throws Refusal {
    try {
      return target.namespaces(kinds);
    } catch (KernelException e) {
      String message = "%s cannot be entered: %s".formatted(name, e.message());
      Refusal refusal =
          purpose.allowed.test(target.target())
              ? Refusal.failed(message)
              : purpose.unreachable.refusal(message, nearest());
      throw e.isNoSuchProcess() ? refusal.pending(refusal.message()) : refusal;
    }
  }
}
