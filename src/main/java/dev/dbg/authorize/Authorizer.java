package dev.dbg.authorize;

import dev.dbg.audit.record.FittedRecord;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.WantedNamespaces;
import dev.dbg.grammar.words.RunAs;
import dev.dbg.grammar.words.ShellWords;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import dev.dbg.model.Refusal;
import dev.dbg.model.TargetName;
import dev.dbg.plan.Plan;
import dev.dbg.plan.View;
import dev.dbg.policy.PolicyQuery;
import dev.dbg.policy.Visibility;
import dev.dbg.policy.rule.Decision;
import dev.dbg.policy.rule.Question;
import dev.dbg.resolve.container.Candidate;
import dev.dbg.resolve.container.Containers;
import dev.dbg.tools.Tool;
import dev.dbg.tools.argument.ArgumentGrammar;
import dev.dbg.tools.argument.ArgumentMistake;
import dev.dbg.tools.argument.ParsedArguments;
import dev.dbg.tools.value.ValueType;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides for one operator: asks the policy, the tool's grammar and the runtimes whether a line may
 * be run. {@code exec}, {@code explain}, {@code tools} and {@code dbgd test} all use it, so that
 * they give the same answer.
 *
 * @param toldAll whether a refusal's detail is for root, and may reveal what exists
 * @param asksBack whether a refusal may ask if a nearly equal name is meant, for which all
 *     containers are listed
 */
public record Authorizer<C extends Candidate>(
    Rights rights,
    Containers<C> containers,
    HostNamespaces host,
    Operator operator,
    boolean toldAll,
    boolean asksBack) {
  /** All that there is of a container that does not run. */
  private static final Set<NamespaceKind> FILES = Set.of(NamespaceKind.MNT);

  public Authorizer(
      Rights rights, Containers<C> containers, HostNamespaces host, Operator operator) {
    this(rights, containers, host, operator, false, true);
  }

  /** The same for root, who asks about the operator: a refusal's detail reveals what exists. */
  public Authorizer<C> tellingAll() {
    return new Authorizer<>(rights, containers, host, operator, true, asksBack);
  }

  /** The same for what was refused before. */
  public Authorizer<C> again() {
    return new Authorizer<>(rights, containers, host, operator, toldAll, false);
  }

  /** Decides about a command line. */
  public Permission<C> permission(Invocation.Line line, Circumstances circumstances)
      throws Refusal {
    PolicyQuery somewhere =
        rights
            .policy()
            .ask(
                new Question(
                    operator,
                    atLeast(line),
                    line.tool(),
                    Optional.empty(),
                    circumstances.hasReason(),
                    !line.runAs().equals(RunAs.ROOT),
                    circumstances.recorded(),
                    false,
                    circumstances.at()));
    Tool tool = known(line, somewhere, circumstances.at());
    Decision.Permitted _ = require(somewhere.anywhere());
    ParsedArguments arguments = arguments(tool, line, circumstances.atTerminal());
    requireRecordable(tool, line, arguments);
    PolicyQuery inquiry = somewhere.with(arguments);
    Set<NamespaceKind> required = tool.required(arguments);
    Set<NamespaceKind> excluded = tool.excluded(arguments);
    requireNamespaces(tool, required, excluded, line, inquiry, circumstances);
    Decision.Permitted _ = require(inquiry.anywhere());
    TargetFinder<C> finder = finder(inquiry, tool, excluded, line, circumstances);
    C target = finder.hold();
    try {
      // A rule that reaches an image names it as one.
      PolicyQuery here = target.hasEnded() ? inquiry.ofStopped() : inquiry;
      Set<NamespaceKind> selected = selected(line, tool, required, excluded, target, finder, here);
      requireDirectorySeen(tool, line, selected);
      return decided(
          tool,
          arguments,
          target,
          finder.namespaces(target, selected),
          here.withNamespaces(selected));
    } catch (Throwable e) {
      target.close();
      throw e;
    }
  }

  /**
   * The tool of the catalogue. An entry of the administrator's own, which no rule names for the
   * operator, is answered as if there were none.
   */
  private Tool known(Invocation.Line line, PolicyQuery inquiry, Instant at) throws Refusal {
    UnknownTool unknown = new UnknownTool(rights, operator, line, at);
    Optional<Tool> tool = rights.catalogue().tool(line.tool());
    if (tool.isEmpty()) {
      throw unknown.refusal(Optional.empty());
    }
    if (!rights.catalogue().isPublished(line.tool()) && !inquiry.isNamed()) {
      throw unknown.refusal(
          Optional.of(
              "no rule lets %s run %s, which is an entry of the administrator's"
                  .formatted(operator.user(), line.tool())));
    }
    return tool.get();
  }

  /** A working directory is one of the container's files. */
  private static void requireDirectorySeen(
      Tool tool, Invocation.Line line, Set<NamespaceKind> selected) throws Refusal {
    if (line.directory().isPresent() && View.of(tool, selected) == View.OWN) {
      throw Refusal.denied(
          selected.contains(NamespaceKind.MNT)
              ? "-w names a directory of the container's, and %s never sees those: leave it out"
                  .formatted(tool.name())
              : "-w names a directory of the container's, which %s sees only with mnt: add mnt, or leave out -w"
                  .formatted(tool.name()));
    }
  }

  /** The namespaces without which the line could not be permitted. */
  private Set<NamespaceKind> atLeast(Invocation.Line line) {
    if (rights.catalogue().tool(line.tool()).filter(Tool::isTold).isPresent()) {
      return Set.of();
    }
    return switch (line.namespaces()) {
      case WantedNamespaces.Listed listed -> listed.kinds();
      case WantedNamespaces.Chosen _ ->
          rights.catalogue().tool(line.tool()).map(t -> t.kinds().requires()).orElse(Set.of());
    };
  }

  private Set<NamespaceKind> selected(
      Invocation.Line line,
      Tool tool,
      Set<NamespaceKind> required,
      Set<NamespaceKind> excluded,
      C target,
      TargetFinder<C> finder,
      PolicyQuery inquiry)
      throws Refusal {
    if (tool.isTold()) {
      return Set.of();
    }
    if (target.isStopped()) {
      return FILES;
    }
    return switch (line.namespaces()) {
      case WantedNamespaces.Listed listed -> listed.kinds();
      case WantedNamespaces.Chosen chosen -> {
        Set<NamespaceKind> kinds =
            NamespaceChoice.of(chosen, tool, required, excluded, target, finder, inquiry, host);
        if (kinds.isEmpty()) {
          throw Refusal.denied(
              "%s has no namespace of its own that a rule lets %s enter with %s: dbg tools %s lists what you may run"
                  .formatted(
                      target.target().address(),
                      operator.user(),
                      tool.name(),
                      ShellWords.quoted(line.target().toString())));
        }
        yield kinds;
      }
    };
  }

  private Permission<C> decided(
      Tool tool,
      ParsedArguments arguments,
      C target,
      Map<NamespaceKind, String> namespaces,
      PolicyQuery inquiry)
      throws Refusal {
    SelectedNamespaces selected = new SelectedNamespaces(namespaces, host.among(namespaces));
    Decision.Permitted decision = require(inquiry.decide(target.target(), selected.needingLeave()));
    View view = View.of(tool, namespaces.keySet());
    Map<NamespaceKind, String> own = selected.worthJoining();
    Map<NamespaceKind, String> joined = Plan.joined(own, view);
    OwnedNamespaces.require(target, joined.keySet(), selected.shared());
    boolean leavesFilesOut = joined.size() < own.size();
    return new Permission<>(
        tool, arguments, target, namespaces.keySet(), joined, view, leavesFilesOut, decision);
  }

  /** What each rule lets the operator run in a container. */
  public PermittedTools tools(TargetName name, Instant at) throws Refusal {
    requireWhatImagesHave(name, false);
    Visibility visible = rights.policy().visibility(operator, at);
    TargetFinder.Purpose listing =
        new TargetFinder.Purpose(
            visible::maySee,
            (detail, nearest) -> PermittedTools.unreachable(operator, detail, nearest),
            Containers.Need.PROCESS,
            new StoppedAdvice(rights, operator, at, false));
    TargetFinder<C> finder =
        new TargetFinder<>(containers, visible, operator, name, listing, false, asksBack);
    try (C target = finder.hold()) {
      return PermittedTools.of(rights, operator, target, finder, host, at);
    }
  }

  /**
   * Refuses namespaces with which the tool does not work.
   *
   * @param required those that it requires with these arguments
   * @param excluded those with which it would show itself or the host
   */
  private static void requireNamespaces(
      Tool tool,
      Set<NamespaceKind> required,
      Set<NamespaceKind> excluded,
      Invocation.Line line,
      PolicyQuery inquiry,
      Circumstances circumstances)
      throws Refusal {
    if (!Collections.disjoint(required, excluded)) {
      throw Refusal.notAccepted(
          "%s: some of these files are the container's only with %s, and others only without it: type a line for each"
              .formatted(tool.name(), NamespaceKind.words(NamespaceKind.setOf(excluded))));
    }
    if (!(line.namespaces() instanceof WantedNamespaces.Listed listed)) {
      return;
    }
    Set<NamespaceKind> wrong = EnumSet.copyOf(listed.kinds());
    wrong.retainAll(excluded);
    boolean isMissing = !listed.kinds().containsAll(required);
    if (isMissing || !wrong.isEmpty()) {
      String why =
          isMissing
              ? (listed.kinds().containsAll(tool.kinds().requires())
                      ? "%s needs %s with these arguments, otherwise it shows nothing of the container"
                      : "%s needs %s, otherwise it shows the host")
                  .formatted(tool.name(), NamespaceKind.words(required))
              : (tool.kinds().excludes().containsAll(wrong)
                      ? "%s does not work with %s"
                      : "%s with these arguments does not work with %s: it would list its own mounts")
                  .formatted(tool.name(), NamespaceKind.words(wrong));
      throw Refusal.notAccepted(
          "%s: %s"
              .formatted(
                  why,
                  CommandAdvice.otherNamespaces(
                      line, tool, required, excluded, inquiry, circumstances.options())));
    }
  }

  private static void requireAbsolute(Optional<String> directory) throws Refusal {
    if (directory.isPresent() && !ValueType.isAbsolutePath(directory.get())) {
      throw Refusal.notAccepted(
          "-w takes an absolute path without .., not '%s'"
              .formatted(QuotedText.of(RawText.printable(directory.get()))));
    }
  }

  private static ParsedArguments arguments(Tool tool, Invocation.Line line, boolean atTerminal)
      throws Refusal {
    requireAbsolute(line.directory());
    if (atTerminal && tool.isTold()) {
      throw Refusal.notAccepted("%s draws nothing: leave out -t".formatted(tool.name()));
    }
    // As another user it could be traced by that user's processes of the host, and hand on its
    // pipe.
    if (tool.isTold() && !line.runAs().equals(RunAs.ROOT)) {
      throw Refusal.notAccepted("%s runs in no container: leave out -u".formatted(tool.name()));
    }
    // Signals need no capability: that user could stop it, and with it what it traces.
    if (tool.isTracer() && line.runAs().uid() != 0) {
      throw Refusal.notAccepted(
          "%s stops what it traces, and a user other than root could stop it: leave out -u"
              .formatted(tool.name()));
    }
    ArgumentGrammar grammar = tool.arguments();
    try {
      return tool.ofOthers(
          (atTerminal ? grammar.atTerminal() : grammar).read(line.arguments(), line.directory()));
    } catch (ArgumentMistake e) {
      throw Refusal.notAccepted("%s: %s".formatted(tool.name(), e.message()));
    }
  }

  /** Whether words take less than half of what is recorded, whatever their characters are. */
  private static boolean isShort(List<String> words) {
    int characters = 0;
    for (String word : words) {
      characters += word.length() + 4;
    }
    return characters * 6 < FittedRecord.LONGEST_TOOL / 2;
  }

  /** The record of a session says what it runs, from the first word to the last. */
  private static void requireRecordable(Tool tool, Invocation.Line line, ParsedArguments arguments)
      throws Refusal {
    if (isShort(line.arguments()) && isShort(arguments.canonical()) && line.directory().isEmpty()) {
      return;
    }
    int size =
        FittedRecord.sizeOfTool(
            line.directory(), tool.arguments().shown(line.arguments()), arguments.shown());
    if (size > FittedRecord.LONGEST_TOOL) {
      throw Refusal.notAccepted(
          "the line is too long to be recorded whole: its arguments, as typed and as run, and -w take %d bytes of a record, of %d at most: split it into several lines"
              .formatted(size, FittedRecord.LONGEST_TOOL));
    }
  }

  /** Prepares the search for the container in which the operator wants to run the line. */
  private TargetFinder<C> finder(
      PolicyQuery inquiry,
      Tool tool,
      Set<NamespaceKind> excluded,
      Invocation.Line line,
      Circumstances circumstances)
      throws Refusal {
    // What excludes pid, as mount and df do, shows a process's list of mounts: of a container that
    // does not run there is none but the tool's own.
    boolean isAboutFiles =
        !tool.isTold()
            && !circumstances.awaitsStart()
            && !excluded.contains(NamespaceKind.PID)
            && atLeast(line).equals(FILES)
            && FILES.containsAll(tool.kinds().requires())
            && View.of(tool, FILES) == View.CONTAINER;
    requireWhatImagesHave(line.target(), isAboutFiles);
    TargetFinder.Purpose purpose =
        new TargetFinder.Purpose(
            target -> inquiry.decide(target, Set.of()) instanceof Decision.Permitted,
            (detail, nearest) -> refused(inquiry.unreachable(detail, nearest)),
            need(inquiry, tool, line, isAboutFiles),
            new StoppedAdvice(rights, operator, circumstances.at(), isAboutFiles));
    return new TargetFinder<>(
        containers,
        rights.policy().visibility(operator, circumstances.at()),
        operator,
        line.target(),
        purpose,
        toldAll,
        asksBack);
  }

  /**
   * The files of a container that does not run are enough for a line that looks at nothing else.
   */
  private static Containers.Need need(
      PolicyQuery inquiry, Tool tool, Invocation.Line line, boolean isAboutFiles) {
    if (tool.isTold()) {
      return Containers.Need.NAME;
    }
    PolicyQuery ended = line.target().isImage() ? inquiry : inquiry.ofStopped();
    return isAboutFiles && ended.anywhere() instanceof Decision.Permitted
        ? Containers.Need.FILES
        : Containers.Need.PROCESS;
  }

  /** By what was typed alone: whether there is such an image is not told. */
  private static void requireWhatImagesHave(TargetName name, boolean isAboutFiles) throws Refusal {
    if (name.isImage() && !isAboutFiles) {
      throw Refusal.notAccepted(
          "%s is an image, of which nothing runs: type a line that looks at files alone, such as dbg %s -- ls /"
              .formatted(name, ShellWords.quoted(name.toString())));
    }
  }

  private static Decision.Permitted require(Decision decision) throws Refusal {
    return switch (decision) {
      case Decision.Permitted permitted -> permitted;
      case Decision.Denied denied -> throw refused(denied);
    };
  }

  private static Refusal refused(Decision.Denied denied) {
    return Refusal.denied(denied.why(), denied.detail());
  }

  /**
   * The namespaces that a command line selects.
   *
   * @param identities the identity of each of the container's namespaces
   * @param shared the kinds that the container shares with the host
   */
  private record SelectedNamespaces(
      Map<NamespaceKind, String> identities, Set<NamespaceKind> shared) {
    /** {@code all} means neither of these if the container shares it with the host. */
    private static final Set<NamespaceKind> NOTHING_GAINED =
        Set.of(NamespaceKind.USER, NamespaceKind.TIME, NamespaceKind.CGROUP);

    /**
     * The shared kinds that a rule must permit by {@code host-namespaces = true}. {@code all} means
     * all namespaces of the container's own, so shared kinds that gain nothing are not included.
     */
    Set<NamespaceKind> needingLeave() {
      Set<NamespaceKind> needing = NamespaceKind.setOf(shared);
      if (areAll()) {
        needing.removeAll(NOTHING_GAINED);
      }
      return needing;
    }

    private boolean areAll() {
      return identities.size() == NamespaceKind.values().length;
    }

    /**
     * The namespaces without the host's user namespace, in which the tool is anyway, and for {@code
     * all} without shared ones that gain nothing.
     */
    Map<NamespaceKind, String> worthJoining() {
      Map<NamespaceKind, String> own = new EnumMap<>(NamespaceKind.class);
      identities.forEach(
          (kind, identity) -> {
            boolean gainsNothing =
                kind == NamespaceKind.USER || (areAll() && NOTHING_GAINED.contains(kind));
            if (!(shared.contains(kind) && gainsNothing)) {
              own.put(kind, identity);
            }
          });
      return own;
    }
  }
}
