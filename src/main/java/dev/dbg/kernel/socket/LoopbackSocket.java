package dev.dbg.kernel.socket;

import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import java.util.Optional;
import jnr.ffi.Pointer;

/** A listening tcp(7) socket on 127.0.0.1 of this network namespace. */
public final class LoopbackSocket implements AutoCloseable {
  private static final int BACKLOG = 128;
  private static final int AF_INET = 2;
  private static final int SO_REUSEADDR = 2;
  private static final int SIZE_OF_ADDRESS = 16;
  private static final long PORT_AT = 2;
  private static final long ADDRESS_AT = 4;
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private final ListeningSocket socket;

  private LoopbackSocket(ListeningSocket socket) {
    this.socket = socket;
  }

  /**
   * Listens.
   *
   * @param port 0 for one that the kernel chooses
   */
  public static LoopbackSocket listen(int port) throws KernelException {
    String name = "127.0.0.1:" + port;
    Pointer address = Native.allocate(SIZE_OF_ADDRESS);
    address.putShort(0, (short) AF_INET);
    address.putByte(PORT_AT, (byte) (port >> 8));
    address.putByte(PORT_AT + 1, (byte) port);
    address.put(ADDRESS_AT, LOOPBACK, 0, LOOPBACK.length);
    int type = SocketCalls.SOCK_STREAM | SocketCalls.SOCK_CLOEXEC;
    Fd fd = Native.checkFd("socket", name, () -> LibC.socket(AF_INET, type, 0));
    try {
      // Connections of an agent that has ended may linger.
      SocketCalls.trySet(fd, SO_REUSEADDR, 1);
      require("bind", name, () -> LibC.bind(fd.number(), address, SIZE_OF_ADDRESS));
      require("listen", name, () -> LibC.listen(fd.number(), BACKLOG));
      return new LoopbackSocket(ListeningSocket.of(fd));
    } catch (KernelException e) {
      fd.close();
      throw e;
    }
  }

  /** The port, getsockname(2). */
  public int port() throws KernelException {
    Pointer address = Native.allocate(SIZE_OF_ADDRESS);
    Pointer size = Native.allocate(4);
    size.putInt(0, SIZE_OF_ADDRESS);
    require("getsockname", "socket", () -> LibC.getsockname(socket.fd().number(), address, size));
    return (address.getByte(PORT_AT) & 0xff) << 8 | (address.getByte(PORT_AT + 1) & 0xff);
  }

  /** Waits for a client; empty after {@link #stopAccepting}. For one thread. */
  public Optional<LoopbackConnection> accept() throws KernelException {
    return socket.accept(UnixSocket.FOREVER).map(LoopbackConnection::of);
  }

  /** Accepts no further client. Any thread. */
  public void stopAccepting() {
    socket.stopAccepting();
  }

  @Override
  public void close() {
    socket.close();
  }
}
