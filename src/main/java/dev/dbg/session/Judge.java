package dev.dbg.session;

import dev.dbg.enter.View;
import dev.dbg.grammar.Invocation;
import dev.dbg.kernel.KernelException;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Refusal;
import dev.dbg.model.RunAs;
import dev.dbg.model.Target;
import dev.dbg.policy.Policy;
import dev.dbg.policy.Question;
import dev.dbg.policy.Terms;
import dev.dbg.policy.Verdict;
import dev.dbg.resolve.Absence;
import dev.dbg.resolve.HeldTarget;
import dev.dbg.resolve.Resolver;
import dev.dbg.resolve.RuntimeUnavailable;
import dev.dbg.tools.ArgumentMistake;
import dev.dbg.tools.Reading;
import dev.dbg.tools.Tool;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
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
   * @param arguments what follows the tool's name, as its grammar reads it
   * @param namespaces what identifies each namespace that is to be joined
   * @param rule the permitting rule's place
   * @param terms what that rule ties its permission to
   */
  record Permission(
      Tool tool,
      Reading arguments,
      HeldTarget target,
      Map<NamespaceKind, String> namespaces,
      String rule,
      Terms terms)
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

  /**
   * What the line may run.
   *
   * @param hasReason whether a reason is given with it
   */
  Permission permission(Invocation.Line line, boolean hasReason) throws Refusal {
    Question question =
        new Question(
            operator,
            line.namespaces(),
            line.tool(),
            Optional.empty(),
            hasReason,
            !line.runAs().equals(RunAs.ROOT),
            Instant.now());
    Tool tool = toolPermittedSomewhere(question, line);
    Reading arguments = arguments(tool, line);
    Question whole = question.with(arguments);
    Verdict.Permitted _ = require(policy.decideAnywhere(whole));
    HeldTarget target = hold(whole, line);
    boolean permitted = false;
    try {
      Map<NamespaceKind, String> namespaces = namespaces(whole, line, target);
      Set<NamespaceKind> shared = shared(namespaces);
      if (line.namespaces().size() == NamespaceKind.values().length) {
        // "all" means all that the container has.
        shared.removeAll(NOTHING_GAINED);
      }
      Verdict.Permitted verdict = require(policy.decide(whole, target.target(), shared));
      requireRecordable(verdict.terms());
      namespaces.keySet().removeAll(sameAnyway(namespaces));
      requireTheirs(target, namespaces.keySet(), shared(namespaces));
      permitted = true;
      return new Permission(tool, arguments, target, namespaces, verdict.rule(), verdict.terms());
    } finally {
      if (!permitted) {
        target.close();
      }
    }
  }

  private static void requireRecordable(Terms terms) throws Refusal {
    if (terms.record()) {
      throw Refusal.failed(
          ExitStatus.DBG_FAILED,
          "the rule wants the session recorded: this version of dbg cannot: ask for a rule without record");
    }
  }

  private Tool toolPermittedSomewhere(Question question, Invocation.Line line) throws Refusal {
    Verdict.Permitted _ = require(policy.decideAnywhere(question));
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

  private static Reading arguments(Tool tool, Invocation.Line line) throws Refusal {
    try {
      return tool.arguments().read(line.arguments());
    } catch (ArgumentMistake e) {
      throw Refusal.denied("%s: %s".formatted(tool.name(), e.message()));
    }
  }

  private HeldTarget hold(Question question, Invocation.Line line) throws Refusal {
    try {
      return resolver.hold(line.target(), target -> policy.maySee(operator, target, question.at()));
    } catch (Absence absence) {
      throw absent(question, line, absence);
    } catch (RuntimeUnavailable e) {
      throw Refusal.failed(ExitStatus.DBG_FAILED, e.message());
    } catch (KernelException e) {
      throw unheld(question, line, e.message());
    }
  }

  /** A process that cannot be held is there: only who may know of it is told so. */
  private Refusal unheld(Question question, Invocation.Line line, String message) {
    return policy.mayKnowAbout(operator, line.target(), question.at())
        ? Refusal.failed(ExitStatus.DBG_FAILED, message)
        : unreachable(question, message);
  }

  private Refusal unreachable(Question question, String detail) {
    Verdict.Denied denied = policy.unreachable(question, detail);
    return Refusal.denied(denied.why(), denied.detail());
  }

  /**
   * Only who could enter such a container is told that it is missing, stopped or ambiguous; anybody
   * else gets the same words for a container that there is and one that there is not.
   */
  private Refusal absent(Question question, Invocation.Line line, Absence absence) {
    boolean mayKnow =
        absence.seen().isEmpty()
            ? policy.mayKnowAbout(operator, line.target(), question.at())
            : absence.seen().stream().allMatch(target -> mayEnter(question, target));
    if (mayKnow) {
      return Refusal.failed(ExitStatus.DBG_FAILED, advised(absence));
    }
    return unreachable(question, absence.message());
  }

  private boolean mayEnter(Question question, Target target) {
    return policy.decide(question, target, Set.of()) instanceof Verdict.Permitted;
  }

  private static String advised(Absence absence) {
    return switch (absence.kind()) {
      case UNKNOWN -> absence.message() + " in any runtime: dbg ps lists those you may enter";
      case AMBIGUOUS -> absence.message() + ": type one of them with its scheme";
      case NOT_RUNNING -> absence.message() + ": start it first";
      case CHANGED, NOT_THEIRS, NO_SUCH_RUNTIME -> absence.message();
    };
  }

  /** Failing comes before deciding here, so it too is told only to who could enter. */
  private Map<NamespaceKind, String> namespaces(
      Question question, Invocation.Line line, HeldTarget target) throws Refusal {
    try {
      return target.namespaces(line.namespaces());
    } catch (KernelException e) {
      String message = "%s cannot be entered: %s".formatted(line.target(), e.message());
      throw mayEnter(question, target.target())
          ? Refusal.failed(ExitStatus.DBG_FAILED, message)
          : unreachable(question, message);
    }
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

  /**
   * What a user's container may lend: its own namespaces, and to a tool that is not the host's root
   * there. A user may have laid any file of the host's into it that he can name, not read; root
   * outside of that user's ids would read it.
   *
   * @param kinds what is joined
   * @param shared those of it that are the host's, about which the policy has decided
   */
  private static void requireTheirs(
      HeldTarget held, Set<NamespaceKind> kinds, Set<NamespaceKind> shared) throws Refusal {
    String address = held.target().address();
    if (held.target().owner().isPresent()
        && kinds.contains(NamespaceKind.MNT)
        && !kinds.contains(NamespaceKind.USER)) {
      throw Refusal.denied(
          "%s: a user's container may show files of the host's that only root may read: its mnt is entered with user, as nobody but that user"
              .formatted(address));
    }
    Set<NamespaceKind> own = new HashSet<>(kinds);
    own.removeAll(shared);
    try {
      Set<NamespaceKind> others = held.notTheirs(own);
      if (!others.isEmpty()) {
        throw Refusal.denied(
            "%s: its %s is another's, not that user's: leave it out"
                .formatted(address, NamespaceKind.words(others)));
      }
    } catch (KernelException e) {
      throw Refusal.failed(
          ExitStatus.DBG_FAILED, "%s cannot be entered: %s".formatted(address, e.message()));
    }
  }

  private static Verdict.Permitted require(Verdict verdict) throws Refusal {
    return switch (verdict) {
      case Verdict.Permitted permitted -> permitted;
      case Verdict.Denied denied -> throw Refusal.denied(denied.why(), denied.detail());
    };
  }
}
