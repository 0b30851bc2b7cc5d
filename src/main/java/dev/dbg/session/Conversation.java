package dev.dbg.session;

import dev.dbg.audit.record.Draft;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.Facts;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.UsageMistake;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.UnixConnection;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.model.Refusal;
import dev.dbg.model.Shortened;
import dev.dbg.wire.MalformedPacket;
import dev.dbg.wire.Packets;
import dev.dbg.wire.Reply;
import dev.dbg.wire.Request;
import java.time.Duration;
import java.util.Optional;
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
  private final UnixConnection connection;
  private final Reply reply;

  Conversation(House house, UnixConnection connection) {
    this.house = house;
    this.connection = connection;
    this.reply = new Reply(connection);
  }

  void hold() {
    try {
      connection.sendWithin(READ_WITHIN);
      Operator operator = Operators.of(connection);
      serve(operator);
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

  private void serve(Operator operator) throws KernelException, AuditFailure {
    try {
      UnixConnection.Packet packet = receive();
      requireWhole(packet);
      obey(operator, Packets.request(packet.bytes()));
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

  private UnixConnection.Packet receive() throws KernelException, MalformedPacket {
    connection.receiveWithin(REQUEST_WITHIN);
    try {
      Optional<UnixConnection.Packet> packet = connection.receive();
      connection.receiveWithin(Duration.ZERO);
      return packet.orElseThrow(() -> new MalformedPacket("it ends before it begins"));
    } catch (KernelException e) {
      if (e.isTimeout()) {
        throw new MalformedPacket("nothing came within %d s".formatted(REQUEST_WITHIN.toSeconds()));
      }
      throw e;
    }
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

  /** An answer that may be refused. */
  private interface Answer {
    void give() throws Refusal;
  }

  private void answer(Answer answer) {
    try {
      answer.give();
    } catch (Refusal refusal) {
      Session.refuse(reply, refusal);
    }
  }

  private void list(Invocation.Tools asked, House.Rights rights, Operator asker) throws Refusal {
    Operator whose = Operators.meant(asked.as(), asker);
    if (asked.target().isPresent()) {
      new TargetTools(house, rights, whose, reply).print(asked.target().get(), asked.json());
    } else {
      new ToolList(rights, whose, reply).print(asked.json());
    }
  }

  private void obey(Operator operator, Request request) throws AuditFailure {
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
          new Session(house, rights, operator, request, exec, connection, reply).run();
      case Invocation.Explain explain ->
          answer(
              () ->
                  new Explanation(
                          new Judge(house, rights, Operators.meant(explain.as(), operator)),
                          operator.isRoot(),
                          reply)
                      .give(explain));
      case Invocation.Ps ps ->
          new ContainerList(house.resolver(), rights.policy(), operator, reply).print(ps.json());
      case Invocation.Tools tools -> answer(() -> list(tools, rights, operator));
      case Invocation.Audit audit ->
          new AuditAnswer(house, rights, operator, request, connection, reply).give(audit);
      case Invocation.Doctor doctor ->
          new Diagnosis(house, rights, operator, reply).print(doctor.json());
      case Invocation.Version version -> Version.print(reply, version.json());
      case Invocation.Help help -> {
        reply.print(help.text());
        reply.exit(ExitStatus.OK);
      }
    }
  }
}
