package dev.dbg.kernel.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import jnr.ffi.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server with an abstract name whose queue has room for one. */
class StreamConnectionTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final String name =
      "@dbg-test-%d-%d".formatted(ProcessHandle.current().pid(), System.nanoTime());
  private final long deadline = System.nanoTime() + LONG.toNanos();

  private Fd listening() throws IOException {
    Fd fd = SocketCalls.socket(SocketCalls.SOCK_STREAM, name);
    Pointer address = SocketCalls.address(name);
    int size = SocketCalls.sizeOfAddress(name);
    Native.require("bind", name, () -> LibC.bind(fd.number(), address, size));
    Native.require("listen", name, () -> LibC.listen(fd.number(), 0));
    return fd;
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void a_server_whose_queue_is_full_is_not_waited_for() throws IOException {
    try (Fd _ = listening();
        StreamConnection _ = StreamConnection.connectAtOnce(name, deadline)) {
      IOException full =
          assertThrows(
              IOException.class, () -> StreamConnection.connectAtOnce(name, deadline).close());

      assertEquals(name + " does not answer: its queue is full", full.getMessage());
      assertTrue(System.nanoTime() < deadline, "it was waited for");
    }
  }

  @Test
  void an_answer_is_awaited() throws IOException {
    try (Fd server = listening();
        StreamConnection connection = StreamConnection.connectAtOnce(name, deadline)) {
      CompletableFuture<Void> answering =
          CompletableFuture.runAsync(
              () -> answer(server), CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));

      assertEquals('x', connection.input().read());
      answering.join();
    }
  }

  private void answer(Fd server) {
    try (Fd client =
        Native.checkFd("accept", name, () -> LibC.accept4(server.number(), null, null, 0))) {
      SocketCalls.send(client, new byte[] {'x'}, 0, name);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
