package dev.dbg.kernel.socket;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jnr.ffi.Pointer;

/**
 * One end of a connection between dbgd and a process that it started, socketpair(2): whole messages
 * and descriptors. Unlike a {@link UnixConnection} it accepts descriptors, so only dbgd's own
 * processes may hold the other end.
 *
 * <p>One thread at a time may {@link #receive}; any may {@link #send}.
 *
 * @param fd an end that this process was given, inherited or received, or has made; to pass on to a
 *     child, or in a message
 */
public record Channel(Fd fd) implements AutoCloseable {
  /** The longest message, in bytes; the socket's buffer has room for it. */
  public static final int LONGEST = 1 << 17;

  private static final int MOST_DESCRIPTORS = 2;
  private static final int EMSGSIZE = 90;
  private static final String NAME = "a process of dbgd's";

  /**
   * Both ends, closed on exec. The first one accepts no descriptors, since Linux 6.16 not even on
   * the way; it is dbgd's.
   */
  public static List<Channel> pair() throws KernelException {
    List<Fd> ends = SocketCalls.pair(NAME);
    SocketCalls.trySet(ends.getFirst(), SocketCalls.SO_PASSRIGHTS, 0);
    return List.of(new Channel(ends.getFirst()), new Channel(ends.getLast()));
  }

  /**
   * A message.
   *
   * @param descriptors whoever receives it closes them
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Message(byte[] bytes, List<Fd> descriptors) {
    void close() {
      descriptors.forEach(Fd::close);
    }
  }

  /** Limits the time of each {@link #receive}; then it fails, {@link KernelException#isTimeout}. */
  public void receiveWithin(Duration limit) throws KernelException {
    SocketCalls.setTimeout(fd, SocketCalls.SO_RCVTIMEO, limit, NAME);
  }

  /** Limits the time of each {@link #send}. */
  public void sendWithin(Duration limit) throws KernelException {
    SocketCalls.setTimeout(fd, SocketCalls.SO_SNDTIMEO, limit, NAME);
  }

  /** Sends a message that is not empty; the caller still has to close the descriptors. */
  public void send(byte[] bytes, List<Fd> descriptors) throws KernelException {
    if (descriptors.isEmpty()) {
      SocketCalls.send(fd, bytes, 0, NAME);
    } else {
      SocketCalls.send(fd, bytes, descriptors, NAME);
    }
  }

  /**
   * Waits for a message without descriptors.
   *
   * @param longest the longest that is accepted, in bytes
   * @return empty when the other end is closed
   * @throws KernelException also if the message is too long, or brings descriptors
   */
  public Optional<byte[]> receive(int longest) throws KernelException {
    return receive(longest, 0).map(Message::bytes);
  }

  /** Waits for a message with at most two descriptors, likewise. */
  public Optional<Message> receiveWithDescriptors(int longest) throws KernelException {
    return receive(longest, SocketCalls.SIZE_OF_CMSGHDR + 4 * MOST_DESCRIPTORS);
  }

  private Optional<Message> receive(int longest, int room) throws KernelException {
    SocketCalls.Received got =
        SocketCalls.receive(fd, longest, room, SocketCalls.MSG_CMSG_CLOEXEC, NAME);
    Message message =
        new Message(got.bytes(), descriptors(got.control(), room == 0 ? 0 : got.controlled()));
    if ((got.flags() & (SocketCalls.MSG_TRUNC | SocketCalls.MSG_CTRUNC)) != 0) {
      message.close();
      throw KernelException.reported(EMSGSIZE, "recvmsg from " + NAME);
    }
    return got.bytes().length == 0 ? Optional.empty() : Optional.of(message);
  }

  private static List<Fd> descriptors(Pointer control, long end) {
    List<Fd> descriptors = new ArrayList<>();
    if (end >= SocketCalls.SIZE_OF_CMSGHDR
        && control.getInt(8) == SocketCalls.SOL_SOCKET
        && control.getInt(12) == SocketCalls.SCM_RIGHTS) {
      for (long at = SocketCalls.SIZE_OF_CMSGHDR; at < control.getLong(0); at += 4) {
        descriptors.add(new Fd(control.getInt(at)));
      }
    }
    return descriptors;
  }

  /** Wakes both ends as if the other one had closed. */
  public void end() {
    int _ = LibC.shutdown(fd.number(), SocketCalls.SHUT_RDWR);
  }

  @Override
  public void close() {
    fd.close();
  }
}
