package dev.dbg.kernel.socket;

import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import jnr.ffi.Pointer;

/**
 * A client of {@link LoopbackSocket}: a line from it, an answer to it, and then its descriptor is
 * for a child. For one thread, but {@link #shutDown}.
 */
public record LoopbackConnection(Fd fd) implements AutoCloseable {
  private static final String NAME = "the client";
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_NODELAY = 1;

  static LoopbackConnection of(Fd fd) {
    // Frames are short, and each is waited for. Without this they are late.
    SocketCalls.trySet(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    return new LoopbackConnection(fd);
  }

  /**
   * Reads up to the first line feed, and not a byte more; empty if the line has more than {@code
   * most} bytes, or none before the end.
   *
   * @param deadline by {@link System#nanoTime}
   * @throws IOException also if the line is not whole in time
   */
  public Optional<byte[]> readLine(int most, long deadline) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (line.size() < most) {
      int room = most - line.size();
      Pointer bytes = Native.allocate(room);
      StreamConnection.bound(fd, SocketCalls.SO_RCVTIMEO, NAME, deadline);
      int there = receive(bytes, room, SocketCalls.MSG_PEEK);
      if (there == 0) {
        return Optional.empty();
      }
      int feed = there;
      for (int i = 0; i < there && feed == there; i++) {
        feed = bytes.getByte(i) == '\n' ? i : there;
      }
      byte[] taken = new byte[receive(bytes, Math.min(feed + 1, there), 0)];
      bytes.get(0, taken, 0, taken.length);
      line.writeBytes(taken);
      if (feed < there) {
        return Optional.of(line.toByteArray());
      }
    }
    return Optional.empty();
  }

  private int receive(Pointer into, int most, int flags) throws KernelException {
    return checkInt("recv", NAME, () -> LibC.recv(fd.number(), into, most, flags));
  }

  /** Sends all bytes by this time. */
  public void send(byte[] bytes, long deadline) throws IOException {
    StreamConnection.send(fd, bytes, NAME, deadline);
  }

  /** Makes it wait for nothing from now on, so that a child can have it. */
  public void forgetDeadline() throws KernelException {
    SocketCalls.setTimeout(fd, SocketCalls.SO_RCVTIMEO, Duration.ZERO, NAME);
    SocketCalls.setTimeout(fd, SocketCalls.SO_SNDTIMEO, Duration.ZERO, NAME);
  }

  /** Ends a call of another thread; it is not closed yet, shutdown(2). */
  public void shutDown() {
    int _ = LibC.shutdown(fd.number(), SocketCalls.SHUT_RDWR);
  }

  @Override
  public void close() {
    fd.close();
  }
}
