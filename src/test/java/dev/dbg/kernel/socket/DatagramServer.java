package dev.dbg.kernel.socket;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import jnr.ffi.Pointer;

/** A server of datagrams, as journald is one. */
public record DatagramServer(Fd fd) implements AutoCloseable {
  private static final int MOST = 1 << 17;

  public static DatagramServer at(Path path) throws Exception {
    Fd fd = SocketCalls.socket(SocketCalls.SOCK_DGRAM, "server");
    Pointer address = SocketCalls.address(path.toString());
    int size = SocketCalls.sizeOfAddress(path.toString());
    Native.require("bind", "server", () -> LibC.bind(fd.number(), address, size));
    return new DatagramServer(fd);
  }

  /** The next datagram; empty if none comes within a time. */
  public String next(Duration within) throws KernelException {
    SocketCalls.setTimeout(fd, SocketCalls.SO_RCVTIMEO, within, "server");
    try {
      return new String(
          SocketCalls.receive(fd, MOST, 64, 0, "server").bytes(), StandardCharsets.UTF_8);
    } catch (KernelException e) {
      if (e.isTimeout()) {
        return "";
      }
      throw e;
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
