package dev.dbg.kernel;

import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;
import jnr.constants.platform.Errno;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * The one door to native code. Every call goes through {@link #check}: it retries EINTR and turns
 * -1 into a {@link KernelException} that names the call and its object.
 *
 * <p>Everything here may be called by any thread.
 */
public final class Native {
  public static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");
  public static final Runtime RUNTIME = Runtime.getRuntime(LIBC);

  public static final int AT_FDCWD = -100;
  public static final int AT_EMPTY_PATH = 0x1000;
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_NONBLOCK = 0x800;
  public static final int O_CLOEXEC = 0x80000;
  public static final int O_PATH = 0x200000;

  /** System calls newer than glibc 2.34; one number on every architecture. */
  static final long SYS_PIDFD_SEND_SIGNAL = 424;

  public static final long SYS_OPEN_TREE = 428;
  public static final long SYS_MOVE_MOUNT = 429;
  static final long SYS_PIDFD_OPEN = 434;
  public static final long SYS_OPENAT2 = 437;
  public static final long SYS_MOUNT_SETATTR = 442;

  private Native() {}

  /**
   * Makes a call that answers -1 and errno on failure.
   *
   * @return what the call answered, at least 0
   */
  public static long check(String call, String object, LongSupplier attempt)
      throws KernelException {
    while (true) {
      long result = attempt.getAsLong();
      if (result >= 0) {
        return result;
      }
      Errno errno = lastErrno();
      if (errno != Errno.EINTR) {
        throw new KernelException(errno, call, object);
      }
    }
  }

  /** {@link #check} for calls that answer an int. */
  public static int checkInt(String call, String object, LongSupplier attempt)
      throws KernelException {
    return (int) check(call, object, attempt);
  }

  /** Makes one of the posix_spawn family, which answer the error itself. */
  public static void checkReturned(int error, String call, String object) throws KernelException {
    if (error != 0) {
      throw new KernelException(Errno.valueOf(error), call, object);
    }
  }

  public static Errno lastErrno() {
    return Errno.valueOf(RUNTIME.getLastError());
  }

  /**
   * Zeroed memory that is freed when nothing refers to it any more, and that may be while a call is
   * reading it: a call has addresses only. What is captured by an attempt of {@link #check} stays,
   * because the attempt may be repeated; whoever calls directly needs a {@code reachabilityFence}.
   */
  public static Pointer allocate(int size) {
    return Memory.allocateDirect(RUNTIME, size, true);
  }

  /** {@code bytes} and the NUL that ends a C string. */
  public static Pointer cString(byte[] bytes) {
    Pointer memory = allocate(bytes.length + 1);
    memory.put(0, bytes, 0, bytes.length);
    return memory;
  }

  public static Pointer cString(String text) {
    return cString(text.getBytes(StandardCharsets.UTF_8));
  }
}
