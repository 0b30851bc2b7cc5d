package dev.dbg.kernel.socket;

import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.check;
import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.Native;
import dev.dbg.model.Uid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import jnr.ffi.Pointer;

/**
 * The client's end of a SOCK_STREAM unix(7) socket, for one question to somebody who may never
 * answer, or never stop: all of it ends at one deadline.
 *
 * <p>For one thread.
 */
public final class StreamConnection implements AutoCloseable {
  private static final int SOCK_STREAM = 1;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_SNDTIMEO = 21;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int CHUNK = 1 << 13;

  private final Fd fd;
  private final String name;
  private final long deadline;
  private final Uid peer;

  private StreamConnection(Fd fd, String name, long deadline, Uid peer) {
    this.fd = fd;
    this.name = name;
    this.deadline = deadline;
    this.peer = peer;
  }

  /** Connects to a socket that the administrator names. */
  public static StreamConnection connect(Path socket, long deadline) throws IOException {
    return connect(socket.toString(), socket.toString(), deadline);
  }

  /**
   * Connects.
   *
   * @param name what to call it in messages
   */
  public static StreamConnection connect(String path, String name, long deadline)
      throws IOException {
    Pointer address = UnixSocket.address(path);
    int type = SOCK_STREAM | UnixSocket.SOCK_CLOEXEC;
    int number = checkInt("socket", name, () -> LIBC.socket(UnixSocket.AF_UNIX, type, 0));
    Fd fd = new Fd(number);
    try {
      bound(number, SO_SNDTIMEO, name, deadline);
      int size = UnixSocket.sizeOfAddress(path);
      int _ = checkInt("connect", name, () -> LIBC.connect(number, address, size));
      return new StreamConnection(fd, name, deadline, PeerCredentials.of(number).uid());
    } catch (IOException e) {
      fd.close();
      throw e;
    }
  }

  /** Who began to listen there, as the kernel noted then: SO_PEERCRED. */
  public Uid peer() {
    return peer;
  }

  /** Sends all of it. */
  public void send(byte[] bytes) throws IOException {
    Pointer data = Native.allocate(Math.max(1, bytes.length));
    data.put(0, bytes, 0, bytes.length);
    int sent = 0;
    while (sent < bytes.length) {
      bound(fd.number(), SO_SNDTIMEO, name, deadline);
      Pointer rest = data.slice(sent);
      int left = bytes.length - sent;
      sent += (int) check("send", name, () -> LIBC.send(fd.number(), rest, left, MSG_NOSIGNAL));
    }
  }

  /**
   * Reads until the other end closes.
   *
   * @throws IOException when that is not before the deadline, or after more than {@code most} bytes
   */
  public byte[] receiveAll(int most) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK];
    while (true) {
      bound(fd.number(), SO_RCVTIMEO, name, deadline);
      int got = (int) check("read", name, () -> LIBC.read(fd.number(), chunk, CHUNK));
      if (got == 0) {
        return all.toByteArray();
      }
      if (all.size() + got > most) {
        throw new IOException("%s answers with more than %d bytes".formatted(name, most));
      }
      all.write(chunk, 0, got);
    }
  }

  /** Lets the next call take no longer than until the deadline. */
  private static void bound(int socket, int option, String name, long deadline) throws IOException {
    long left = (deadline - System.nanoTime()) / 1000;
    if (left <= 0) {
      throw new IOException(name + " does not answer in time");
    }
    Pointer timeval = Native.allocate(16);
    timeval.putLong(0, left / 1_000_000);
    timeval.putLong(8, left % 1_000_000);
    int _ =
        checkInt(
            "setsockopt", name, () -> LIBC.setsockopt(socket, SOL_SOCKET, option, timeval, 16));
  }

  @Override
  public void close() {
    fd.close();
  }
}
