package dev.dbg.kernel.socket;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jnr.ffi.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketTest {
  private static final int PATIENCE = 60_000;

  /** As systemd's is until dbgd has started: it lets clients send them. */
  private static Fd listening(String path) throws IOException {
    Fd fd = SocketCalls.socket(SocketCalls.SOCK_SEQPACKET, path);
    Pointer address = SocketCalls.address(path);
    int size = SocketCalls.sizeOfAddress(path);
    Native.require("bind", path, () -> LibC.bind(fd.number(), address, size));
    Native.require("listen", path, () -> LibC.listen(fd.number(), 1));
    return fd;
  }

  private static boolean canRefuse(Fd fd) {
    Pointer one = Native.allocate(4);
    one.putInt(0, 1);
    return LibC.setsockopt(fd.number(), SocketCalls.SOL_SOCKET, SocketCalls.SO_PASSRIGHTS, one, 4)
        == 0;
  }

  @Test
  void who_connected_before_the_agent_was_there_can_send_no_descriptor(@TempDir Path directory)
      throws Exception {
    String path = directory.resolve("socket").toString();
    Fd fd = listening(path);
    assumeTrue(canRefuse(fd), "Linux before 6.16");
    try (UnixSocket socket = new UnixSocket(fd);
        Fd client = SocketCalls.socket(SocketCalls.SOCK_SEQPACKET, path)) {
      SocketCalls.connect(client, path, path);
      try (UnixConnection _ = socket.accept(PATIENCE).orElseThrow()) {
        SocketCalls.send(client, new byte[1], 0, path);
        KernelException refused =
            assertThrows(
                KernelException.class,
                () -> SocketCalls.send(client, new byte[1], List.of(client), path));
        assertTrue(String.valueOf(refused.getMessage()).contains("Operation not permitted"));
      }
    }
  }
}
