package dev.dbg.wire;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Signals;
import dev.dbg.kernel.process.Terminal;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Watches the client of an answer that takes time. Such a client sends only signals, which end the
 * answer, unless they stop or continue the client itself, and the size of its terminal. For the
 * connection's thread.
 */
public record ClientWatch(
    UnixConnection connection,
    Consumer<Outcome.Signalled> whenSignalled,
    Consumer<Terminal.Size> whenResized) {
  private static final Duration LEAST = Duration.ofMillis(1);
  private static final Set<Integer> ENDS_NOTHING =
      Set.of(Signals.WINCH, Signals.TSTP, Signals.CONT);

  /** Ends the client at once by the signal that it sends. */
  public ClientWatch(UnixConnection connection, Reply reply) {
    this(connection, reply::end, _ -> {});
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
        case Packets.Window window -> {
          whenResized.accept(window.size());
          yield false;
        }
        case Packets.Signal signal when ENDS_NOTHING.contains(signal.number()) -> false;
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
