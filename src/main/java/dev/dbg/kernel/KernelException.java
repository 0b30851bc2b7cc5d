package dev.dbg.kernel;

import java.io.IOException;
import jnr.constants.platform.Errno;

/**
 * A system call that failed: which, on what, with which errno, and what that means here where the
 * kernel's word misleads.
 */
public final class KernelException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  KernelException(Errno errno, String call, String object) {
    super("%s %s: %s".formatted(call, object, meaning(errno, call)), null);
    this.errno = errno;
  }

  /** What failed and why, in a line. */
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

  /** The file system does not have what was asked of it. */
  public boolean isUnsupported() {
    return errno == Errno.EOPNOTSUPP || errno == Errno.ENOSYS;
  }

  public boolean isTimeout() {
    return errno == Errno.EAGAIN;
  }

  private static String meaning(Errno errno, String call) {
    return switch (errno) {
      case ENOSPC ->
          call.contains("mount") || call.equals("unshare")
              ? "limit exceeded (ENOSPC): raise fs.mount-max or user.max_mnt_namespaces"
              : errno + " (" + errno.name() + ")";
      case ENOSYS -> "this kernel does not have it (ENOSYS): Linux 5.12 or newer is needed";
      case EPERM -> errno + " (EPERM): dbgd lacks a capability, or a security module forbids it";
      default -> errno + " (" + errno.name() + ")";
    };
  }
}
