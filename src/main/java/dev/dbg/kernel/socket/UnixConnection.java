package dev.dbg.kernel.socket;

import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.PidFd;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import jnr.ffi.Pointer;

/**
 * A connection with one client, a SOCK_SEQPACKET unix(7) socket: receives packets, sends packets
 * with descriptors.
 *
 * <p>It accepts no descriptor. A client's descriptor may be of a file system that the client
 * serves. The process that closes it last, also by closing a queue that holds it or by exec, then
 * waits for that server, forever if the client wishes. Since Linux 6.16 the kernel refuses to send
 * one here ({@link UnixSocket}). On an older kernel a packet is first examined with MSG_PEEK; one
 * that carries descriptors stays in the queue, and {@link #isClear} is false: this process must not
 * close such a connection.
 *
 * <p>One thread at a time may {@link #receive}; any may {@link #send}.
 *
 * @param fd for another process of dbgd's too: one that closes it, or one that answers
 */
public record UnixConnection(Fd fd) implements AutoCloseable {
  /** The largest packet to receive or send, in bytes. */
  public static final int LARGEST_PACKET = 64 * 1024;

  /** The largest packet for which each thread has its own buffer; longer ones share one. */
  public static final int SHORT_PACKET = 4 * 1024;

  private static final int SO_PEERPIDFD = 77;
  private static final String CLIENT = "client";
  private static final int SIZE_OF_POLLFD = 8;
  private static final short POLLRDHUP = 0x2000;

  private static final ThreadLocal<ReceiveBuffer> BUFFER =
      ThreadLocal.withInitial(() -> new ReceiveBuffer(SHORT_PACKET));

  /** Shared: receiving a long packet takes some microseconds. */
  private static final ReceiveBuffer LARGE = new ReceiveBuffer(LARGEST_PACKET);

  /** Both ends of a connection within this process, socketpair(2). */
  public static List<UnixConnection> pair() throws KernelException {
    return SocketCalls.pair("itself").stream().map(UnixConnection::new).toList();
  }

  /**
   * A packet.
   *
   * @param bytes its content, truncated at {@link #SHORT_PACKET} or {@link #LARGEST_PACKET}
   * @param cut whether bytes were left out
   * @param bringsDescriptors whether it carries descriptors; then it stays in the queue, and
   *     nothing more can be received
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Packet(byte[] bytes, boolean cut, boolean bringsDescriptors) {}

  /**
   * Waits for a packet.
   *
   * @return empty when the client has closed
   * @throws KernelException with {@link KernelException#isTimeout} after {@link #receiveWithin}
   */
  public Optional<Packet> receive() throws KernelException {
    return BUFFER.get().take(fd.number());
  }

  /**
   * Shuts the connection down in both directions; returns whether no descriptors of the client are
   * queued. {@link #close} then does not block.
   */
  public boolean isClear() {
    int _ = LibC.shutdown(fd.number(), SocketCalls.SHUT_RDWR);
    ReceiveBuffer buffer = BUFFER.get();
    int atOnce = SocketCalls.MSG_PEEK | SocketCalls.MSG_DONTWAIT;
    try {
      // Packets sent before the shutdown are still queued; no more can come.
      Optional<Packet> left = buffer.receive(fd.number(), atOnce);
      while (left.isPresent() && !left.get().bringsDescriptors()) {
        buffer.drop(fd.number());
        left = buffer.receive(fd.number(), atOnce);
      }
      return left.isEmpty();
    } catch (KernelException e) {
      // The queue is empty, or the client has reset the connection.
      return true;
    }
  }

  /**
   * Waits for a packet and leaves it in the queue, where it is charged to the client's memory.
   *
   * @return its length in bytes; 0 also when the client has closed
   * @throws KernelException with {@link KernelException#isTimeout} after {@link #receiveWithin}
   */
  public int awaitPacket() throws KernelException {
    Pointer nothing = Native.allocate(1);
    int flags = SocketCalls.MSG_PEEK | SocketCalls.MSG_TRUNC;
    return checkInt("recv", CLIENT, () -> LibC.recv(fd.number(), nothing, 0, flags));
  }

  /** {@link #receive} of a packet whose length {@link #awaitPacket} returned. */
  public Optional<Packet> receive(int length) throws KernelException {
    if (length <= SHORT_PACKET) {
      return receive();
    }
    synchronized (LARGE) {
      return LARGE.take(fd.number());
    }
  }

  /**
   * Takes all packets that wait, and returns the last. Descriptors are dropped, and thereby closed:
   * only for an end of {@link #pair}, to which this process alone sends.
   */
  public Optional<Packet> last() throws KernelException {
    ReceiveBuffer buffer = BUFFER.get();
    Optional<Packet> last = Optional.empty();
    try {
      Optional<Packet> next = buffer.receive(fd.number(), SocketCalls.MSG_DONTWAIT);
      while (next.isPresent()) {
        last = next;
        next = buffer.receive(fd.number(), SocketCalls.MSG_DONTWAIT);
      }
    } catch (KernelException e) {
      if (!e.isTimeout()) {
        throw e;
      }
    }
    return last;
  }

  /** Sends {@code bytes} as one packet, within the time that {@link #sendWithin} set. */
  public void send(byte[] bytes) throws KernelException {
    SocketCalls.send(fd, bytes, 0, CLIENT);
  }

  /** The same, with descriptors; the caller still has to close them. */
  public void send(byte[] bytes, List<Fd> descriptors) throws KernelException {
    SocketCalls.send(fd, bytes, descriptors, CLIENT);
  }

  /**
   * Sends {@code bytes} as one packet if that does not block.
   *
   * @return whether it was sent
   */
  public boolean sendAtOnce(byte[] bytes) throws KernelException {
    try {
      SocketCalls.send(fd, bytes, SocketCalls.MSG_DONTWAIT, CLIENT);
      return true;
    } catch (KernelException e) {
      if (e.isTimeout()) {
        return false;
      }
      throw e;
    }
  }

  /** Limits the time of each {@link #receive}; zero waits forever. */
  public void receiveWithin(Duration limit) throws KernelException {
    SocketCalls.setTimeout(fd, SocketCalls.SO_RCVTIMEO, limit, "timeout");
  }

  /** Limits the time of each {@link #send}; zero waits forever. */
  public void sendWithin(Duration limit) throws KernelException {
    SocketCalls.setTimeout(fd, SocketCalls.SO_SNDTIMEO, limit, "timeout");
  }

  /**
   * A pidfd of the process that connected: SO_PEERPIDFD of unix(7).
   *
   * @return empty on a kernel older than 6.5, or when the process has been reaped
   */
  public Optional<PidFd> peerProcess() {
    Pointer number = Native.allocate(4);
    Pointer size = Native.allocate(4);
    size.putInt(0, 4);
    try {
      int got = LibC.getsockopt(fd.number(), SocketCalls.SOL_SOCKET, SO_PEERPIDFD, number, size);
      return got == 0 ? Optional.of(new PidFd(new Fd(number.getInt(0)))) : Optional.empty();
    } finally {
      Reference.reachabilityFence(size);
    }
  }

  /** Whether the client has closed the connection, poll(2). */
  public boolean isGone() {
    Pointer watched = Native.allocate(SIZE_OF_POLLFD);
    watched.putInt(0, fd.number());
    watched.putShort(4, POLLRDHUP);
    try {
      return LibC.poll(watched, 1, 0) == 1;
    } finally {
      Reference.reachabilityFence(watched);
    }
  }

  /** Wakes a thread in {@link #receive} as if the client had closed; sending still works. */
  public void stopReceiving() {
    int _ = LibC.shutdown(fd.number(), SocketCalls.SHUT_RD);
  }

  @Override
  public void close() {
    fd.close();
  }

  /** A reused message header with room for the sender's credentials and for no descriptor. */
  static final class ReceiveBuffer {
    private final int size;
    private final SocketCalls.MessageHeader message;

    ReceiveBuffer(int size) {
      Pointer control = Native.allocate(SocketCalls.SIZE_OF_CREDENTIALS);
      this.size = size;
      this.message = SocketCalls.MessageHeader.of(Native.allocate(size), size, control, 0);
    }

    /** The next packet; removed from the queue if it carries no descriptors. */
    Optional<Packet> take(int socket) throws KernelException {
      Optional<Packet> packet = receive(socket, SocketCalls.MSG_PEEK);
      if (packet.isPresent() && !packet.get().bringsDescriptors()) {
        drop(socket);
      }
      return packet;
    }

    Optional<Packet> receive(int socket, int flags) throws KernelException {
      message.reset(size, SocketCalls.SIZE_OF_CREDENTIALS);
      int length = message.call("recvmsg", CLIENT, at -> LibC.recvmsg(socket, at, flags));
      int set = message.flags();
      boolean bringsDescriptors = (set & SocketCalls.MSG_CTRUNC) != 0;
      if (length == 0 && !bringsDescriptors && message.controlled() == 0) {
        return Optional.empty();
      }
      boolean cut = (set & SocketCalls.MSG_TRUNC) != 0;
      return Optional.of(new Packet(message.bytes(length), cut, bringsDescriptors));
    }

    /** Removes the examined packet from the queue. */
    void drop(int socket) throws KernelException {
      message.reset(0, 0);
      int _ =
          message.call("recvmsg", CLIENT, at -> LibC.recvmsg(socket, at, SocketCalls.MSG_DONTWAIT));
    }
  }
}
