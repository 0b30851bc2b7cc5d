package dev.dbg.session;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Refusal;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.policy.Policy;
import dev.dbg.resolve.Absence;
import dev.dbg.resolve.HeldTarget;
import dev.dbg.resolve.Resolver;
import dev.dbg.resolve.RuntimeUnavailable;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * Finds what an operator named, and takes hold of it. Only who could enter such a container is told
 * that it is missing, stopped or ambiguous; anybody else gets the same words for a container that
 * there is and one that there is not.
 */
final class Finder {
  private final Policy policy;
  private final Resolver resolver;
  private final Operator operator;
  private final TargetName name;
  private final Instant at;
  private final Purpose purpose;

  Finder(
      Policy policy,
      Resolver resolver,
      Operator operator,
      TargetName name,
      Instant at,
      Purpose purpose) {
    this.policy = policy;
    this.resolver = resolver;
    this.operator = operator;
    this.name = name;
    this.at = at;
    this.purpose = purpose;
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
  HeldTarget hold() throws Refusal {
    try {
      return resolver.hold(name, target -> policy.maySee(operator, target, at));
    } catch (Absence absence) {
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
    return policy.mayKnowAbout(operator, name, at);
  }

  private Refusal absent(Absence absence) {
    boolean mayKnow =
        absence.seen().isEmpty() ? mayKnow() : absence.seen().stream().allMatch(purpose::allows);
    return mayKnow
        ? Refusal.failed(ExitStatus.DBG_FAILED, advised(absence))
        : purpose.unreachable(absence.message());
  }

  private static String advised(Absence absence) {
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
  Map<NamespaceKind, String> namespaces(HeldTarget target, Set<NamespaceKind> kinds)
      throws Refusal {
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
