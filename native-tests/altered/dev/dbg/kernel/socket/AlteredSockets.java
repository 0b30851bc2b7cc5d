package dev.dbg.kernel.socket;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import java.util.Optional;

/** What native tests put in places of {@code kernel.socket}. */
public interface AlteredSockets {

  /** Permits what a kernel before 6.16 lets clients do. */
  final class Letting {
    @InPlaceOf(UnixSocket.class)
    static void refuseDescriptors(Fd listening) {}
  }

  /** Receives packets without checking them first. */
  final class Taking {
    @InPlaceOf(UnixConnection.ReceiveBuffer.class)
    static Optional<UnixConnection.Packet> take(UnixConnection.ReceiveBuffer buffer, int socket)
        throws KernelException {
      return buffer.receive(socket, 0);
    }
  }
}
