package dev.dbg.session;

import dev.dbg.audit.record.Draft;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.Facts;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.UsageMistake;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PeerCredentials;
import dev.dbg.kernel.UnixConnection;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.model.Refusal;
import dev.dbg.model.Shortened;
import dev.dbg.model.TargetName;
import dev.dbg.wire.MalformedPacket;
import dev.dbg.wire.Packets;
import dev.dbg.wire.Reply;
import dev.dbg.wire.Request;
import java.time.Duration;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client, from its request to its end. Runs in a thread of the server's pool. */
final class Conversation {
  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

  /** A client that is quiet for longer has no request: it sends it at once. */
  private static final Duration REQUEST_WITHIN = Duration.ofSeconds(5);

  /** One that does not read for longer is given up; nobody else waits for it. */
  private static final Duration READ_WITHIN = Duration.ofSeconds(10);

  private final House house;
  private final Admission admission;
  private final PeerCredentials peer;
  private final UnixConnection connection;
  private final Reply reply;

  /**
   * @param peer whose client it is
   */
  Conversation(House house, Admission admission, PeerCredentials peer, UnixConnection connection) {
    this.house = house;
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
      house
          .repetitions()
          .append(
              Draft.of(Event.MALFORMED)
                  .with("operator", Facts.operator(operator))
                  .with("why", e.message()));
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

  /** About oneself: root's questions about others are no attempts of anybody's. */
  private void explain(
      Invocation.Explain asked, House.Rights rights, Operator operator, Request request)
      throws AuditFailure {
    try {
      Operator whose = Operators.meant(asked.as(), operator);
      new Explanation(
              new Judge(house, rights, whose, operator.isRoot()),
              operator.isRoot(),
              refusal -> {
                if (asked.as().isEmpty()) {
                  note(asked.line().target(), refusal, rights, operator, request);
                }
              },
              reply)
          .give(asked);
    } catch (Refusal refusal) {
      note(asked.line().target(), refusal, rights, operator, request);
      Session.refuse(reply, refusal);
    }
  }

  private void note(
      TargetName target, Refusal refusal, House.Rights rights, Operator operator, Request request)
      throws AuditFailure {
    house.repetitions().append(new Records(operator, request, rights).unanswered(target, refusal));
  }

  private void list(Invocation.Tools asked, House.Rights rights, Operator asker, Request request)
      throws AuditFailure {
    try {
      Operator whose = Operators.meant(asked.as(), asker);
      if (asked.target().isPresent()) {
        new TargetTools(house, rights, whose, reply).print(asked.target().get(), asked.json());
      } else {
        new ToolList(rights, whose, reply).print(asked.json());
      }
    } catch (Refusal refusal) {
      if (asked.target().isPresent() && (asked.as().isEmpty() || !asker.isRoot())) {
        note(asked.target().get(), refusal, rights, asker, request);
      }
      Session.refuse(reply, refusal);
    }
  }

  private void obey(Operator operator, Request request, Admission.Turn turn) throws AuditFailure {
    House.Rights rights = house.rights().get();
    Invocation invocation;
    try {
      invocation = house.grammar().parse(request.arguments());
    } catch (UsageMistake e) {
      house
          .repetitions()
          .append(
              new Records(operator, request, rights).misspelt(e.message(), ExitStatus.DBG_FAILED));
      end(e.message());
      return;
    }
    switch (invocation) {
      case Invocation.Exec exec ->
          new Session(house, rights, operator, request, exec, connection, reply, turn::permitted)
              .run();
      case Invocation.Explain explain -> explain(explain, rights, operator, request);
      case Invocation.Ps ps ->
          new ContainerList(house.resolver(), rights.policy(), operator, reply).print(ps.json());
      case Invocation.Tools tools -> list(tools, rights, operator, request);
      case Invocation.Audit audit -> {
        turn.goesOn();
        new AuditAnswer(house, rights, operator, request, connection, reply).give(audit);
      }
      case Invocation.Doctor doctor -> {
        turn.goesOn();
        new Diagnosis(house, rights, operator, reply).print(doctor.json());
      }
      case Invocation.Version version -> Version.print(reply, version.json());
      case Invocation.Help help -> {
        reply.print(help.text());
        reply.exit(ExitStatus.OK);
      }
    }
  }
}
