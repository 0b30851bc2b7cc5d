package dev.dbg.kernel.socket;

import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.check;
import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.PidFd;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import jnr.ffi.Pointer;

/**
 * One client's end of a SOCK_SEQPACKET unix(7) socket: packets in, packets with descriptors out.
 *
 * <p>No descriptor comes in. One of a stranger's may be of a file system of theirs, and whoever
 * closes it last, be it by the end of a queue that it lies in or by a child's exec, waits for that
 * file system's server: for as long as the stranger likes. Since Linux 6.16 the kernel refuses to
 * send one here ({@link UnixSocket}). Before, a packet is looked at without being taken, MSG_PEEK;
 * one that brings descriptors stays where it is, and {@link #isClear} says so: such a connection is
 * not for this process to close.
 *
 * <p>One thread at a time may {@link #receive}; any may {@link #send}.
 */
public final class UnixConnection implements AutoCloseable {
  /** The largest packet taken or sent, in bytes. */
  public static final int LARGEST_PACKET = 64 * 1024;

  /** What a thread has a buffer of its own for; longer ones share one. */
  public static final int SHORT_PACKET = 4 * 1024;

  private static final int SIZE_OF_MSGHDR = 56;
  private static final int SIZE_OF_IOVEC = 16;
  private static final int SIZE_OF_CMSGHDR = 16;

  private static final int SOL_SOCKET = 1;
  private static final int SO_PASSCRED = 16;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_SNDTIMEO = 21;
  private static final int SO_PEERPIDFD = 77;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_CTRUNC = 0x8;
  private static final int MSG_PEEK = 0x2;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SHUT_RD = 0;
  private static final int SHUT_RDWR = 2;

  private static final ThreadLocal<ReceiveBuffer> BUFFER =
      ThreadLocal.withInitial(() -> new ReceiveBuffer(SHORT_PACKET));

  /** Only one thread at a time takes a long packet out of the kernel, for some microseconds. */
  private static final ReceiveBuffer LARGE = new ReceiveBuffer(LARGEST_PACKET);

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
   * @param bytes its content, cut at {@link #SHORT_PACKET} or {@link #LARGEST_PACKET}
   * @param cut whether bytes were left out
   * @param bringsDescriptors whether descriptors came with it; then it is left where it is, and
   *     nothing can be received any more
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Packet(byte[] bytes, boolean cut, boolean bringsDescriptors) {}

  /**
   * Waits for a packet.
   *
   * @return empty when the client is gone
   * @throws KernelException with {@link KernelException#isTimeout} after {@link #receiveWithin}
   */
  public Optional<Packet> receive() throws KernelException {
    return BUFFER.get().take(fd.number());
  }

  /**
   * Ends the conversation in both directions, and looks whether anything of a stranger's lies
   * unread: if not, {@link #close} waits for nobody.
   */
  public boolean isClear() {
    int _ = LIBC.shutdown(fd.number(), SHUT_RDWR);
    ReceiveBuffer buffer = BUFFER.get();
    try {
      // What came before the end is still to be read; nothing more can come.
      Optional<Packet> left = buffer.receive(fd.number(), MSG_PEEK | MSG_DONTWAIT);
      while (left.isPresent() && !left.get().bringsDescriptors()) {
        buffer.drop(fd.number());
        left = buffer.receive(fd.number(), MSG_PEEK | MSG_DONTWAIT);
      }
      return left.isEmpty();
    } catch (KernelException e) {
      // Nothing is left, or the client has reset what there was.
      return true;
    }
  }

  /** Its descriptor, for a child that is to close it in this process's stead. */
  public Fd fd() {
    return fd;
  }

  /**
   * Waits for a packet and leaves it where it is, in the client's own memory as the kernel counts.
   *
   * @return its length in bytes; 0 also when the client is gone
   * @throws KernelException with {@link KernelException#isTimeout} after {@link #receiveWithin}
   */
  public int awaitPacket() throws KernelException {
    Pointer nothing = Native.allocate(1);
    return checkInt(
        "recv", "client", () -> LIBC.recv(fd.number(), nothing, 0, MSG_PEEK | MSG_TRUNC));
  }

  /** {@link #receive} of one that {@link #awaitPacket} has told the length of. */
  public Optional<Packet> receive(int length) throws KernelException {
    if (length <= SHORT_PACKET) {
      return receive();
    }
    synchronized (LARGE) {
      return LARGE.take(fd.number());
    }
  }

  /** Sends {@code bytes} as one packet, within the time that {@link #sendWithin} set. */
  public void send(byte[] bytes) throws KernelException {
    Pointer packet = Native.allocate(Math.max(1, bytes.length));
    packet.put(0, bytes, 0, bytes.length);
    long _ =
        check("send", "client", () -> LIBC.send(fd.number(), packet, bytes.length, MSG_NOSIGNAL));
  }

  /** The same, with descriptors, which stay the caller's to close. */
  public void send(byte[] bytes, List<Fd> descriptors) throws KernelException {
    SendBuffer buffer = new SendBuffer(bytes, descriptors);
    try {
      long _ =
          check("sendmsg", "client", () -> LIBC.sendmsg(fd.number(), buffer.message, MSG_NOSIGNAL));
    } finally {
      Reference.reachabilityFence(buffer);
    }
  }

  /**
   * Sends {@code bytes} as one packet if the client has room for them.
   *
   * @return whether it had
   */
  public boolean sendAtOnce(byte[] bytes) throws KernelException {
    Pointer packet = Native.allocate(Math.max(1, bytes.length));
    packet.put(0, bytes, 0, bytes.length);
    try {
      long _ =
          check(
              "send",
              "client",
              () -> LIBC.send(fd.number(), packet, bytes.length, MSG_NOSIGNAL | MSG_DONTWAIT));
      return true;
    } catch (KernelException e) {
      if (e.isTimeout()) {
        return false;
      }
      throw e;
    }
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

  /** Who is at the other end, without the supplementary groups, which may be many. */
  public PeerCredentials peerBriefly() throws KernelException {
    return PeerCredentials.briefly(fd.number());
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

  /**
   * Lets each packet tell its sender, SO_PASSCRED, be it an empty one: without, an empty packet is
   * not told from the end, behind which nobody looks.
   */
  void tellPackets() {
    Pointer yes = Native.allocate(4);
    yes.putInt(0, 1);
    try {
      int _ = LIBC.setsockopt(fd.number(), SOL_SOCKET, SO_PASSCRED, yes, 4);
    } finally {
      Reference.reachabilityFence(yes);
    }
  }

  /**
   * A msghdr with its iovec, used again and again. It has room for a sender, and none for a
   * descriptor.
   */
  private static final class ReceiveBuffer {
    private static final int ROOM_FOR_SENDER = SIZE_OF_CMSGHDR + 16;

    private final int size;
    private final Pointer data;
    private final Pointer control = Native.allocate(ROOM_FOR_SENDER);
    private final Pointer iovec = Native.allocate(SIZE_OF_IOVEC);
    private final Pointer message = Native.allocate(SIZE_OF_MSGHDR);

    ReceiveBuffer(int size) {
      this.size = size;
      this.data = Native.allocate(size);
    }

    /** The next packet, which is taken if it brings no descriptors. */
    Optional<Packet> take(int socket) throws KernelException {
      Optional<Packet> packet = receive(socket, MSG_PEEK);
      if (packet.isPresent() && !packet.get().bringsDescriptors()) {
        drop(socket);
      }
      return packet;
    }

    /** Whether bytes are left out is told; nobody is waited for with MSG_DONTWAIT. */
    Optional<Packet> receive(int socket, int flags) throws KernelException {
      iovec.putAddress(0, data.address());
      iovec.putLong(8, size);
      message.putAddress(16, iovec.address());
      message.putLong(24, 1);
      message.putAddress(32, control.address());
      message.putLong(40, ROOM_FOR_SENDER);
      message.putInt(48, 0);
      int length = checkInt("recvmsg", "client", () -> LIBC.recvmsg(socket, message, flags));
      int told = message.getInt(48);
      boolean bringsDescriptors = (told & MSG_CTRUNC) != 0;
      boolean isThere = length > 0 || bringsDescriptors || message.getLong(40) > 0;
      if (!isThere) {
        return Optional.empty();
      }
      byte[] bytes = new byte[length];
      data.get(0, bytes, 0, length);
      return Optional.of(new Packet(bytes, (told & MSG_TRUNC) != 0, bringsDescriptors));
    }

    /** Takes the packet that was looked at. */
    void drop(int socket) throws KernelException {
      iovec.putLong(8, 0);
      message.putLong(40, 0);
      int _ = checkInt("recvmsg", "client", () -> LIBC.recvmsg(socket, message, MSG_DONTWAIT));
    }
  }

  /** A msghdr with what it points to, for one packet. */
  private static final class SendBuffer {
    private final Pointer message = Native.allocate(SIZE_OF_MSGHDR);
    private final Pointer iovec = Native.allocate(SIZE_OF_IOVEC);
    private final Pointer data;
    private final Pointer control;

    SendBuffer(byte[] bytes, List<Fd> descriptors) {
      int length = SIZE_OF_CMSGHDR + 4 * descriptors.size();
      int room = (length + 7) & ~7;
      data = Native.allocate(bytes.length);
      data.put(0, bytes, 0, bytes.length);
      control = Native.allocate(room);
      control.putLong(0, length);
      control.putInt(8, SOL_SOCKET);
      control.putInt(12, SCM_RIGHTS);
      for (int i = 0; i < descriptors.size(); i++) {
        control.putInt(SIZE_OF_CMSGHDR + 4L * i, descriptors.get(i).number());
      }
      iovec.putAddress(0, data.address());
      iovec.putLong(8, bytes.length);
      message.putAddress(16, iovec.address());
      message.putLong(24, 1);
      message.putAddress(32, control.address());
      message.putLong(40, room);
    }
  }
}
