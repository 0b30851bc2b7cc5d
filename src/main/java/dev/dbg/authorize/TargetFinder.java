package dev.dbg.authorize;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.ExitStatus;
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

/**
 * Finds what an operator named, and takes hold of it. Only who could enter such a container is told
 * that it is missing, stopped or ambiguous; anybody else gets the same words for a container that
 * there is and one that there is not, and gets them after the same work.
 *
 * <p>For whoever could not enter whatever the name may mean, the engines are not asked about the
 * name. It is compared with what the policy lets them see: with their rules' patterns first, and
 * where those leave it open with the list that {@code dbg ps} is made of. So nothing of what they
 * can observe, not the time either, can depend on a container that they may not see.
 */
public final class TargetFinder<C extends Candidate> {
  private final Containers<C> containers;
  private final Visibility visible;
  private final Operator operator;
  private final TargetName name;
  private final Purpose purpose;
  private final boolean toldAll;

  /**
   * @param toldAll whether a refusal's detail is for root, and may tell what there is
   */
  TargetFinder(
      Containers<C> containers,
      Visibility visible,
      Operator operator,
      TargetName name,
      Purpose purpose,
      boolean toldAll) {
    this.containers = containers;
    this.visible = visible;
    this.operator = operator;
    this.name = name;
    this.purpose = purpose;
    this.toldAll = toldAll;
  }

  /** What an operator looks for a container for. */
  interface Purpose {
    /** Whether they may do it in this one. */
    boolean allows(Target target);

    /**
     * The refusal for a container that there is not, and for one in which they may not.
     *
     * @param detail for the record
     */
    Refusal unreachable(String detail);
  }

  /** Whoever has it closes it. */
  C hold() throws Refusal {
    try {
      if (mayKnow()) {
        return containers.hold(name, visible::maySee);
      }
      if (visible.mightSee(name)) {
        return containers.holdSeen(name, visible::maySee);
      }
      throw TargetNotFound.unknown(name);
    } catch (TargetNotFound absence) {
      throw absent(absence);
    } catch (RuntimeUnavailable e) {
      throw Refusal.failed(ExitStatus.DBG_FAILED, e.message());
    } catch (KernelException e) {
      throw unheld(e.message());
    }
  }

  /** A process that cannot be held is there: only who may know of it is told so. */
  private Refusal unheld(String message) {
    return mayKnow()
        ? Refusal.failed(ExitStatus.DBG_FAILED, message)
        : purpose.unreachable(message);
  }

  private boolean mayKnow() {
    return visible.mayKnowAbout(name);
  }

  private Refusal absent(TargetNotFound absence) {
    boolean mayKnow =
        absence.seen().isEmpty() ? mayKnow() : absence.seen().stream().allMatch(purpose::allows);
    return mayKnow
        ? Refusal.failed(ExitStatus.DBG_FAILED, advised(absence))
        : purpose.unreachable(
            absence.kind() == TargetNotFound.Kind.UNKNOWN ? inTruth() : absence.message());
  }

  /**
   * Why it is not found, for the record, which knows no more than the operator; for root, who asks
   * what somebody may, what there really is.
   */
  private String inTruth() {
    String unseen = TargetNotFound.unknown(name).message();
    if (!toldAll) {
      return "%s among those that %s may see".formatted(unseen, operator.user());
    }
    try (C held = containers.hold(name, target -> true)) {
      return "no rule reaches " + held.target().address();
    } catch (TargetNotFound absence) {
      return absence.message();
    } catch (RuntimeUnavailable e) {
      return e.message();
    } catch (KernelException e) {
      return e.message();
    }
  }

  private static String advised(TargetNotFound absence) {
    return switch (absence.kind()) {
      case UNKNOWN -> absence.message() + " in any runtime: dbg ps lists those you may enter";
      case AMBIGUOUS -> absence.message() + ": type one of them with its scheme";
      case NOT_RUNNING -> absence.message() + ": start it first";
      case CHANGED, NOT_THEIRS, NO_SUCH_RUNTIME -> absence.message();
    };
  }

  /**
   * What identifies each of {@code kinds} of its namespaces. Failing comes before deciding here, so
   * it too is told only to who could enter.
   */
  Map<NamespaceKind, String> namespaces(C target, Set<NamespaceKind> kinds) throws Refusal {
    try {
      return target.namespaces(kinds);
    } catch (KernelException e) {
      String message = "%s cannot be entered: %s".formatted(name, e.message());
      throw purpose.allows(target.target())
          ? Refusal.failed(ExitStatus.DBG_FAILED, message)
          : purpose.unreachable(message);
    }
  }
}
