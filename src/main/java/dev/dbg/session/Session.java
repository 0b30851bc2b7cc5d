package dev.dbg.session;

import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.recording.Recording;
import dev.dbg.audit.recording.RecordingQuota;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.authorize.Authorizer;
import dev.dbg.authorize.Circumstances;
import dev.dbg.authorize.Permission;
import dev.dbg.authorize.Rights;
import dev.dbg.cgroup.ResourceUsage;
import dev.dbg.cgroup.SessionGroup;
import dev.dbg.enter.Entry;
import dev.dbg.enter.RecordingFds;
import dev.dbg.enter.StreamEnds;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.words.RunAs;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Gid;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.OperatorId;
import dev.dbg.model.Outcome;
import dev.dbg.model.Refusal;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.Uid;
import dev.dbg.plan.Plan;
import dev.dbg.plan.Streams;
import dev.dbg.plan.View;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.stopped.StoppedFiles;
import dev.dbg.toolroot.ToolRoots;
import dev.dbg.tools.Input;
import dev.dbg.trace.Stage;
import dev.dbg.trace.Trace;
import dev.dbg.wire.Reply;
import dev.dbg.wire.Request;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One permitted or refused run of a tool, dbg-inside(7). */
public final class Session {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Services services;
  private final ClientRequest client;
  private final Invocation.Exec exec;

  /** For limits alone. */
  private final OperatorId user;

  private final Reply reply;
  private final Runnable whenPermitted;
  private final RunningSession running;
  private final StartWait start;
  private SessionRecords records;

  /**
   * @param whenPermitted runs after the last check and before the tool
   * @param whenWaiting runs before it waits for a container
   */
  public Session(
      Services services,
      ClientRequest client,
      Invocation.Exec exec,
      Runnable whenPermitted,
      Runnable whenWaiting) {
    this.services = services;
    this.client = client;
    this.exec = exec;
    this.user = client.operator().id().counted();
    this.reply = client.reply();
    this.whenPermitted = whenPermitted;
    this.records = client.records();
    this.running = new RunningSession();
    this.start =
        new StartWait(
            services,
            client,
            exec,
            running::order,
            () -> {
              whenWaiting.run();
              running.waits(records.waiting(exec));
              services.running().add(running);
            });
  }

  /** Runs the stages of dbg-inside(7), "One request", and records the outcome. */
  public void run() throws AuditFailure {
    try (start;
        Permission<PinnedTarget> permission = start.permission(this::permission);
        SessionLimits.Place place = start.place();
        SessionLimits.Place underRule = placeUnderRule(permission);
        ToolRoots.Lease tool = toolRoot(permission);
        SessionGroup group = group();
        Recording recording = recording(permission);
        LogFeed log = LogFeed.of(permission, services, client);
        StreamEnds streams = streams(permission, recording != null, log.reader())) {
      SessionLimits.Holder holder = holder(permission);
      services.limits().requireFewHeld(user, holder);
      Optional<StoppedFiles> files = files(permission.target());
      whenPermitted.run();
      boolean isRecorded = recording != null;
      Messages.about(permission.target().target(), permission.target().unheard())
          .forEach(reply::complain);
      if (!permission.tool().isTold()) {
        Messages.aboutSandbox(permission.target().target()).ifPresent(reply::complain);
      }
      Messages.aboutCoveredFiles(permission).ifPresent(reply::complain);
      Plan plan = plan(permission, isRecorded);
      TimeLimit time = timeLimit(permission);
      long started = System.nanoTime();
      Entry entry =
          new Entry(
              new Entry.Needs(
                  plan,
                  permission.target(),
                  files,
                  tool,
                  services.helper(),
                  streams,
                  group,
                  Optional.ofNullable(recording)
                      .map(r -> new RecordingFds(r.output(), r.timing(), r.most()))));
      Supervisor supervisor = new Supervisor(entry, client.connection(), services.deadlines());
      RunningSession.Facts facts = records.facts(exec, permission, isRecorded, Instant.now());
      Entry.End end;
      ResourceUsage usage;
      try {
        Entry.End ofTool =
            enter(
                supervisor,
                () -> {
                  running.runs(facts, group, supervisor);
                  services.running().add(running);
                  if (entry.isHandable()) {
                    handStreams(streams);
                  }
                  log.begin();
                },
                () ->
                    records
                        .intent(exec, permission, tool, plan, time)
                        .with(RecordField.WAITED_US, start.waited())
                        .with(RecordField.RECORDED, isRecorded ? true : null),
                time);
        usage = killRemaining(group);
        boolean held = ofTool.held() || !group.isGoneWithin(Supervisor.GRACE);
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        end = new Entry.End(log.outcome(ofTool.outcome()), ofTool.cpuMicros(), held);
        services.counters().ended(permission.tool().name(), end.outcome(), took);
        List<Long> copied = streams.counted();
        record(
            "record the result",
            records
                .result(end, supervisor.order(), usage, took)
                .with(RecordField.RECORDING, recording == null ? null : recording.end())
                .with(RecordField.OUTCOME_LOG_BYTES, log.bytes())
                .with(RecordField.OUTCOME_SENT_BYTES, copied.stream().findFirst())
                .with(RecordField.OUTCOME_RECEIVED_BYTES, copied.stream().skip(1).findFirst()));
      } finally {
        services.running().remove(running);
        services.limits().hold(user, holder, CompletableFuture.allOf(entry.gone(), group.gone()));
      }
      // Whoever is told that it has ended may begin the next.
      List.of(place, underRule).forEach(SessionLimits.Place::close);
      if (end.outcome() instanceof Outcome.Exited exited && exited.status() != 0) {
        Messages.aboutClosedFiles(permission).ifPresent(reply::complain);
      }
      reply(end, supervisor.order(), usage, time);
    } catch (Refusal refusal) {
      RecordBuilder denied =
          records
              .denied(exec.line(), exec.reason(), refusal)
              .with(RecordField.WAITED_US, start.waited());
      services
          .repeats()
          .append(
              start
                  .signal()
                  .map(signal -> SessionRecords.ended(denied, signal, running.order()))
                  .orElse(denied));
      start.signal().ifPresentOrElse(reply::end, () -> refuse(reply, refusal));
    } finally {
      services.running().remove(running);
    }
  }

  private Permission<PinnedTarget> permission(Rights rights, boolean again) throws Refusal {
    records = records.by(rights);
    Authorizer<PinnedTarget> authorizer = services.authorizer(rights, client.operator());
    try (Stage _ = Trace.stage("decide")) {
      return (again ? authorizer.again() : authorizer)
          .permission(exec.line(), Circumstances.of(exec, Instant.now()));
    }
  }

  private SessionLimits.Place placeUnderRule(Permission<PinnedTarget> permission) throws Refusal {
    Optional<Integer> most = permission.terms().sessions();
    return most.isPresent()
        ? services.limits().takeUnder(permission.rule(), user, most.get())
        : () -> {};
  }

  /**
   * By what a container can't have more of: it makes mount namespaces, and processes that an
   * operator may name, and a user makes containers of their own.
   */
  private SessionLimits.Holder holder(Permission<PinnedTarget> permission) {
    Target target = permission.target().target();
    boolean files = permission.view() == View.CONTAINER;
    String id = target.way() == ResolvedBy.PROCESS ? "of " + user : target.id();
    return new SessionLimits.Holder(
        target.owner().map(o -> "user " + o.uid()).orElse(target.runtime() + " " + id),
        files,
        !files && permission.namespaces().containsKey(NamespaceKind.NET));
  }

  /** Those of a container that does not run. */
  private Optional<StoppedFiles> files(PinnedTarget target) throws Refusal {
    if (!target.isStopped()) {
      return Optional.empty();
    }
    try (Stage _ = Trace.stage("find files")) {
      StoppedFiles files = services.resolver().files(target.target());
      Messages.aboutFiles(target, files.hidden()).ifPresent(reply::complain);
      return Optional.of(files);
    } catch (RuntimeUnavailable e) {
      throw Refusal.failed(e.message());
    }
  }

  private ToolRoots.Lease toolRoot(Permission<PinnedTarget> permission) throws Refusal {
    try (Stage _ = Trace.stage("make the tool ready")) {
      return services.toolRoots().ready(permission.tool(), permission.view());
    }
  }

  private SessionGroup group() throws Refusal {
    try (Stage _ = Trace.stage("take control groups")) {
      return services.groups().take();
    } catch (KernelException e) {
      throw Refusal.failed(
          "no control group for the session: %s: end sessions, or see cgroups(7)"
              .formatted(e.message()));
    }
  }

  /**
   * Records the tool's output if the rule requires it or the operator asks for it; else null. A
   * session that must be recorded and cannot be is refused.
   */
  private @Nullable Recording recording(Permission<PinnedTarget> permission) throws Refusal {
    if (!permission.terms().record().isRequired() && !exec.record()) {
      return null;
    }
    String why;
    try {
      return services.recordings().begin(records.session(), user);
    } catch (RecordingQuota.Full e) {
      why = e.message();
    } catch (IOException e) {
      why = e.getMessage() + ": free disk space, or check the audit log's directory";
    }
    throw Refusal.failed("the session cannot be recorded: " + why);
  }

  /** dbgd's own pipes and terminals; the operator's descriptors are never passed to dbgd. */
  private StreamEnds streams(
      Permission<PinnedTarget> permission, boolean isRecorded, Optional<Fd> log) throws Refusal {
    if (exec.terminal() && !client.request().isAtTerminal()) {
      throw Refusal.failed("-t needs a terminal on standard input and output: leave out -t");
    }
    try (Stage _ = Trace.stage("open streams")) {
      return StreamEnds.open(
          new StreamEnds.WantedStreams(
              kindOfStreams(permission, isRecorded),
              permission.tool().input().isReadWith(permission.arguments()),
              permission.tool().input() == Input.CONNECTION,
              log,
              client.request().terminals(),
              start.window(),
              owner(permission)));
    } catch (KernelException e) {
      throw Refusal.failed("no pipes for the tool's streams: " + e.message());
    }
  }

  /** The host's ids of the tool's user; empty for root, and for an id that is not mapped. */
  private Optional<StreamEnds.TerminalOwner> owner(Permission<PinnedTarget> permission)
      throws KernelException {
    RunAs runAs = exec.line().runAs();
    boolean mapped = permission.namespaces().containsKey(NamespaceKind.USER);
    Optional<Long> uid =
        mapped ? permission.target().proc().hostUser(runAs.uid()) : Optional.of(runAs.uid());
    Optional<Long> gid =
        mapped ? permission.target().proc().hostGroup(runAs.gid()) : Optional.of(runAs.gid());
    return uid.isEmpty() || gid.isEmpty() || uid.get() == 0
        ? Optional.empty()
        : Optional.of(new StreamEnds.TerminalOwner(new Uid(uid.get()), new Gid(gid.get())));
  }

  private Streams kindOfStreams(Permission<PinnedTarget> permission, boolean isRecorded) {
    return Streams.of(
        permission.namespaces().keySet(),
        exec.terminal(),
        permission.tool().isTracer(),
        isRecorded);
  }

  private Plan plan(Permission<PinnedTarget> permission, boolean isRecorded) {
    return Plan.of(
        permission.tool(),
        permission.namespaces(),
        exec.line().runAs(),
        kindOfStreams(permission, isRecorded),
        permission.arguments().canonical(),
        exec.line().directory(),
        client.request().variable(Request.TERMINAL));
  }

  private TimeLimit timeLimit(Permission<PinnedTarget> permission) {
    TimeLimit time = TimeLimit.of(exec.timeout(), permission.decision(), services.timeout());
    if (time.isCut()) {
      reply.complain(time.cut());
    }
    return time;
  }

  /**
   * The thread joins the namespaces and dbg-enter prepares itself while the INTENT is written. The
   * client gets its streams while the tool starts; none if dbg-enter could not be started.
   */
  private Entry.End enter(
      Supervisor supervisor, Runnable whenStarted, Supplier<RecordBuilder> intent, TimeLimit time)
      throws AuditFailure {
    return supervisor.run(
        () -> record("record the intent", intent.get()), time.given(), whenStarted);
  }

  private void handStreams(StreamEnds streams) {
    try (Stage _ = Trace.stage("hand streams over")) {
      if (exec.terminal()) {
        reply.passKeysOn();
        reply.showVerbatim();
      }
      reply.handStreams(streams.mask(), streams.clients());
      streams.closeClients();
    }
  }

  private void record(String stage, RecordBuilder record) throws AuditFailure {
    try (Stage _ = Trace.stage(stage)) {
      services.audit().append(record);
    }
  }

  private static ResourceUsage killRemaining(SessionGroup group) {
    try (Stage _ = Trace.stage("end what is left")) {
      return group.end();
    } catch (KernelException e) {
      LOG.error("processes left by a tool may still be running: {}", e.message());
      return ResourceUsage.NONE;
    }
  }

  private void reply(Entry.End end, Optional<EndOrder> order, ResourceUsage usage, TimeLimit time) {
    order.map(Messages::about).ifPresent(reply::complain);
    Messages.about(end.outcome(), time).ifPresent(reply::complain);
    usage
        .limitsHit()
        .forEach(limit -> reply.complain(Messages.about(limit, services.groups().limits())));
    reply.end(end.outcome());
  }

  /** Ends the client with a refusal, without a record. */
  public static void refuse(Reply reply, Refusal refusal) {
    reply.complain((refusal.status() == ExitStatus.REFUSED ? "refused: " : "") + refusal.message());
    reply.exit(refusal.status());
  }
}
