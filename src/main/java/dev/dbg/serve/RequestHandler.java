package dev.dbg.serve;

import dev.dbg.answer.ContainerList;
import dev.dbg.answer.Diagnosis;
import dev.dbg.answer.Explanation;
import dev.dbg.answer.SessionKill;
import dev.dbg.answer.SessionList;
import dev.dbg.answer.ToolsAnswer;
import dev.dbg.answer.VersionAnswer;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.authorize.Authorizer;
import dev.dbg.authorize.ObjectCommandCheck;
import dev.dbg.complete.CompleteAnswer;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.UsageMistake;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.model.QuotedText;
import dev.dbg.model.Refusal;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.review.AuditAnswer;
import dev.dbg.session.ClientRequest;
import dev.dbg.session.Services;
import dev.dbg.session.Session;
import dev.dbg.shell.ShellAnswer;
import dev.dbg.tools.Tool;
import dev.dbg.trace.Stage;
import dev.dbg.trace.Trace;
import dev.dbg.wire.MalformedPacket;
import dev.dbg.wire.Packets;
import dev.dbg.wire.Reply;
import dev.dbg.wire.Request;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles one client's request. Runs in a thread of the server's pool. */
final class RequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

  /** A client that does not read for longer than this is given up. */
  private static final Duration READ_WITHIN = Duration.ofSeconds(10);

  private final DaemonServices agent;
  private final Services services;
  private final Admission admission;
  private final Caller caller;
  private final UnixConnection connection;
  private final Reply reply;

  RequestHandler(
      DaemonServices agent, Admission admission, Caller caller, UnixConnection connection) {
    this.agent = agent;
    this.services = agent.services();
    this.admission = admission;
    this.caller = caller;
    this.connection = connection;
    this.reply = new Reply(connection);
  }

  void run() {
    try {
      connection.sendWithin(READ_WITHIN);
      handle();
    } catch (Refusal e) {
      reply.fail(e.message());
    } catch (AuditFailure e) {
      LOG.error("{}", e.message());
      reply.fail(e.message());
    } catch (KernelException e) {
      LOG.warn("{}", e.message());
      reply.fail(e.message());
    } catch (RuntimeException e) {
      LOG.error("internal error while answering a request", QuotedText.copy(e));
      reply.fail("internal error: see dbgd's journal: " + e);
    }
  }

  /** Before its turn, no part of a request is read, and nothing about its client is looked up. */
  private void handle() throws KernelException, AuditFailure, Refusal {
    OptionalInt length;
    try (Stage _ = Trace.stage("wait for the request")) {
      length = RequestPackets.await(connection);
    }
    try (Admission.Turn turn = admission.turn(caller, length.orElse(0))) {
      Operator operator;
      try (Stage _ = Trace.stage("look up the operator")) {
        operator = Operators.of(connection, caller.behalf());
      }
      try {
        obey(operator, Packets.request(RequestPackets.receive(connection, length)), turn);
      } catch (MalformedPacket e) {
        malformed(operator, e.message());
      } catch (StackOverflowError e) {
        // Nothing here calls itself as often as a client likes. Should something do, it is on
        // record.
        malformed(operator, "its words take all of a thread's stack");
      }
    }
  }

  private void malformed(Operator operator, String why) throws AuditFailure {
    services
        .repeats()
        .append(
            RecordBuilder.of(Event.MALFORMED)
                .with(operator, services.rights().get().policy().groupsOf(operator))
                .with(RecordField.WHY, why));
    reply.fail("dbgd does not understand this request: " + why);
  }

  private void obey(Operator operator, Request request, Admission.Turn turn) throws AuditFailure {
    ClientRequest client =
        new ClientRequest(operator, request, services.rights().get(), connection, reply);
    Invocation invocation;
    try (Stage _ = Trace.stage("parse the line")) {
      invocation = agent.grammar().parse(request.arguments());
    } catch (UsageMistake e) {
      services.repeats().append(client.records().mistyped(e.recorded(), ExitStatus.DBG_FAILED));
      reply.fail(e.message());
      return;
    }
    Optional<Refusal> otherThanAsked =
        operator
            .behalf()
            .flatMap(object -> ObjectCommandCheck.refusal(object, request, invocation));
    if (otherThanAsked.isPresent()) {
      services.repeats().append(client.records().denied(otherThanAsked.get()));
      Session.refuse(reply, otherThanAsked.get());
      return;
    }
    switch (invocation) {
      case Invocation.Exec exec ->
          new Session(
                  services,
                  client,
                  draws(exec.line(), client) ? exec.onTerminal() : exec,
                  turn::permitted,
                  turn::waits)
              .run();
      case Invocation.Explain explain ->
          explain(draws(explain.line(), client) ? explain.onTerminal() : explain, client);
      case Invocation.Shell shell -> openShell(shell, client);
      case Invocation.Complete complete ->
          new CompleteAnswer(services, client, agent.grammar()).give(complete.words());
      case Invocation.Ps ps ->
          new ContainerList(services.resolver(), client.rights().policy(), operator, reply)
              .print(ps);
      case Invocation.Tools tools -> list(tools, client);
      case Invocation.Audit audit -> {
        turn.takesLong();
        new AuditAnswer(services, agent.readers(), client).give(audit);
      }
      case Invocation.Sessions sessions -> {
        if (sessions.watch()) {
          turn.takesLong();
        }
        new SessionList(services.running(), services.audit(), client).print(sessions);
      }
      case Invocation.Kill kill -> {
        turn.takesLong();
        new SessionKill(services, client).give(kill);
      }
      case Invocation.NoteSeal said -> new WitnessAnswer(agent, client).give(said);
      case Invocation.Diagnose doctor -> {
        turn.takesLong();
        new Diagnosis(services, agent.premises(), client.rights(), operator, reply)
            .print(doctor.json());
      }
      case Invocation.Version version -> VersionAnswer.print(reply, version);
    }
  }

  /** Whether the tool draws a screen, and there is one: then {@code -t} need not be typed. */
  private static boolean draws(Invocation.Line line, ClientRequest client) {
    return client.request().isAtTerminal()
        && client.rights().catalogue().tool(line.tool()).filter(Tool::terminal).isPresent();
  }

  private void openShell(Invocation.Shell asked, ClientRequest client) throws AuditFailure {
    try {
      new ShellAnswer(services, client, agent.share())
          .give(authorizer(Optional.empty(), client), asked);
    } catch (Refusal refusal) {
      record(asked.target(), refusal, client);
      Session.refuse(reply, refusal);
    }
  }

  /** Records a refusal, unless root asks for another user, who attempted nothing. */
  private void explain(Invocation.Explain asked, ClientRequest client) throws AuditFailure {
    try {
      Authorizer<PinnedTarget> authorizer = authorizer(asked.as(), client);
      boolean isRoot = client.operator().isRoot();
      new Explanation(
              isRoot ? authorizer.tellingAll() : authorizer,
              isRoot,
              refusal -> {
                if (asked.as().isEmpty()) {
                  record(asked.line().target(), refusal, client);
                }
              },
              reply)
          .give(asked);
    } catch (Refusal refusal) {
      record(asked.line().target(), refusal, client);
      Session.refuse(reply, refusal);
    }
  }

  private void list(Invocation.Tools asked, ClientRequest client) throws AuditFailure {
    try {
      Operator whose = Operators.meant(asked.as(), client.operator());
      new ToolsAnswer(client.rights(), whose, services.authorizer(client.rights(), whose), reply)
          .print(asked);
    } catch (Refusal refusal) {
      if (asked.target().isPresent() && (asked.as().isEmpty() || !client.operator().isRoot())) {
        record(asked.target().get(), refusal, client);
      }
      Session.refuse(reply, refusal);
    }
  }

  /** Decides for the client's operator, or for the one given with {@code --as}. */
  private Authorizer<PinnedTarget> authorizer(Optional<String> as, ClientRequest client)
      throws Refusal {
    return services.authorizer(client.rights(), Operators.meant(as, client.operator()));
  }

  private void record(TargetName target, Refusal refusal, ClientRequest client)
      throws AuditFailure {
    services.repeats().append(client.records().unanswered(target, refusal));
  }

  /**
   * {@code dbg witness}: notes in this host's log how far another's has come. Nothing is compared
   * here: {@code dbgd verify --heads} compares all that was noted.
   */
  private record WitnessAnswer(DaemonServices agent, ClientRequest client) {
    void give(Invocation.NoteSeal said) throws AuditFailure {
      String user = client.operator().user();
      try {
        String host =
            agent
                .witnessed()
                .host(user)
                .orElseThrow(
                    () ->
                        Refusal.denied(
                            "no [[audit.witnessed]] in dbgd.toml lets %s speak for the log of a host"
                                .formatted(user)));
        if (agent.witnessed().isDue(host)) {
          agent.services().audit().append(client.records().witnessed(host, said));
          client.reply().exit(ExitStatus.OK);
        } else {
          client
              .reply()
              .fail(
                  "another seal of %s came less than %d s ago: try again"
                      .formatted(host, WitnessedHosts.EACH.toSeconds()));
        }
      } catch (Refusal refusal) {
        agent.services().repeats().append(client.records().denied(refusal));
        Session.refuse(client.reply(), refusal);
      }
    }
  }
}
