package dev.dbg.session;

import static dev.dbg.audit.record.RecordField.*;

import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.authorize.Permission;
import dev.dbg.authorize.Rights;
import dev.dbg.cgroup.ResourceUsage;
import dev.dbg.enter.Entry;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.words.RunAs;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Outcome;
import dev.dbg.model.Refusal;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.plan.Plan;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.toolroot.ToolRoots;
import dev.dbg.tools.argument.Redaction;
import dev.dbg.wire.Request;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Builds the records of one request, dbg-audit(5), which have the same session number. */
public final class SessionRecords {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 8;

  private final String session;
  private final Operator operator;
  private final Request request;
  private final Rights rights;
  private final RecordableWords kept;

  /** The shell in which the request was typed. */
  private final Optional<ShellId> shell;

  SessionRecords(Operator operator, Request request, Rights rights) {
    this(newNumber(), operator, request, rights);
  }

  private SessionRecords(String session, Operator operator, Request request, Rights rights) {
    this.session = session;
    this.operator = operator;
    this.request = request;
    this.rights = rights;
    this.kept = new RecordableWords(rights.catalogue());
    this.shell = ShellId.claimed(request.variable(Request.SHELL), operator.id());
  }

  /** Of the same request, by the rights of another moment. */
  SessionRecords by(Rights now) {
    return new SessionRecords(session, operator, request, now);
  }

  /** Sixteen digits that nobody can guess. */
  static String newNumber() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  RecordBuilder intent(
      Invocation.Exec asked,
      Permission<PinnedTarget> permission,
      ToolRoots.Lease tool,
      Plan plan,
      TimeLimit time) {
    Map<String, String> inodes = new LinkedHashMap<>();
    permission.namespaces().forEach((kind, identity) -> inodes.put(kind.word(), identity));
    List<String> run = new ArrayList<>(List.of(permission.tool().name()));
    run.addAll(permission.arguments().shown());
    Optional<Duration> longer = time.isCut() ? time.asked() : Optional.empty();
    RecordBuilder intent =
        about(Event.INTENT, asked.reason())
            .with(permission.target().target())
            .with(
                TARGET_ASKED,
                permission.target().target().isImage() ? asked.line().target().toString() : null)
            .with(TARGET_START_TIME, permission.target().held().map(PinnedTarget.Held::startTime))
            .with(
                TARGET_STATE,
                permission.target().isStopped() ? permission.target().target().state() : null)
            .with(TARGET_NAMESPACES, inodes);
    return typed(intent, asked.line().in(permission.selected()))
        .with(TOOL_PATH, tool.root().executable().toString())
        .with(TOOL_SHA256, tool.root().sha256())
        .with(TOOL_ARGV_RUN, run)
        .with(DECISION_ALLOWED, true)
        .with(DECISION_RULE, permission.rule())
        .with(DECISION_POLICY, rights.policy().sha256())
        .with(CONFINEMENT_UID, plan.runAs().uid())
        .with(CONFINEMENT_GID, plan.runAs().gid())
        .with(
            CONFINEMENT_CAPS, permission.capabilities().stream().map(Enum::name).sorted().toList())
        .with(CONFINEMENT_VIEW, plan.view().word())
        .with(CONFINEMENT_STREAMS, plan.streams().word())
        .with(CONFINEMENT_TIMEOUT_S, time.given().toSeconds())
        .with(CONFINEMENT_TIMEOUT_ASKED_S, longer.map(Duration::toSeconds));
  }

  /** A shell begins. */
  public RecordBuilder shell(Invocation.Shell asked, Target target, String number) {
    return about(Event.SHELL, asked.reason())
        .with(SHELL, number)
        .with(target)
        .with(ARGV, kept.of(request.arguments()))
        .with(DECISION_ALLOWED, true)
        .with(DECISION_POLICY, rights.policy().sha256());
  }

  /** What {@code dbg sessions} says of the session. */
  RunningSession.Facts facts(
      Invocation.Exec asked,
      Permission<PinnedTarget> permission,
      boolean isRecorded,
      Instant started) {
    Target target = permission.target().target();
    return new RunningSession.Facts(
        session,
        operator,
        Optional.of(target),
        target.owner().isPresent() || target.way() == ResolvedBy.PROCESS
            ? target.address()
            : target.name(),
        permission.namespaces().keySet(),
        asked.line().options(),
        permission.tool().name(),
        kept.arguments(asked.line().tool(), asked.line().arguments()),
        asked.terminal(),
        isRecorded,
        started);
  }

  /** What it says while the line waits for its container: what was typed, as in a refusal. */
  RunningSession.Facts waiting(Invocation.Exec asked) {
    Invocation.Line line = asked.line();
    return new RunningSession.Facts(
        session,
        operator,
        Optional.empty(),
        asked(line.target()),
        line.namespaces().typed(),
        line.options(),
        Redaction.ofName(line.tool()),
        kept.arguments(line.tool(), line.arguments()),
        asked.terminal(),
        asked.record(),
        Instant.now());
  }

  RecordBuilder result(
      Entry.End end, Optional<EndOrder> order, ResourceUsage usage, Duration took) {
    List<String> shortOf =
        usage.limitsHit().stream().map(limit -> limit.name().toLowerCase(Locale.ROOT)).toList();
    return ended(about(Event.RESULT, Optional.empty()), order)
        .with(end.outcome())
        .with(OUTCOME_SHORT_OF, shortOf.isEmpty() ? null : shortOf)
        .with(OUTCOME_DURATION_US, took.toNanos() / 1000)
        .with(OUTCOME_CPU_US, end.cpuMicros())
        .with(OUTCOME_MEMORY_BYTES, usage.memory())
        .with(OUTCOME_HELD, end.held() ? true : null);
  }

  private static RecordBuilder ended(RecordBuilder result, Optional<EndOrder> order) {
    return switch (order.orElse(null)) {
      case null -> result;
      case EndOrder.Stopped stopped -> result.with(ENDED_HOW, "stop");
      case EndOrder.Killed killed ->
          result
              .with(ENDED_HOW, "kill")
              .with(ENDED_UID, killed.by().uid().number())
              .with(ENDED_USER, killed.by().user())
              .with(ENDED_SESSION, killed.session());
    };
  }

  /** The operator ends a session, or a wait, with {@code dbg kill}. */
  public RecordBuilder kill(RunningSession.Facts killed) {
    RecordBuilder act = about(Event.KILL, Optional.empty()).with(ARGV, request.arguments());
    return killed
        .target()
        .map(act::with)
        .orElseGet(() -> act.with(TARGET_ASKED, killed.container()))
        .with(TOOL_NAME, killed.tool())
        .with(KILLED_SESSION, killed.session())
        .with(KILLED_UID, killed.operator().uid().number())
        .with(KILLED_USER, killed.operator().user());
  }

  /** What is refused is not about a container: {@code dbg kill}, {@code dbg witness}. */
  public RecordBuilder denied(Refusal refusal) {
    return refused(
        about(Event.DENIED, Optional.empty()).with(ARGV, kept.of(request.arguments())), refusal);
  }

  RecordBuilder denied(Invocation.Line line, Optional<String> reason, Refusal refusal) {
    RecordBuilder draft = about(Event.DENIED, reason).with(TARGET_ASKED, asked(line.target()));
    return refused(typed(draft, line), line.target(), refusal);
  }

  /** A signal of the client's, or an order, ended the line before it was decided otherwise. */
  static RecordBuilder ended(
      RecordBuilder denied, Outcome.Signalled signal, Optional<EndOrder> order) {
    return ended(denied, order).with(signal).with(OUTCOME_STATUS, signal.status());
  }

  /** A command line that cannot be parsed. */
  public RecordBuilder mistyped(String why, int status) {
    return about(Event.MISTYPED, Optional.empty())
        .with(ARGV, kept.of(request.arguments()))
        .with(WHY, why)
        .with(OUTCOME_STATUS, status);
  }

  /**
   * A refused question about a container: an operator who tries many names leaves a record of each.
   */
  public RecordBuilder unanswered(TargetName name, Refusal refusal) {
    return refused(
        about(Event.DENIED, Optional.empty())
            .with(TARGET_ASKED, asked(name))
            .with(ARGV, kept.of(request.arguments())),
        name,
        refusal);
  }

  private static String asked(TargetName name) {
    return RecordableWords.isTarget(name.toString()) ? name.toString() : Redaction.HIDDEN;
  }

  /** The message may repeat what was typed for the container. */
  private RecordBuilder refused(RecordBuilder draft, TargetName name, Refusal refusal) {
    return RecordableWords.isTarget(name.toString())
        ? refused(draft, refusal)
        : refused(draft, refusal, "this names no container", "this names no container");
  }

  private RecordBuilder refused(RecordBuilder draft, Refusal refusal) {
    return refused(draft, refusal, refusal.message(), refusal.detail());
  }

  private RecordBuilder refused(RecordBuilder draft, Refusal refusal, String why, String detail) {
    return draft
        .with(DECISION_ALLOWED, false)
        .with(DECISION_KIND, refusal.kind().word())
        .with(DECISION_POLICY, rights.policy().sha256())
        .with(DECISION_WHY, why)
        .with(DECISION_DETAIL, detail.equals(why) ? null : detail)
        .with(OUTCOME_STATUS, refusal.status());
  }

  /** A client whose request was not read. */
  public static RecordBuilder turnedAway(Operator operator, Refusal refusal) {
    return RecordBuilder.of(Event.DENIED)
        .with(operator)
        .with(DECISION_ALLOWED, false)
        .with(DECISION_KIND, refusal.kind().word())
        .with(DECISION_WHY, refusal.message())
        .with(OUTCOME_STATUS, refusal.status());
  }

  /**
   * A user reads records of others.
   *
   * @param places the accesses that permit it; none for root
   */
  public RecordBuilder read(List<String> places) {
    return about(Event.READ, Optional.empty())
        .with(ARGV, request.arguments())
        .with(DECISION_ALLOWED, true)
        .with(DECISION_RULE, places.isEmpty() ? null : String.join(", ", places))
        .with(DECISION_POLICY, rights.policy().sha256());
  }

  /** The operator says how far the log of a host has come, for which root lets them speak. */
  public RecordBuilder witnessed(String host, Invocation.NoteSeal seal) {
    // The operator has no words in it but the numbers and the hash: nothing that the client sent.
    return RecordBuilder.of(Event.WITNESS)
        .with(SESSION, session)
        .with(operator, rights.policy().groupsOf(operator))
        .with(ARGV, List.of("witness", host, String.valueOf(seal.epoch()), seal.head()));
  }

  /** The session number of all these records. */
  public String session() {
    return session;
  }

  private RecordBuilder about(Event event, Optional<String> reason) {
    return RecordBuilder.of(event)
        .with(SESSION, session)
        .with(SHELL, shell.map(ShellId::text))
        .with(TAB, request.variable(Request.TAB).isEmpty() ? null : true)
        .with(operator, rights.policy().groupsOf(operator))
        .with(CWD, request.directory())
        .with(REASON, reason);
  }

  /** Adds the command line as it was typed: what is run, and where. */
  private RecordBuilder typed(RecordBuilder draft, Invocation.Line line) {
    return draft
        .with(
            NAMESPACES,
            line.namespaces().typed().stream().sorted().map(NamespaceKind::word).toList())
        .with(TOOL_NAME, Redaction.ofName(line.tool()))
        .with(TOOL_DIRECTORY, line.directory())
        .with(TOOL_RUN_AS, line.runAs().equals(RunAs.ROOT) ? null : line.runAs().toString())
        .with(TOOL_ARGV_TYPED, kept.arguments(line.tool(), line.arguments()));
  }
}
