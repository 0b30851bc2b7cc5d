package dev.dbg.session;

import dev.dbg.enter.Plan;
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
import dev.dbg.resolve.HeldTarget;
import dev.dbg.tools.ArgumentMistake;
import dev.dbg.tools.Capability;
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
  private final House house;
  private final Operator operator;
  private final boolean toldAll;

  Judge(House house, House.Rights rights, Operator operator) {
    this(house, rights, operator, false);
  }

  /**
   * @param toldAll whether a refusal's detail is for root, and may tell what there is
   */
  Judge(House house, House.Rights rights, Operator operator, boolean toldAll) {
    this.rights = rights;
    this.policy = rights.policy();
    this.house = house;
    this.operator = operator;
    this.toldAll = toldAll;
  }

  /**
   * What may be run. Whoever has it closes it, and with it the target's descriptors.
   *
   * @param arguments what follows the tool's name, as its grammar reads it
   * @param namespaces what identifies each namespace that is to be joined
   * @param view what the tool will see as {@code /}
   * @param leavesFilesOut whether {@code mnt} was selected and is not joined
   * @param verdict the permitting rule's place, and what it ties its permission to
   */
  record Permission(
      Tool tool,
      Reading arguments,
      HeldTarget target,
      Map<NamespaceKind, String> namespaces,
      View view,
      boolean leavesFilesOut,
      Verdict.Permitted verdict)
      implements AutoCloseable {
    String rule() {
      return verdict.rule();
    }

    Terms terms() {
      return verdict.terms();
    }

    /** What it gets of its entry's capabilities. */
    Set<Capability> capabilities() {
      return Plan.capabilities(tool, view);
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
   * @param recorded whether a recording is asked for
   */
  Permission permission(Invocation.Line line, boolean hasReason, boolean recorded) throws Refusal {
    Question question =
        new Question(
            operator,
            line.namespaces(),
            line.tool(),
            Optional.empty(),
            hasReason,
            !line.runAs().equals(RunAs.ROOT),
            recorded,
            Instant.now());
    Tool tool = toolPermittedSomewhere(question, line);
    Reading arguments = arguments(tool, line);
    Question whole = question.with(arguments);
    Verdict.Permitted _ = require(policy.decideAnywhere(whole));
    Finder finder = finder(whole, line);
    HeldTarget target = finder.hold();
    boolean permitted = false;
    try {
      Map<NamespaceKind, String> namespaces = finder.namespaces(target, line.namespaces());
      Set<NamespaceKind> shared = house.sharedWithHost(namespaces);
      if (line.namespaces().size() == NamespaceKind.values().length) {
        // "all" means all that the container has.
        shared.removeAll(NOTHING_GAINED);
      }
      Verdict.Permitted verdict = require(policy.decide(whole, target.target(), shared));
      View view = View.of(tool, namespaces.keySet());
      namespaces.keySet().removeAll(sameAnyway(namespaces));
      Map<NamespaceKind, String> joined = Plan.joined(namespaces, view);
      requireTheirs(target, joined.keySet(), house.sharedWithHost(joined));
      permitted = true;
      boolean leavesFilesOut = joined.size() < namespaces.size();
      return new Permission(tool, arguments, target, joined, view, leavesFilesOut, verdict);
    } finally {
      if (!permitted) {
        target.close();
      }
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
    Set<NamespaceKind> excluded = EnumSet.copyOf(line.namespaces());
    excluded.retainAll(tool.excludes());
    if (!excluded.isEmpty()) {
      Set<NamespaceKind> others = EnumSet.copyOf(line.namespaces());
      others.removeAll(excluded);
      throw Refusal.denied(
          "with %s, %s does not work: dbg %s %s -- %s"
              .formatted(
                  NamespaceKind.words(excluded),
                  tool.name(),
                  line.target(),
                  NamespaceKind.words(others),
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

  /** Looks for a container to do in it what is asked. */
  private Finder finder(Question question, Invocation.Line line) {
    return new Finder(
        policy,
        house.resolver(),
        operator,
        line.target(),
        question.at(),
        new Finder.Purpose() {
          @Override
          public boolean allows(Target target) {
            return policy.decide(question, target, Set.of()) instanceof Verdict.Permitted;
          }

          @Override
          public Refusal unreachable(String detail) {
            Verdict.Denied denied = policy.unreachable(question, detail);
            return Refusal.denied(denied.why(), denied.detail());
          }
        },
        toldAll);
  }

  /** Those that are the host's own and in which a tool is anyway: there is nothing to join. */
  private Set<NamespaceKind> sameAnyway(Map<NamespaceKind, String> namespaces) {
    Set<NamespaceKind> same = house.sharedWithHost(namespaces);
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
