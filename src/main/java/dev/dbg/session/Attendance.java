package dev.dbg.session;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.UnixConnection;
import dev.dbg.model.Outcome;
import dev.dbg.wire.MalformedPacket;
import dev.dbg.wire.Packets;
import dev.dbg.wire.Reply;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether the client of an answer that takes its time is still there. It has nothing to say but
 * signals, and ends by them. For the connection's thread.
 */
final class Attendance {
  private static final Duration LEAST = Duration.ofMillis(1);

  private static final int SIGWINCH = 28;

  private final UnixConnection connection;
  private final Reply reply;

  Attendance(UnixConnection connection, Reply reply) {
    this.connection = connection;
    this.reply = reply;
  }

  /** Waits this long, unless the client is gone before; whether it is. */
  boolean endsWithin(Duration time) {
    reply.pause().begin();
    try {
      return ends(time);
    } finally {
      reply.pause().end();
    }
  }

  private boolean ends(Duration time) {
    try {
      connection.receiveWithin(time.compareTo(LEAST) < 0 ? LEAST : time);
      Optional<UnixConnection.Packet> packet = connection.receive();
      if (packet.isEmpty() || packet.get().bringsDescriptors()) {
        return true;
      }
      return switch (Packets.said(packet.get().bytes())) {
        case Packets.Window window -> false;
        case Packets.Signal signal when signal.number() == SIGWINCH -> false;
        case Packets.Signal signal -> {
          reply.end(new Outcome.Signalled(signal.number()));
          yield true;
        }
      };
    } catch (KernelException e) {
      return !e.isTimeout();
    } catch (MalformedPacket e) {
      return true;
    }
  }
}
