package dev.dbg.kernel.socket;

import dev.dbg.kernel.Fd;
import java.io.IOException;
import java.util.Optional;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * A message of a SOCK_STREAM unix(7) socket, with the process that sent it, SCM_CREDENTIALS, and
 * the descriptor that it passes, SCM_RIGHTS. The kernel writes the sender, so a process without
 * CAP_SYS_ADMIN cannot name another. SO_PEERCRED does not replace it: that is the process that
 * called listen(2), which may have ended.
 *
 * <p>Closing a descriptor can block forever if the sender serves its file system. So {@link #peek}
 * tells the sender without receiving a descriptor.
 */
public final class SentMessage implements AutoCloseable {
  private static final int SIZE_OF_DESCRIPTOR = SocketCalls.SIZE_OF_CMSGHDR + 8;

  private final byte[] bytes;
  private final PeerCredentials sender;
  private @Nullable Fd passed;

  private SentMessage(byte[] bytes, PeerCredentials sender, @Nullable Fd passed) {
    this.bytes = bytes;
    this.sender = sender;
    this.passed = passed;
  }

  /** The next message, which stays in the queue with its descriptor. */
  static SentMessage peek(Fd socket, String name) throws IOException {
    return read(
        SocketCalls.receive(socket, 1, SocketCalls.SIZE_OF_CREDENTIALS, SocketCalls.MSG_PEEK, name),
        name);
  }

  /** The next message, at most {@code most} bytes of it, with one descriptor. */
  static SentMessage take(Fd socket, String name, int most) throws IOException {
    int room = SocketCalls.SIZE_OF_CREDENTIALS + SIZE_OF_DESCRIPTOR;
    return read(SocketCalls.receive(socket, most, room, SocketCalls.MSG_CMSG_CLOEXEC, name), name);
  }

  private static SentMessage read(SocketCalls.Received message, String name) throws IOException {
    Pointer control = message.control();
    PeerCredentials sender = null;
    Fd passed = null;
    long end = message.controlled();
    for (long at = 0; at + SocketCalls.SIZE_OF_CMSGHDR < end; at += aligned(control.getLong(at))) {
      long content = at + SocketCalls.SIZE_OF_CMSGHDR;
      int type = control.getInt(at + 12);
      // A sender in a pid namespace that this process does not see has the number 0.
      if (type == SocketCalls.SCM_CREDENTIALS && control.getInt(content) > 0) {
        sender = PeerCredentials.in(control, content);
      } else if (type == SocketCalls.SCM_RIGHTS && passed == null) {
        passed = new Fd(control.getInt(content));
      }
    }
    boolean isEmpty = message.bytes().length == 0;
    if (isEmpty || sender == null) {
      if (passed != null) {
        passed.close();
      }
      throw new IOException(
          name + (isEmpty ? " closes without an answer" : " does not tell who answers"));
    }
    return new SentMessage(message.bytes(), sender, passed);
  }

  private static long aligned(long length) {
    return (length + 7) & ~7L;
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  /** Who sent it, without the supplementary groups. */
  public PeerCredentials sender() {
    return sender;
  }

  /** The descriptor that it passes; the caller closes it. */
  public Optional<Fd> release() {
    Optional<Fd> released = Optional.ofNullable(passed);
    passed = null;
    return released;
  }

  @Override
  public void close() {
    if (passed != null) {
      passed.close();
    }
  }
}
