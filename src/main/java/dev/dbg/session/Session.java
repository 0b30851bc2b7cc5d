package dev.dbg.session;

import dev.dbg.audit.record.Draft;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.enter.Account;
import dev.dbg.enter.Entry;
import dev.dbg.enter.Plan;
import dev.dbg.enter.ReadyTool;
import dev.dbg.enter.SessionGroup;
import dev.dbg.enter.StreamEnds;
import dev.dbg.enter.Streams;
import dev.dbg.enter.ToolUnusable;
import dev.dbg.grammar.Invocation;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.UnixConnection;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.model.Refusal;
import dev.dbg.wire.Reply;
import dev.dbg.wire.Request;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One permitted or refused run of a tool, dbgd(8). */
final class Session {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final House house;
  private final House.Rights rights;
  private final Operator operator;
  private final Request request;
  private final Invocation.Exec asked;
  private final UnixConnection connection;
  private final Reply reply;
  private final Runnable whenPermitted;
  private final Records records;

  /**
   * @param whenPermitted happens before a tool is run
   */
  Session(
      House house,
      House.Rights rights,
      Operator operator,
      Request request,
      Invocation.Exec asked,
      UnixConnection connection,
      Reply reply,
      Runnable whenPermitted) {
    this.house = house;
    this.rights = rights;
    this.operator = operator;
    this.request = request;
    this.asked = asked;
    this.connection = connection;
    this.reply = reply;
    this.whenPermitted = whenPermitted;
    this.records = new Records(operator, request, rights);
  }

  /** From a request to its end; every way through here leaves a record. */
  void run() throws AuditFailure {
    try (Judge.Permission permission = permission();
        Limits.Place _ = place();
        Limits.Place _ = placeUnder(permission);
        ReadyTool tool = ready(permission);
        SessionGroup group = group();
        Recorder recorder = recorder(permission);
        StreamEnds streams = streams(permission, recorder)) {
      whenPermitted.run();
      Plan plan = plan(permission, recorder);
      Messages.about(permission.target().target()).ifPresent(reply::complain);
      TimeLimit time = TimeLimit.of(asked.timeout(), permission.verdict(), house.timeout());
      if (time.isCut()) {
        reply.complain(time.cut());
      }
      long started = System.nanoTime();
      Draft intent = records.intent(asked, permission, tool, plan, time);
      Entry entry = entry(plan, permission, tool, group, recorder, streams);
      Entry.End end = enter(entry, recorder.noted(intent), streams, time);
      Account account = leave(group);
      Duration took = Duration.ofNanos(System.nanoTime() - started);
      house.audit().append(records.result(end, account, took).with("recording", recorder.end()));
      reply(end, account, time);
    } catch (Refusal refusal) {
      house.repetitions().append(records.denied(asked.line(), asked.reason(), refusal));
      refuse(reply, refusal);
    }
  }

  static void refuse(Reply reply, Refusal refusal) {
    reply.complain((refusal.isDenied() ? "refused: " : "") + refusal.message());
    reply.exit(refusal.status());
  }

  /** Made for this session: none of the operator's own descriptors is ever here. */
  private StreamEnds streams(Judge.Permission permission, Recorder recorder) throws Refusal {
    if (asked.terminal() && !request.isAtTerminal()) {
      throw Refusal.failed(
          ExitStatus.DBG_FAILED,
          "-t gives the tool a terminal, and here is none to show it on: standard input or output is something else: leave out -t");
    }
    try {
      return StreamEnds.open(
          new StreamEnds.Wanted(
              reach(permission, recorder),
              permission.tool().input().isReadWith(permission.arguments()),
              request.terminals(),
              request.window()));
    } catch (KernelException e) {
      throw Refusal.failed(
          ExitStatus.DBG_FAILED, "no pipes for the tool's streams: " + e.message());
    }
  }

  private Streams reach(Judge.Permission permission, Recorder recorder) {
    return Streams.of(
        permission.namespaces().keySet(),
        asked.terminal(),
        permission.tool().tracer(),
        recorder.isOn());
  }

  private Judge.Permission permission() throws Refusal {
    return new Judge(house, rights, operator)
        .permission(asked.line(), asked.reason().isPresent(), asked.record());
  }

  /** Beside the place that it has, one of those that the rule gives an operator. */
  private Limits.Place placeUnder(Judge.Permission permission) throws Refusal {
    Optional<Integer> most = permission.terms().sessions();
    try {
      return most.isPresent()
          ? house.limits().takeUnder(permission.rule(), operator.uid(), most.get())
          : () -> {};
    } catch (Limits.Full e) {
      throw Refusal.failed(ExitStatus.DBG_FAILED, e.message());
    }
  }

  private Limits.Place place() throws Refusal {
    try {
      return house.limits().take(operator.uid());
    } catch (Limits.Full e) {
      throw Refusal.failed(ExitStatus.DBG_FAILED, e.message());
    }
  }

  private ReadyTool ready(Judge.Permission permission) throws Refusal {
    try {
      return house.views().ready(permission.tool(), permission.view());
    } catch (ToolUnusable e) {
      throw Refusal.failed(e.status(), e.message());
    }
  }

  private SessionGroup group() throws Refusal {
    try {
      return house.groups().take();
    } catch (KernelException e) {
      throw Refusal.failed(
          ExitStatus.DBG_FAILED,
          "no control group for the session: %s: end sessions, or see cgroups(7)"
              .formatted(e.message()));
    }
  }

  /** What the rule wants recorded, or the operator. */
  private Recorder recorder(Judge.Permission permission) throws Refusal {
    return permission.verdict().terms().record().isRequired() || asked.record()
        ? Recorder.on(house.recordings(), records.session(), operator.uid())
        : Recorder.off();
  }

  private Plan plan(Judge.Permission permission, Recorder recorder) {
    return Plan.of(
        permission.tool(),
        permission.namespaces(),
        asked.line().runAs(),
        reach(permission, recorder),
        permission.arguments().canonical(),
        request.terminal());
  }

  private Entry entry(
      Plan plan,
      Judge.Permission permission,
      ReadyTool tool,
      SessionGroup group,
      Recorder recorder,
      StreamEnds streams) {
    return new Entry(
        plan, permission.target(), tool, house.helper(), streams, group, recorder.tape());
  }

  /** Nothing is spawned before the intent is durable. */
  private Entry.End enter(Entry entry, Draft intent, StreamEnds streams, TimeLimit time)
      throws AuditFailure {
    return new Escort(entry, connection, house.deadlines(), house.sessions())
        .accompany(() -> begin(intent, streams), time.given());
  }

  /** The client gets ready while the disk does. */
  private void begin(Draft intent, StreamEnds streams) throws AuditFailure {
    if (asked.terminal()) {
      reply.passKeysOn();
      reply.showVerbatim();
    }
    reply.handStreams(streams.mask(), streams.clients());
    streams.closeClients();
    house.audit().append(intent);
  }

  /** Nothing of the tool's is left when its end is recorded. */
  private static Account leave(SessionGroup group) {
    try {
      return group.end();
    } catch (KernelException e) {
      LOG.error("what a tool has left behind may still run: {}", e.message());
      return Account.NONE;
    }
  }

  private void reply(Entry.End end, Account account, TimeLimit time) {
    Messages.about(end.outcome(), time).ifPresent(reply::complain);
    account
        .shortages()
        .forEach(shortage -> reply.complain(Messages.about(shortage, house.groups().limits())));
    reply.end(end.outcome());
  }
}
