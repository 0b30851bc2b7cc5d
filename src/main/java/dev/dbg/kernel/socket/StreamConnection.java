package dev.dbg.kernel.socket;

import static dev.dbg.kernel.Native.check;
import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.SplicedPipe;
import dev.dbg.model.Uid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import jnr.ffi.Pointer;

/**
 * The client's end of a SOCK_STREAM unix(7) socket, for one request to a server that may never
 * answer or never stop answering: one deadline limits all calls. For one thread.
 *
 * @param peer the uid of the process that listens there, as of listen(2): SO_PEERCRED
 */
public record StreamConnection(Fd fd, String name, long deadline, Uid peer)
    implements AutoCloseable {
  private static final int F_SETFL = 4;

  /** Connects to a socket that the administrator configured. */
  public static StreamConnection connect(Path socket, long deadline) throws IOException {
    return connect(socket.toString(), socket.toString(), deadline);
  }

  /**
   * Connects.
   *
   * @param name its name in messages
   */
  public static StreamConnection connect(String path, String name, long deadline)
      throws IOException {
    Fd fd = SocketCalls.socket(SocketCalls.SOCK_STREAM, name);
    try {
      bound(fd, SocketCalls.SO_SNDTIMEO, name, deadline);
      SocketCalls.connect(fd, path, name);
      return new StreamConnection(fd, name, deadline, PeerCredentials.briefly(fd).uid());
    } catch (IOException e) {
      fd.close();
      throw e;
    }
  }

  /**
   * Connects to a socket under whose name anybody may listen: who fills its queue is not waited
   * for, because only a connection tells who listens.
   */
  public static StreamConnection connectAtOnce(String address, long deadline) throws IOException {
    Fd fd = SocketCalls.socket(SocketCalls.SOCK_STREAM | SocketCalls.SOCK_NONBLOCK, address);
    try {
      SocketCalls.connect(fd, address, address);
      // What it answers is waited for.
      require("fcntl", address, () -> LibC.fcntl(fd.number(), F_SETFL, 0));
      return new StreamConnection(fd, address, deadline, PeerCredentials.briefly(fd).uid());
    } catch (IOException e) {
      fd.close();
      throw e instanceof KernelException kernel && kernel.isTimeout()
          ? new IOException(address + " does not answer: its queue is full", e)
          : e;
    }
  }

  public void send(byte[] bytes) throws IOException {
    send(fd, bytes, name, deadline);
  }

  static void send(Fd fd, byte[] bytes, String name, long deadline) throws IOException {
    Pointer data = SocketCalls.memory(bytes);
    int sent = 0;
    while (sent < bytes.length) {
      bound(fd, SocketCalls.SO_SNDTIMEO, name, deadline);
      Pointer rest = data.slice(sent);
      int left = bytes.length - sent;
      sent +=
          (int)
              check(
                  "send", name, () -> LibC.send(fd.number(), rest, left, SocketCalls.MSG_NOSIGNAL));
    }
  }

  /** What the other end sends until it closes; reading fails when the deadline comes first. */
  public InputStream input() {
    InputStream all = fd.input(name);
    return new InputStream() {
      @Override
      public int read() throws IOException {
        bound(fd, SocketCalls.SO_RCVTIMEO, name, deadline);
        return all.read();
      }

      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        bound(fd, SocketCalls.SO_RCVTIMEO, name, deadline);
        return all.read(into, from, length);
      }
    };
  }

  /** Moves all that the other end sends until it closes; no deadline limits this. */
  public void moveTo(SplicedPipe feed) throws IOException {
    SocketCalls.setTimeout(fd, SocketCalls.SO_RCVTIMEO, Duration.ZERO, name);
    boolean more = true;
    while (more) {
      more = feed.move(fd, name);
    }
  }

  /** Ends a call of another thread; it is not closed yet, shutdown(2). */
  public void shutDown() {
    int _ = LibC.shutdown(fd.number(), SocketCalls.SHUT_RDWR);
  }

  /** Whether the other end has neither closed nor sent anything; does not wait. */
  public boolean isIdle() {
    try {
      return !Native.isReadable(fd, name);
    } catch (KernelException e) {
      return false;
    }
  }

  /**
   * Makes the kernel attach the sender to each message of the other end, SO_PASSCRED. Call it
   * before the first question.
   */
  public void tellSenders() {
    SocketCalls.trySet(fd, SocketCalls.SO_PASSCRED, 1);
  }

  /** Waits for a message and returns who sent it; the message stays in the queue. */
  public PeerCredentials awaitSender() throws IOException {
    bound(fd, SocketCalls.SO_RCVTIMEO, name, deadline);
    try (SentMessage message = SentMessage.peek(fd, name)) {
      return message.sender();
    }
  }

  /** Receives the next message, at most {@code most} bytes of it; the caller closes it. */
  public SentMessage receive(int most) throws IOException {
    bound(fd, SocketCalls.SO_RCVTIMEO, name, deadline);
    return SentMessage.take(fd, name, most);
  }

  /** Bounds the next call by the deadline. */
  static void bound(Fd fd, int option, String name, long deadline) throws IOException {
    long left = (deadline - System.nanoTime()) / 1000;
    if (left <= 0) {
      throw new IOException(name + " does not answer in time");
    }
    SocketCalls.setTimeout(fd, option, Duration.ofNanos(left * 1000), name);
  }

  @Override
  public void close() {
    fd.close();
  }
}
