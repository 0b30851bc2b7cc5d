package dev.dbg.session;

import dev.dbg.enter.View;
import dev.dbg.grammar.Invocation;
import dev.dbg.kernel.KernelException;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Refusal;
import dev.dbg.model.Target;
import dev.dbg.policy.Policy;
import dev.dbg.policy.Verdict;
import dev.dbg.resolve.Absence;
import dev.dbg.resolve.HeldTarget;
import dev.dbg.resolve.Resolver;
import dev.dbg.resolve.RuntimeUnavailable;
import dev.dbg.tools.ArgumentMistake;
import dev.dbg.tools.Tool;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes a line through policy, the tool's grammar and the runtimes to what may be run, or to the
 * refusal. exec and explain ask the same judge.
 */
final class Judge {
  /**
   * Kinds that most containers share with the host. A tool without them is in the host's, which
   * shows nothing that the container does not see.
   */
  private static final Set<NamespaceKind> NOTHING_GAINED =
      Set.of(NamespaceKind.USER, NamespaceKind.TIME, NamespaceKind.CGROUP);

  private final Policy policy;
  private final House.Rights rights;
  private final Resolver resolver;
  private final Map<NamespaceKind, String> hostNamespaces;
  private final Operator operator;

  Judge(House house, House.Rights rights, Operator operator) {
    this.rights = rights;
    this.policy = rights.policy();
    this.resolver = house.resolver();
    this.hostNamespaces = house.hostNamespaces();
    this.operator = operator;
  }

  /**
   * What may be run. Whoever has it closes it, and with it the target's descriptors.
   *
   * @param arguments in canonical form, as the tool will be given them
   * @param namespaces what identifies each namespace that is to be joined
   * @param rule the permitting rule's place
   */
  record Permission(
      Tool tool,
      List<String> arguments,
      HeldTarget target,
      Map<NamespaceKind, String> namespaces,
      String rule)
      implements AutoCloseable {
    /** Where the tool will be. */
    View view() {
      return View.of(namespaces.keySet());
    }

    @Override
    public void close() {
      target.close();
    }
  }

  Permission permission(Invocation.Line line) throws Refusal {
    Tool tool = toolPermittedSomewhere(line);
    List<String> arguments = arguments(tool, line);
    HeldTarget target = hold(line);
    boolean permitted = false;
    try {
      Map<NamespaceKind, String> namespaces = namespaces(line, target);
      Set<NamespaceKind> shared = shared(namespaces);
      if (line.namespaces().size() == NamespaceKind.values().length) {
        // "all" means all that the container has.
        shared.removeAll(NOTHING_GAINED);
      }
      String rule = require(decide(line, target.target(), shared));
      namespaces.keySet().removeAll(sameAnyway(namespaces));
      permitted = true;
      return new Permission(tool, arguments, target, namespaces, rule);
    } finally {
      if (!permitted) {
        target.close();
      }
    }
  }

  private Tool toolPermittedSomewhere(Invocation.Line line) throws Refusal {
    Verdict verdict = policy.decideAnywhere(operator, line.namespaces(), line.tool());
    String _ = require(verdict);
    // The policy names only tools of the catalogue it was read with.
    Tool tool = rights.catalogue().tool(line.tool()).orElseThrow();
    if (!line.namespaces().containsAll(tool.requires())) {
      throw Refusal.denied(
          "without %s, %s would show the host's: dbg %s %s -- %s"
              .formatted(
                  NamespaceKind.words(tool.requires()),
                  tool.name(),
                  line.target(),
                  NamespaceKind.words(union(line.namespaces(), tool.requires())),
                  tool.name()));
    }
    return tool;
  }

  private static Set<NamespaceKind> union(Set<NamespaceKind> a, Set<NamespaceKind> b) {
    Set<NamespaceKind> union = EnumSet.copyOf(a);
    union.addAll(b);
    return union;
  }

  private static List<String> arguments(Tool tool, Invocation.Line line) throws Refusal {
    try {
      return tool.arguments().canonical(line.arguments());
    } catch (ArgumentMistake e) {
      throw Refusal.denied("%s: %s".formatted(tool.name(), e.message()));
    }
  }

  private HeldTarget hold(Invocation.Line line) throws Refusal {
    try {
      return resolver.hold(line.target());
    } catch (Absence absence) {
      throw absent(line, absence);
    } catch (RuntimeUnavailable e) {
      throw Refusal.failed(ExitStatus.DBG_FAILED, e.message());
    } catch (KernelException e) {
      throw unheld(line, e.message());
    }
  }

  /** A process that cannot be held is there: only who may know of it is told so. */
  private Refusal unheld(Invocation.Line line, String message) {
    return policy.mayKnowAbout(operator, line.target())
        ? Refusal.failed(ExitStatus.DBG_FAILED, message)
        : unreachable(line, message);
  }

  private Refusal unreachable(Invocation.Line line, String detail) {
    Verdict.Denied denied = policy.unreachable(operator, line.namespaces(), line.tool(), detail);
    return Refusal.denied(denied.why(), denied.detail());
  }

  /**
   * Only who could enter such a container is told that it is missing, stopped or ambiguous; anybody
   * else gets the same words for a container that there is and one that there is not.
   */
  private Refusal absent(Invocation.Line line, Absence absence) {
    boolean mayKnow =
        absence.seen().isEmpty()
            ? policy.mayKnowAbout(operator, line.target())
            : absence.seen().stream().allMatch(target -> mayEnter(line, target));
    if (mayKnow) {
      return Refusal.failed(ExitStatus.DBG_FAILED, advised(absence));
    }
    return unreachable(line, absence.message());
  }

  private boolean mayEnter(Invocation.Line line, Target target) {
    return decide(line, target, Set.of()) instanceof Verdict.Permitted;
  }

  private static String advised(Absence absence) {
    return switch (absence.kind()) {
      case UNKNOWN -> absence.message() + " in any runtime: dbg ps lists those you may enter";
      case AMBIGUOUS -> absence.message() + ": type one of them with its scheme";
      case NOT_RUNNING -> absence.message() + ": start it first";
      case CHANGED, NO_SUCH_RUNTIME -> absence.message();
    };
  }

  /** Failing comes before deciding here, so it too is told only to who could enter. */
  private Map<NamespaceKind, String> namespaces(Invocation.Line line, HeldTarget target)
      throws Refusal {
    try {
      return target.namespaces(line.namespaces());
    } catch (KernelException e) {
      String message = "%s cannot be entered: %s".formatted(line.target(), e.message());
      throw mayEnter(line, target.target())
          ? Refusal.failed(ExitStatus.DBG_FAILED, message)
          : unreachable(line, message);
    }
  }

  private Verdict decide(Invocation.Line line, Target target, Set<NamespaceKind> shared) {
    return policy.decide(operator, line.namespaces(), line.tool(), line.runAs(), target, shared);
  }

  /** Those that are the host's own. */
  private Set<NamespaceKind> shared(Map<NamespaceKind, String> namespaces) {
    Set<NamespaceKind> shared = EnumSet.noneOf(NamespaceKind.class);
    namespaces.forEach(
        (kind, identity) -> {
          if (identity.equals(hostNamespaces.get(kind))) {
            shared.add(kind);
          }
        });
    return shared;
  }

  /** Those that are the host's own and in which a tool is anyway: there is nothing to join. */
  private Set<NamespaceKind> sameAnyway(Map<NamespaceKind, String> namespaces) {
    Set<NamespaceKind> same = shared(namespaces);
    same.retainAll(NOTHING_GAINED);
    return same;
  }

  private static String require(Verdict verdict) throws Refusal {
    return switch (verdict) {
      case Verdict.Permitted permitted -> permitted.rule();
      case Verdict.Denied denied -> throw Refusal.denied(denied.why(), denied.detail());
    };
  }
}
