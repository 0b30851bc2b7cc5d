package dev.dbg.session;

import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.authorize.Circumstances;
import dev.dbg.authorize.Permission;
import dev.dbg.cgroup.ResourceUsage;
import dev.dbg.cgroup.SessionGroup;
import dev.dbg.enter.Entry;
import dev.dbg.enter.StreamEnds;
import dev.dbg.grammar.Invocation;
import dev.dbg.kernel.KernelException;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Refusal;
import dev.dbg.plan.Plan;
import dev.dbg.plan.Streams;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.toolroot.ToolRoots;
import dev.dbg.toolroot.ToolUnusable;
import dev.dbg.wire.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One permitted or refused run of a tool, dbgd(8). */
public final class Session {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Services services;
  private final ClientRequest asker;
  private final Invocation.Exec asked;
  private final Reply reply;
  private final Runnable whenPermitted;
  private final SessionRecords records;

  /**
   * @param whenPermitted happens before a tool is run
   */
  public Session(
      Services services, ClientRequest asker, Invocation.Exec asked, Runnable whenPermitted) {
    this.services = services;
    this.asker = asker;
    this.asked = asked;
    this.reply = asker.reply();
    this.whenPermitted = whenPermitted;
    this.records = asker.records();
  }

  /** From a request to its end; every way through here leaves a record. */
  public void run() throws AuditFailure {
    try (Permission<PinnedTarget> permission = permission();
        SessionLimits.Place _ = place();
        SessionLimits.Place _ = placeUnder(permission);
        ToolRoots.Lease tool = ready(permission);
        SessionGroup group = group();
        SessionRecorder recorder = recorder(permission);
        StreamEnds streams = streams(permission, recorder)) {
      whenPermitted.run();
      Plan plan = plan(permission, recorder);
      Messages.about(permission.target().target()).ifPresent(reply::complain);
      TimeLimit time = TimeLimit.of(asked.timeout(), permission.decision(), services.timeout());
      if (time.isCut()) {
        reply.complain(time.cut());
      }
      long started = System.nanoTime();
      RecordBuilder intent = records.intent(asked, permission, tool, plan, time);
      Entry entry = entry(plan, permission, tool, group, recorder, streams);
      Entry.End end = enter(entry, recorder.noted(intent), streams, time);
      ResourceUsage usage = leave(group);
      Duration took = Duration.ofNanos(System.nanoTime() - started);
      services
          .audit()
          .append(records.result(end, usage, took).with(RecordField.RECORDING, recorder.end()));
      reply(end, usage, time);
    } catch (Refusal refusal) {
      services.repeats().append(records.denied(asked.line(), asked.reason(), refusal));
      refuse(reply, refusal);
    }
  }

  public static void refuse(Reply reply, Refusal refusal) {
    reply.complain((refusal.isDenied() ? "refused: " : "") + refusal.message());
    reply.exit(refusal.status());
  }

  /** Made for this session: none of the operator's own descriptors is ever here. */
  private StreamEnds streams(Permission<PinnedTarget> permission, SessionRecorder recorder)
      throws Refusal {
    if (asked.terminal() && !asker.request().isAtTerminal()) {
      throw Refusal.failed(
          ExitStatus.DBG_FAILED,
          "-t gives the tool a terminal, and here is none to show it on: standard input or output is something else: leave out -t");
    }
    try {
      return StreamEnds.open(
          new StreamEnds.Wanted(
              reach(permission, recorder),
              permission.tool().input().isReadWith(permission.arguments()),
              asker.request().terminals(),
              asker.request().window()));
    } catch (KernelException e) {
      throw Refusal.failed(
          ExitStatus.DBG_FAILED, "no pipes for the tool's streams: " + e.message());
    }
  }

  private Streams reach(Permission<PinnedTarget> permission, SessionRecorder recorder) {
    return Streams.of(
        permission.namespaces().keySet(),
        asked.terminal(),
        permission.tool().tracer(),
        recorder.isOn());
  }

  private Permission<PinnedTarget> permission() throws Refusal {
    return services
        .authorizer(asker.rights(), asker.operator())
        .permission(
            asked.line(),
            new Circumstances(asked.reason().isPresent(), asked.record(), Instant.now()));
  }

  /** Beside the place that it has, one of those that the rule gives an operator. */
  private SessionLimits.Place placeUnder(Permission<PinnedTarget> permission) throws Refusal {
    Optional<Integer> most = permission.terms().sessions();
    try {
      return most.isPresent()
          ? services.limits().takeUnder(permission.rule(), asker.operator().uid(), most.get())
          : () -> {};
    } catch (SessionLimits.Full e) {
      throw Refusal.failed(ExitStatus.DBG_FAILED, e.message());
    }
  }

  private SessionLimits.Place place() throws Refusal {
    try {
      return services.limits().take(asker.operator().uid());
    } catch (SessionLimits.Full e) {
      throw Refusal.failed(ExitStatus.DBG_FAILED, e.message());
    }
  }

  private ToolRoots.Lease ready(Permission<PinnedTarget> permission) throws Refusal {
    try {
      return services.toolRoots().ready(permission.tool(), permission.view());
    } catch (ToolUnusable e) {
      throw Refusal.failed(e.status(), e.message());
    }
  }

  private SessionGroup group() throws Refusal {
    try {
      return services.groups().take();
    } catch (KernelException e) {
      throw Refusal.failed(
          ExitStatus.DBG_FAILED,
          "no control group for the session: %s: end sessions, or see cgroups(7)"
              .formatted(e.message()));
    }
  }

  /** What the rule wants recorded, or the operator. */
  private SessionRecorder recorder(Permission<PinnedTarget> permission) throws Refusal {
    return permission.decision().terms().record().isRequired() || asked.record()
        ? SessionRecorder.on(services.recordings(), records.session(), asker.operator().uid())
        : SessionRecorder.off();
  }

  private Plan plan(Permission<PinnedTarget> permission, SessionRecorder recorder) {
    return Plan.of(
        permission.tool(),
        permission.namespaces(),
        asked.line().runAs(),
        reach(permission, recorder),
        permission.arguments().canonical(),
        asker.request().terminal());
  }

  private Entry entry(
      Plan plan,
      Permission<PinnedTarget> permission,
      ToolRoots.Lease tool,
      SessionGroup group,
      SessionRecorder recorder,
      StreamEnds streams) {
    return new Entry(
        plan, permission.target(), tool, services.helper(), streams, group, recorder.tape());
  }

  /** Nothing is spawned before the intent is durable. */
  private Entry.End enter(Entry entry, RecordBuilder intent, StreamEnds streams, TimeLimit time)
      throws AuditFailure {
    return new Supervisor(entry, asker.connection(), services.deadlines(), services.running())
        .accompany(() -> begin(intent, streams), time.given());
  }

  /** The client gets ready while the disk does. */
  private void begin(RecordBuilder intent, StreamEnds streams) throws AuditFailure {
    if (asked.terminal()) {
      reply.passKeysOn();
      reply.showVerbatim();
    }
    reply.handStreams(streams.mask(), streams.clients());
    streams.closeClients();
    services.audit().append(intent);
  }

  /** Nothing of the tool's is left when its end is recorded. */
  private static ResourceUsage leave(SessionGroup group) {
    try {
      return group.end();
    } catch (KernelException e) {
      LOG.error("what a tool has left behind may still run: {}", e.message());
      return ResourceUsage.NONE;
    }
  }

  private void reply(Entry.End end, ResourceUsage usage, TimeLimit time) {
    Messages.about(end.outcome(), time).ifPresent(reply::complain);
    usage
        .limitsHit()
        .forEach(limit -> reply.complain(Messages.about(limit, services.groups().limits())));
    reply.end(end.outcome());
  }
}
