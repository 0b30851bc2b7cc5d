package dev.dbg.kube;

import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.kernel.socket.UnixSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** As much of dbgd as {@code dbg stdio} asks: it takes packets, and sends what a test says. */
final class StandInDaemon implements AutoCloseable {
  private final UnixSocket socket;
  private final Thread accepting;
  private final BlockingQueue<Asking> asking = new LinkedBlockingQueue<>();
  private final List<UnixConnection> all = new CopyOnWriteArrayList<>();

  /** A connection. */
  record Asking(UnixConnection connection) {
    /** The next packet; empty at the end. */
    byte[] packet() throws IOException {
      Optional<UnixConnection.Packet> packet =
          connection.receive(Math.max(1, connection.awaitPacket()));
      return packet.isEmpty() ? new byte[0] : packet.get().bytes();
    }

    /** Sends the packet that ends the client with a status. */
    void exit(int status) throws IOException {
      connection.send(new byte[] {(byte) 0x83, 3, 0, 0, 0, (byte) status});
    }
  }

  StandInDaemon(Path path) throws IOException {
    socket = UnixSocket.listen(path, Optional.empty());
    accepting = Thread.ofPlatform().daemon().start(this::accept);
  }

  private void accept() {
    try {
      for (Optional<UnixConnection> one = socket.accept(UnixSocket.FOREVER);
          one.isPresent();
          one = socket.accept(UnixSocket.FOREVER)) {
        all.add(one.get());
        asking.add(new Asking(one.get()));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The next connection. */
  Asking next() throws InterruptedException {
    Asking next = asking.poll(60, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nobody asks dbgd");
    }
    return next;
  }

  boolean isUnasked() {
    return asking.isEmpty();
  }

  /** The bytes of a packet without a header of frames. */
  static byte[] frame(byte[] packet) {
    byte[] frame = new byte[5 + packet.length];
    frame[0] = 1;
    frame[3] = (byte) (packet.length >> 8);
    frame[4] = (byte) packet.length;
    System.arraycopy(packet, 0, frame, 5, packet.length);
    return frame;
  }

  /** The packet of a frame. */
  static byte[] packet(byte[] frame) {
    return Arrays.copyOfRange(frame, 5, frame.length);
  }

  @Override
  public void close() {
    socket.stopAccepting();
    // A thread in poll(2) holds the socket open.
    try {
      accepting.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    all.forEach(UnixConnection::close);
    socket.close();
  }
}
