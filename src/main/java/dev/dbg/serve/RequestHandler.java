package dev.dbg.serve;

import dev.dbg.answer.ContainerList;
import dev.dbg.answer.Diagnosis;
import dev.dbg.answer.Explanation;
import dev.dbg.answer.TargetTools;
import dev.dbg.answer.ToolList;
import dev.dbg.answer.VersionAnswer;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.authorize.Authorizer;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.UsageMistake;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.PeerCredentials;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.model.Refusal;
import dev.dbg.model.Shortened;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.review.AuditAnswer;
import dev.dbg.session.ClientRequest;
import dev.dbg.session.Services;
import dev.dbg.session.Session;
import dev.dbg.wire.MalformedPacket;
import dev.dbg.wire.Packets;
import dev.dbg.wire.Reply;
import dev.dbg.wire.Request;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client, from its request to its end. Runs in a thread of the server's pool. */
final class RequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

  /** A client that is quiet for longer has no request: it sends it at once. */
  private static final Duration REQUEST_WITHIN = Duration.ofSeconds(5);

  /** One that does not read for longer is given up; nobody else waits for it. */
  private static final Duration READ_WITHIN = Duration.ofSeconds(10);

  private final Agent agent;
  private final Services services;
  private final Admission admission;
  private final PeerCredentials peer;
  private final UnixConnection connection;
  private final Reply reply;

  /**
   * @param peer whose client it is
   */
  RequestHandler(
      Agent agent, Admission admission, PeerCredentials peer, UnixConnection connection) {
    this.agent = agent;
    this.services = agent.services();
    this.admission = admission;
    this.peer = peer;
    this.connection = connection;
    this.reply = new Reply(connection);
  }

  void hold() {
    try {
      connection.sendWithin(READ_WITHIN);
      converse();
    } catch (Admission.Busy e) {
      end(e.message());
    } catch (AuditFailure e) {
      LOG.error("{}", e.message());
      end(e.message());
    } catch (KernelException e) {
      LOG.warn("{}", e.message());
      end(e.message());
    } catch (RuntimeException e) {
      LOG.error("a request failed in a way nobody foresaw", shortened(e));
      end("dbgd failed in a way nobody foresaw: see its journal: " + e);
    }
  }

  /** Its message may have what the client sent. */
  private static RuntimeException shortened(RuntimeException e) {
    RuntimeException told = new IllegalStateException(Shortened.message(e.toString()));
    told.setStackTrace(e.getStackTrace());
    return told;
  }

  private void end(String message) {
    reply.complain(message);
    reply.exit(ExitStatus.DBG_FAILED);
  }

  /** Nothing of a client's is read, and nothing asked about it, before it has its turn. */
  private void converse() throws KernelException, AuditFailure, Admission.Busy {
    OptionalInt length = awaitRequest();
    try (Admission.Turn turn = admission.turn(peer, length.orElse(0))) {
      serve(Operators.of(connection), length, turn);
    }
  }

  private void serve(Operator operator, OptionalInt length, Admission.Turn turn)
      throws KernelException, AuditFailure {
    try {
      UnixConnection.Packet packet = receive(length);
      requireWhole(packet);
      obey(operator, Packets.request(packet.bytes()), turn);
    } catch (MalformedPacket e) {
      services
          .repeats()
          .append(
              RecordBuilder.of(Event.MALFORMED).with(operator).with(RecordField.WHY, e.message()));
      end("dbgd does not understand this request: " + e.message());
    }
  }

  /** How long the request is; empty when none comes. */
  private OptionalInt awaitRequest() throws KernelException {
    connection.receiveWithin(REQUEST_WITHIN);
    try {
      return OptionalInt.of(connection.awaitPacket());
    } catch (KernelException e) {
      if (e.isTimeout()) {
        return OptionalInt.empty();
      }
      throw e;
    } finally {
      connection.receiveWithin(Duration.ZERO);
    }
  }

  private UnixConnection.Packet receive(OptionalInt length)
      throws KernelException, MalformedPacket {
    if (length.isEmpty()) {
      throw new MalformedPacket("nothing came within %d s".formatted(REQUEST_WITHIN.toSeconds()));
    }
    return connection
        .receive(length.getAsInt())
        .orElseThrow(() -> new MalformedPacket("it ends before it begins"));
  }

  private static void requireWhole(UnixConnection.Packet packet) throws MalformedPacket {
    if (packet.bringsDescriptors()) {
      throw new MalformedPacket(
          "descriptors came with it, and dbgd takes none: install dbg and dbgd of one version");
    }
    if (packet.cut()) {
      throw new MalformedPacket(
          "it is larger than %d bytes".formatted(UnixConnection.LARGEST_PACKET));
    }
  }

  private void obey(Operator operator, Request request, Admission.Turn turn) throws AuditFailure {
    ClientRequest asker =
        new ClientRequest(operator, request, services.rights().get(), connection, reply);
    Invocation invocation;
    try {
      invocation = agent.grammar().parse(request.arguments());
    } catch (UsageMistake e) {
      services.repeats().append(asker.records().misspelt(e.message(), ExitStatus.DBG_FAILED));
      end(e.message());
      return;
    }
    switch (invocation) {
      case Invocation.Exec exec -> new Session(services, asker, exec, turn::permitted).run();
      case Invocation.Explain explain -> explain(explain, asker);
      case Invocation.Ps ps ->
          new ContainerList(services.resolver(), asker.rights().policy(), operator, reply)
              .print(ps.json());
      case Invocation.Tools tools -> list(tools, asker);
      case Invocation.Audit audit -> {
        turn.goesOn();
        new AuditAnswer(services, agent.readers(), agent.verification(), asker).give(audit);
      }
      case Invocation.Doctor doctor -> {
        turn.goesOn();
        new Diagnosis(services, agent.premises(), asker.rights(), operator, reply)
            .print(doctor.json());
      }
      case Invocation.Version version -> VersionAnswer.print(reply, version.json());
      case Invocation.Help help -> {
        reply.print(help.text());
        reply.exit(ExitStatus.OK);
      }
    }
  }

  /** About oneself: root's questions about others are no attempts of anybody's. */
  private void explain(Invocation.Explain asked, ClientRequest asker) throws AuditFailure {
    try {
      Authorizer<PinnedTarget> authorizer = authorizer(asked.as(), asker);
      boolean isRoot = asker.operator().isRoot();
      new Explanation(
              isRoot ? authorizer.tellingAll() : authorizer,
              isRoot,
              refusal -> {
                if (asked.as().isEmpty()) {
                  note(asked.line().target(), refusal, asker);
                }
              },
              reply)
          .give(asked);
    } catch (Refusal refusal) {
      note(asked.line().target(), refusal, asker);
      Session.refuse(reply, refusal);
    }
  }

  private void list(Invocation.Tools asked, ClientRequest asker) throws AuditFailure {
    try {
      if (asked.target().isPresent()) {
        new TargetTools(authorizer(asked.as(), asker), reply)
            .print(asked.target().get(), asked.json());
      } else {
        Operator whose = Operators.meant(asked.as(), asker.operator());
        new ToolList(asker.rights(), whose, reply).print(asked.json());
      }
    } catch (Refusal refusal) {
      if (asked.target().isPresent() && (asked.as().isEmpty() || !asker.operator().isRoot())) {
        note(asked.target().get(), refusal, asker);
      }
      Session.refuse(reply, refusal);
    }
  }

  /** What decides for the one who asks, or whom they ask about. */
  private Authorizer<PinnedTarget> authorizer(Optional<String> as, ClientRequest asker)
      throws Refusal {
    return services.authorizer(asker.rights(), Operators.meant(as, asker.operator()));
  }

  private void note(TargetName target, Refusal refusal, ClientRequest asker) throws AuditFailure {
    services.repeats().append(asker.records().unanswered(target, refusal));
  }
}
