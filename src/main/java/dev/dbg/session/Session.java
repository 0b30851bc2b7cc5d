package dev.dbg.session;

import dev.dbg.audit.AuditFailure;
import dev.dbg.audit.Draft;
import dev.dbg.enter.Entry;
import dev.dbg.enter.Plan;
import dev.dbg.enter.ReadyTool;
import dev.dbg.enter.Streams;
import dev.dbg.enter.ToolUnusable;
import dev.dbg.grammar.Invocation;
import dev.dbg.kernel.UnixConnection;
import dev.dbg.kernel.Users;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.model.Refusal;
import dev.dbg.wire.Reply;
import dev.dbg.wire.Request;
import dev.dbg.wire.Stdio;
import java.time.Duration;
import java.util.List;

/** One permitted or refused run of a tool, dbgd(8). */
final class Session {
  private final House house;
  private final House.Rights rights;
  private final Operator operator;
  private final Request request;
  private final Invocation.Exec asked;
  private final Stdio stdio;
  private final UnixConnection connection;
  private final Reply reply;
  private final Records records;

  Session(
      House house,
      House.Rights rights,
      Operator operator,
      Request request,
      Invocation.Exec asked,
      Stdio stdio,
      UnixConnection connection,
      Reply reply) {
    this.house = house;
    this.rights = rights;
    this.operator = operator;
    this.request = request;
    this.asked = asked;
    this.stdio = stdio;
    this.connection = connection;
    this.reply = reply;
    this.records = new Records(operator, request, rights.policy());
  }

  /** From a request to its end; every way through here leaves a record. */
  void run() throws AuditFailure {
    try (Limits.Place _ = place();
        Judge.Permission permission = new Judge(house, rights, operator).permission(asked.line());
        ReadyTool tool = ready(permission)) {
      requireTerminal();
      Plan plan = plan(permission);
      long started = System.nanoTime();
      Entry.End end = enter(plan, permission, tool, records.intent(asked, permission, tool, plan));
      Duration took = Duration.ofNanos(System.nanoTime() - started);
      house.audit().append(records.result(end, took));
      reply(end);
    } catch (Refusal refusal) {
      house.audit().append(records.denied(asked.line(), asked.reason(), refusal));
      refuse(reply, refusal);
    }
  }

  static void refuse(Reply reply, Refusal refusal) {
    reply.complain((refusal.isDenied() ? "refused: " : "") + refusal.message());
    reply.exit(refusal.status());
  }

  private void requireTerminal() throws Refusal {
    if (asked.terminal()
        && !(Users.isTerminal(stdio.input()) && Users.isTerminal(stdio.output()))) {
      throw Refusal.failed(
          ExitStatus.DBG_FAILED,
          "-t gives the tool a terminal, and here is none to show it on: standard input or output is something else: leave out -t");
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

  private Plan plan(Judge.Permission permission) {
    return Plan.of(
        permission.tool(),
        permission.namespaces(),
        asked.line().runAs(),
        Streams.of(permission.namespaces().keySet(), asked.terminal()),
        permission.arguments(),
        request.terminal());
  }

  /** Nothing is spawned before the intent is durable. */
  private Entry.End enter(Plan plan, Judge.Permission permission, ReadyTool tool, Draft intent)
      throws AuditFailure {
    Duration most =
        asked.timeout().filter(t -> t.compareTo(house.timeout()) < 0).orElse(house.timeout());
    Entry entry =
        new Entry(
            plan,
            permission.target(),
            tool,
            house.helper(),
            List.of(stdio.input(), stdio.output(), stdio.error()));
    return new Escort(entry, connection, house.deadlines(), house.sessions())
        .accompany(() -> begin(intent), most);
  }

  private void begin(Draft intent) throws AuditFailure {
    house.audit().append(intent);
    if (asked.terminal()) {
      reply.passKeysOn();
    }
  }

  private void reply(Entry.End end) {
    Messages.about(end.outcome(), house.timeout()).ifPresent(reply::complain);
    reply.end(end.outcome());
  }
}
