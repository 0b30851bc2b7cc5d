package dev.dbg.serve;

import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.RepeatSuppressor;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.process.HostProcess;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.kernel.socket.PeerCredentials;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.QuotedText;
import dev.dbg.wire.BehalfPacket;
import dev.dbg.wire.MalformedPacket;
import dev.dbg.wire.Reply;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent of this node says, before its request, for which user of the cluster it asks. It has no
 * other rights: without that, nothing of it is read. For one thread.
 */
record ClusterHandshake(RepeatSuppressor log, PeerCredentials peer, UnixConnection connection) {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterHandshake.class);

  private static final Duration READ_WITHIN = Duration.ofSeconds(10);

  /** Whoever makes a pod chooses its user's number, and with hostPID reaches this socket. */
  private static final String OUTSIDE =
      "only the agent in dbgd's own pod asks for users of the cluster, and this process is in another IPC namespace";

  /** Whom it asks for; empty if it has not said so, which it is told. */
  Optional<Caller> caller() {
    Reply reply = new Reply(connection);
    try {
      connection.sendWithin(READ_WITHIN);
      // At once: where the kernel hands out no pidfd, the process's number may become another's.
      if (!isOfPod()) {
        record(OUTSIDE);
        reply.fail(OUTSIDE);
        return Optional.empty();
      }
      byte[] packet = RequestPackets.receive(connection, RequestPackets.await(connection));
      return Optional.of(new Caller(peer, Optional.of(BehalfPacket.read(packet))));
    } catch (MalformedPacket e) {
      record(e.message());
      reply.fail("dbgd does not understand for whom the agent asks: " + e.message());
    } catch (KernelException e) {
      LOG.warn("{}", e.message());
      reply.fail(e.message());
    } catch (RuntimeException e) {
      LOG.error("internal error while hearing the agent", QuotedText.copy(e));
      reply.fail("internal error: see dbgd's journal");
    }
    return Optional.empty();
  }

  /**
   * Whether it is in dbgd's own pod, if there is one: the containers of a pod have one IPC
   * namespace, which nobody enters without being root there.
   */
  private boolean isOfPod() throws KernelException {
    try (ProcDir own = ProcDir.ofThisThread()) {
      if (HostProcess.shares(own, EnumSet.of(NamespaceKind.IPC))) {
        return true;
      }
      try (PidFd process = PeerLogin.held(connection, peer);
          ProcDir its = ProcDir.open(peer.pid())) {
        return its.namespace(NamespaceKind.IPC).equals(own.namespace(NamespaceKind.IPC))
            && process.isAlive();
      }
    }
  }

  private void record(String why) {
    Caller agent = new Caller(peer, Optional.empty());
    try {
      log.append(
          RecordBuilder.of(Event.MALFORMED)
              .with(Operators.briefly(peer.uid(), agent))
              .with(RecordField.WHY, why));
    } catch (AuditFailure e) {
      LOG.error("{}", e.message());
    }
  }
}
