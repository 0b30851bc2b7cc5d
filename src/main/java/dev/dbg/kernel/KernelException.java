package dev.dbg.kernel;

import java.io.IOException;
import java.util.Optional;
import jnr.constants.platform.Errno;

/**
 * A failed system call: the call, its object, the errno, and {@link ErrnoAdvice} on what that means
 * and what to do.
 */
public final class KernelException extends IOException {
  private final Errno errno;

  public KernelException(Errno errno, String call, String object) {
    super("%s %s: %s".formatted(call, object, ErrnoAdvice.of(errno, call, object)), null);
    this.errno = errno;
  }

  /** A failure that a child reported; {@code what} is the call, a space, and its object. */
  public static KernelException reported(int errno, String what) {
    int space = what.indexOf(' ');
    return space < 0
        ? new KernelException(Errno.valueOf(errno), what, "in dbg-enter")
        : new KernelException(
            Errno.valueOf(errno), what.substring(0, space), what.substring(space + 1));
  }

  /** What may find that a file is missing. */
  public interface Attempt<T, E extends IOException> {
    T make() throws E;
  }

  /** What the attempt makes; empty if a file is missing. */
  public static <T, E extends IOException> Optional<T> ifThere(Attempt<T, E> attempt) throws E {
    try {
      return Optional.of(attempt.make());
    } catch (IOException e) {
      if (e instanceof KernelException kernel && kernel.isNoSuchFile()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What failed, why, and what to do, on one line. */
  public String message() {
    return String.valueOf(getMessage());
  }

  public boolean isNoSuchProcess() {
    return errno == Errno.ESRCH || errno == Errno.ENOENT;
  }

  public boolean isNoSuchFile() {
    return errno == Errno.ENOENT;
  }

  /** The disk, or a quota, is full. */
  public boolean isNoSpace() {
    return errno == Errno.ENOSPC || errno == Errno.EDQUOT;
  }

  /** The file system does not support the operation. */
  public boolean isUnsupported() {
    return errno == Errno.EOPNOTSUPP || errno == Errno.ENOSYS;
  }

  /** A symbolic link where none is followed. */
  public boolean isLink() {
    return errno == Errno.ELOOP;
  }

  /** Nobody reads the other end. */
  public boolean isBrokenPipe() {
    return errno == Errno.EPIPE;
  }

  public boolean isNotPermitted() {
    return errno == Errno.EPERM;
  }

  public boolean isRefused() {
    return errno == Errno.ECONNREFUSED;
  }

  /** The bytes do not fit into one message. */
  public boolean isTooLarge() {
    return errno == Errno.EMSGSIZE || errno == Errno.ENOBUFS;
  }

  public boolean isTimeout() {
    return errno == Errno.EAGAIN;
  }
}
