package dev.dbg.kernel;

import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.check;
import static dev.dbg.kernel.Native.checkInt;

import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jnr.ffi.Pointer;

/**
 * One client's end of a SOCK_SEQPACKET unix(7) socket: packets with descriptors in, packets out.
 *
 * <p>One thread at a time may {@link #receive}; any may {@link #send}.
 */
public final class UnixConnection implements AutoCloseable {
  /** The largest packet taken or sent, in bytes. */
  public static final int LARGEST_PACKET = 64 * 1024;

  private static final int MOST_DESCRIPTORS = 16;

  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_SNDTIMEO = 21;
  private static final int SO_PEERPIDFD = 77;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_CTRUNC = 0x8;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int SHUT_RD = 0;

  private static final ThreadLocal<ReceiveBuffer> BUFFER =
      ThreadLocal.withInitial(ReceiveBuffer::new);

  private final Fd fd;

  UnixConnection(Fd fd) {
    this.fd = fd;
  }

  /** Two ends of a connection with this process itself, socketpair(2). */
  public static List<UnixConnection> pair() throws KernelException {
    Pointer ends = Native.allocate(8);
    int type = UnixSocket.SOCK_SEQPACKET | UnixSocket.SOCK_CLOEXEC;
    int _ =
        checkInt("socketpair", "itself", () -> LIBC.socketpair(UnixSocket.AF_UNIX, type, 0, ends));
    return List.of(
        new UnixConnection(new Fd(ends.getInt(0))), new UnixConnection(new Fd(ends.getInt(4))));
  }

  /**
   * A packet.
   *
   * @param bytes its content, cut at {@link #LARGEST_PACKET}
   * @param descriptors what came with it by SCM_RIGHTS; the receiver closes them
   * @param cut whether bytes or descriptors were left out
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Packet(byte[] bytes, List<Fd> descriptors, boolean cut) {}

  /**
   * Waits for a packet.
   *
   * @return empty when the client is gone
   * @throws KernelException with {@link KernelException#isTimeout} after {@link #receiveWithin}
   */
  public Optional<Packet> receive() throws KernelException {
    return BUFFER.get().receive(fd.number());
  }

  /** Sends {@code bytes} as one packet, within the time that {@link #sendWithin} set. */
  public void send(byte[] bytes) throws KernelException {
    Pointer packet = Native.allocate(Math.max(1, bytes.length));
    packet.put(0, bytes, 0, bytes.length);
    long _ =
        check("send", "client", () -> LIBC.send(fd.number(), packet, bytes.length, MSG_NOSIGNAL));
  }

  /** Bounds each {@link #receive}; zero waits for ever. */
  public void receiveWithin(Duration limit) throws KernelException {
    setTimeout(SO_RCVTIMEO, limit);
  }

  /** Bounds each {@link #send}; zero waits for ever. */
  public void sendWithin(Duration limit) throws KernelException {
    setTimeout(SO_SNDTIMEO, limit);
  }

  private void setTimeout(int option, Duration limit) throws KernelException {
    Pointer timeval = Native.allocate(16);
    timeval.putLong(0, limit.toSeconds());
    timeval.putLong(8, limit.toNanosPart() / 1000);
    int _ =
        checkInt(
            "setsockopt",
            "timeout",
            () -> LIBC.setsockopt(fd.number(), SOL_SOCKET, option, timeval, 16));
  }

  /** Who is at the other end, as the kernel noted when it connected. */
  public PeerCredentials peer() throws KernelException {
    return PeerCredentials.of(fd.number());
  }

  /**
   * The process at the other end, held, as it was when it connected: SO_PEERPIDFD of unix(7).
   *
   * @return empty on a kernel older than 6.5, or when the process has been reaped
   */
  public Optional<PidFd> peerProcess() {
    Pointer number = Native.allocate(4);
    Pointer size = Native.allocate(4);
    size.putInt(0, 4);
    try {
      int got = LIBC.getsockopt(fd.number(), SOL_SOCKET, SO_PEERPIDFD, number, size);
      return got == 0 ? Optional.of(PidFd.of(new Fd(number.getInt(0)))) : Optional.empty();
    } finally {
      Reference.reachabilityFence(size);
    }
  }

  /** Wakes a thread that waits in {@link #receive}, as if the client were gone; sending goes on. */
  public void stopReceiving() {
    int _ = LIBC.shutdown(fd.number(), SHUT_RD);
  }

  @Override
  public void close() {
    fd.close();
  }

  /** A msghdr with its iovec and room for descriptors, one a thread, used again and again. */
  private static final class ReceiveBuffer {
    private static final int SIZE_OF_MSGHDR = 56;
    private static final int SIZE_OF_CMSGHDR = 16;
    private static final int CONTROL_SIZE = SIZE_OF_CMSGHDR + 4 * MOST_DESCRIPTORS;

    private final Pointer data = Native.allocate(LARGEST_PACKET);
    private final Pointer control = Native.allocate(CONTROL_SIZE);
    private final Pointer iovec = Native.allocate(16);
    private final Pointer message = Native.allocate(SIZE_OF_MSGHDR);

    Optional<Packet> receive(int socket) throws KernelException {
      iovec.putAddress(0, data.address());
      iovec.putLong(8, LARGEST_PACKET);
      message.putAddress(16, iovec.address());
      message.putLong(24, 1);
      message.putAddress(32, control.address());
      message.putLong(40, CONTROL_SIZE);
      message.putInt(48, 0);
      int length =
          checkInt("recvmsg", "client", () -> LIBC.recvmsg(socket, message, MSG_CMSG_CLOEXEC));
      List<Fd> descriptors = descriptors();
      if (length == 0 && descriptors.isEmpty()) {
        return Optional.empty();
      }
      byte[] bytes = new byte[length];
      data.get(0, bytes, 0, length);
      boolean cut = (message.getInt(48) & (MSG_TRUNC | MSG_CTRUNC)) != 0;
      return Optional.of(new Packet(bytes, descriptors, cut));
    }

    private List<Fd> descriptors() {
      List<Fd> descriptors = new ArrayList<>();
      long filled = message.getLong(40);
      long at = 0;
      while (at + SIZE_OF_CMSGHDR <= filled) {
        long length = control.getLong(at);
        if (length < SIZE_OF_CMSGHDR) {
          break;
        }
        boolean rights =
            control.getInt(at + 8) == SOL_SOCKET && control.getInt(at + 12) == SCM_RIGHTS;
        for (long i = at + SIZE_OF_CMSGHDR; rights && i + 4 <= at + length; i += 4) {
          descriptors.add(new Fd(control.getInt(i)));
        }
        at += (length + 7) & ~7L;
      }
      return descriptors;
    }
  }
}
