package dev.dbg.kernel.socket;

import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import jnr.ffi.Pointer;

/** The constants, structures and calls that the sockets of this package share. */
final class SocketCalls {
  static final int AF_UNIX = 1;
  static final int SOCK_STREAM = 1;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_SEQPACKET = 5;
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int SOL_SOCKET = 1;
  static final int SO_PASSCRED = 16;
  static final int SO_RCVTIMEO = 20;
  static final int SO_SNDTIMEO = 21;
  static final int SO_PASSRIGHTS = 83;
  static final int MSG_PEEK = 0x2;
  static final int MSG_CTRUNC = 0x8;
  static final int MSG_TRUNC = 0x20;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_NOSIGNAL = 0x4000;
  static final int MSG_CMSG_CLOEXEC = 0x40000000;
  static final int SHUT_RD = 0;
  static final int SHUT_RDWR = 2;
  static final int SIZE_OF_CMSGHDR = 16;
  static final int SIZE_OF_CREDENTIALS = SIZE_OF_CMSGHDR + 16;
  static final int SCM_RIGHTS = 1;
  static final int SCM_CREDENTIALS = 2;
  private static final int SIZE_OF_MSGHDR = 56;
  private static final int SIZE_OF_IOVEC = 16;
  private static final int PATH_AT = 2;
  private static final int LONGEST_PATH = 107;

  private SocketCalls() {}

  /** A new socket, socket(2); {@code name} is its name in messages. */
  static Fd socket(int type, String name) throws KernelException {
    return Native.checkFd("socket", name, () -> LibC.socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  }

  /** Both ends of a SOCK_SEQPACKET connection, socketpair(2). */
  static List<Fd> pair(String name) throws KernelException {
    return pair(SOCK_SEQPACKET, name);
  }

  static List<Fd> pair(int type, String name) throws KernelException {
    Pointer ends = Native.allocate(8);
    require("socketpair", name, () -> LibC.socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends));
    return List.of(new Fd(ends.getInt(0)), new Fd(ends.getInt(4)));
  }

  static void connect(Fd fd, String path, String name) throws IOException {
    Pointer address = address(path);
    require("connect", name, () -> LibC.connect(fd.number(), address, sizeOfAddress(path)));
  }

  /** Sets SO_RCVTIMEO or SO_SNDTIMEO; zero waits forever. */
  static void setTimeout(Fd fd, int option, Duration limit, String name) throws KernelException {
    Pointer timeval = Native.allocate(16);
    timeval.putLong(0, limit.toSeconds());
    timeval.putLong(8, limit.toNanosPart() / 1000);
    require(
        "setsockopt", name, () -> LibC.setsockopt(fd.number(), SOL_SOCKET, option, timeval, 16));
  }

  /** Sets an option that is an int and that an old kernel may lack; an error is ignored. */
  static void trySet(Fd fd, int option, int value) {
    trySet(fd, SOL_SOCKET, option, value);
  }

  /** The same of another level, such as a protocol's. */
  static void trySet(Fd fd, int level, int option, int value) {
    Pointer memory = Native.allocate(4);
    memory.putInt(0, value);
    try {
      int _ = LibC.setsockopt(fd.number(), level, option, memory, 4);
    } finally {
      Reference.reachabilityFence(memory);
    }
  }

  /** Sends {@code bytes} as one message, send(2). */
  static void send(Fd fd, byte[] bytes, int flags, String name) throws KernelException {
    Pointer data = memory(bytes);
    require("send", name, () -> LibC.send(fd.number(), data, bytes.length, flags | MSG_NOSIGNAL));
  }

  /**
   * Sends {@code bytes} and descriptors, sendmsg(2); the caller still has to close the descriptors.
   */
  static void send(Fd fd, byte[] bytes, List<Fd> descriptors, String name) throws KernelException {
    int length = SIZE_OF_CMSGHDR + 4 * descriptors.size();
    int space = (length + 7) & ~7;
    Pointer control = Native.allocate(space);
    control.putLong(0, length);
    control.putInt(8, SOL_SOCKET);
    control.putInt(12, SCM_RIGHTS);
    for (int i = 0; i < descriptors.size(); i++) {
      control.putInt(SIZE_OF_CMSGHDR + 4L * i, descriptors.get(i).number());
    }
    MessageHeader message = MessageHeader.of(memory(bytes), bytes.length, control, space);
    int _ = message.call("sendmsg", name, at -> LibC.sendmsg(fd.number(), at, MSG_NOSIGNAL));
  }

  /**
   * Receives a message, recvmsg(2).
   *
   * @param most the bytes to receive
   * @param room the bytes for control messages
   */
  static Received receive(Fd fd, int most, int room, int flags, String name)
      throws KernelException {
    MessageHeader header =
        MessageHeader.of(Native.allocate(most), most, Native.allocate(Math.max(1, room)), room);
    int length = header.call("recvmsg", name, at -> LibC.recvmsg(fd.number(), at, flags));
    return new Received(header.bytes(length), header.control, header.controlled(), header.flags());
  }

  /**
   * A message.
   *
   * @param controlled how much of the room for control messages is used
   * @param flags MSG_TRUNC and others, as recvmsg(2) set them
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Received(byte[] bytes, Pointer control, long controlled, int flags) {}

  /** A struct msghdr with one buffer, and the memory of which it contains only the addresses. */
  record MessageHeader(Pointer header, Pointer iovec, Pointer data, Pointer control) {
    static MessageHeader of(Pointer data, long length, Pointer control, long room) {
      Pointer iovec = Native.allocate(SIZE_OF_IOVEC);
      iovec.putAddress(0, data.address());
      iovec.putLong(8, length);
      Pointer header = Native.allocate(SIZE_OF_MSGHDR);
      header.putAddress(16, iovec.address());
      header.putLong(24, 1);
      header.putAddress(32, control.address());
      header.putLong(40, room);
      return new MessageHeader(header, iovec, data, control);
    }

    /** Makes a call with it, {@link Native#check}. */
    int call(String call, String name, ToLongFunction<Pointer> attempt) throws KernelException {
      try {
        return Native.checkInt(call, name, () -> attempt.applyAsLong(header));
      } finally {
        Reference.reachabilityFence(this);
      }
    }

    /** Prepares a call for so many bytes, with this room for control messages. */
    void reset(long length, long room) {
      iovec.putLong(8, length);
      header.putLong(40, room);
      header.putInt(48, 0);
    }

    byte[] bytes(int length) {
      byte[] bytes = new byte[length];
      data.get(0, bytes, 0, length);
      return bytes;
    }

    long controlled() {
      return header.getLong(40);
    }

    int flags() {
      return header.getInt(48);
    }
  }

  static Pointer memory(byte[] bytes) {
    Pointer memory = Native.allocate(Math.max(1, bytes.length));
    memory.put(0, bytes, 0, bytes.length);
    return memory;
  }

  /** A struct sockaddr_un. A leading {@code @} means the abstract namespace, as in systemd. */
  static Pointer address(String path) throws IOException {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > LONGEST_PATH) {
      throw new IOException("the socket's path is longer than " + LONGEST_PATH + " bytes: " + path);
    }
    Pointer address = Native.allocate(PATH_AT + LONGEST_PATH + 1);
    address.putShort(0, (short) AF_UNIX);
    address.put(PATH_AT, bytes, 0, bytes.length);
    if (path.startsWith("@")) {
      address.putByte(PATH_AT, (byte) 0);
    }
    return address;
  }

  static int sizeOfAddress(String path) {
    int terminator = path.startsWith("@") ? 0 : 1;
    return PATH_AT + path.getBytes(StandardCharsets.UTF_8).length + terminator;
  }
}
