package dev.dbg.wire;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Signals;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Watches the client of an answer that takes time. Such a client sends only signals, which end the
 * answer. For the connection's thread.
 */
public final class ClientWatch {
  private static final Duration LEAST = Duration.ofMillis(1);

  private final UnixConnection connection;
  private final Consumer<Outcome> whenSignalled;

  /** Ends the client at once by the signal that it sends. */
  public ClientWatch(UnixConnection connection, Reply reply) {
    this(connection, reply::end);
  }

  public ClientWatch(UnixConnection connection, Consumer<Outcome> whenSignalled) {
    this.connection = connection;
    this.whenSignalled = whenSignalled;
  }

  /** Waits this long, or until the client is gone; returns whether it is gone. */
  public boolean endsWithin(Duration time) {
    try {
      connection.receiveWithin(time.compareTo(LEAST) < 0 ? LEAST : time);
      Optional<UnixConnection.Packet> packet = connection.receive();
      if (packet.isEmpty() || packet.get().bringsDescriptors()) {
        return true;
      }
      return switch (Packets.said(packet.get().bytes())) {
        case Packets.Window window -> false;
        case Packets.Signal signal when signal.number() == Signals.WINCH -> false;
        case Packets.Signal signal -> {
          whenSignalled.accept(new Outcome.Signalled(signal.number()));
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
