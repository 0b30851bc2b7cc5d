package dev.dbg.kernel;

import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Calls of native code. Every call goes through {@link #check}: it retries EINTR and turns -1 into
 * a {@link KernelException} that names the call and its object. Any thread may call it.
 */
public final class Native {

  public static final Runtime RUNTIME = Runtime.getSystemRuntime();

  public static final int AT_FDCWD = -100;
  public static final int AT_EMPTY_PATH = 0x1000;
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_NONBLOCK = 0x800;
  public static final int O_CLOEXEC = 0x80000;
  public static final int O_PATH = 0x200000;

  /** arm64 swaps O_DIRECTORY and O_NOFOLLOW with O_DIRECT and O_LARGEFILE. */
  private static final boolean IS_ARM = System.getProperty("os.arch", "").equals("aarch64");

  public static final int O_DIRECTORY = IS_ARM ? 0x4000 : 0x10000;
  public static final int O_NOFOLLOW = IS_ARM ? 0x8000 : 0x20000;

  private static final short POLLIN = 1;
  private static final short POLLOUT = 4;

  private Native() {}

  /** Makes a call that returns -1 and sets errno on failure; returns its result, at least 0. */
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

  /** {@link #check} for a call whose result only shows whether it failed. */
  public static void require(String call, String object, LongSupplier attempt)
      throws KernelException {
    long _ = check(call, object, attempt);
  }

  /** {@link #check} for a call that returns a new descriptor. */
  public static Fd checkFd(String call, String object, LongSupplier attempt)
      throws KernelException {
    return new Fd(checkInt(call, object, attempt));
  }

  /**
   * {@link #check} for a system call that glibc 2.34 does not wrap, syscall(2).
   *
   * @param number the same on every architecture for calls since Linux 5.1
   * @param arguments at most six: numbers, {@link Pointer}s, and strings, which are passed as C
   *     strings
   */
  public static int syscall(String call, String object, long number, Object... arguments)
      throws KernelException {
    Object[] words = words(number, arguments);
    return checkInt(call, object, () -> LibC.syscall(words));
  }

  /** The same with the thread's capabilities in effect: {@link Capabilities#during}. */
  public static int syscallRaised(String call, String object, long number, Object... arguments)
      throws KernelException {
    Object[] words = words(number, arguments);
    return checkInt(call, object, Capabilities.during(() -> LibC.syscall(words)));
  }

  private static Object[] words(long number, Object... arguments) {
    return Stream.concat(Stream.of(number), Stream.of(arguments)).toArray();
  }

  /** {@link #check} for calls that return an int. */
  public static int checkInt(String call, String object, LongSupplier attempt)
      throws KernelException {
    return (int) check(call, object, attempt);
  }

  /** Checks the result of a function of the posix_spawn(3) family: 0 or an errno. */
  public static void checkReturned(int error, String call, String object) throws KernelException {
    if (error != 0) {
      throw new KernelException(Errno.valueOf(error), call, object);
    }
  }

  public static Errno lastErrno() {
    return Errno.valueOf(RUNTIME.getLastError());
  }

  /** Whether a descriptor can be read without waiting, poll(2). */
  public static boolean isReadable(Fd fd, String name) throws KernelException {
    return isWithin(POLLIN, fd, name, 0);
  }

  /** Waits until it is, poll(2). */
  static void awaitReadable(Fd fd, String name) throws KernelException {
    boolean _ = isWithin(POLLIN, fd, name, -1);
  }

  /** Waits until it can be written to, or nobody reads it, or this time is over; poll(2). */
  static boolean awaitWritable(Fd fd, String name, int milliseconds) throws KernelException {
    return isWithin(POLLOUT, fd, name, milliseconds);
  }

  private static boolean isWithin(short event, Fd fd, String name, int milliseconds)
      throws KernelException {
    Pointer poll = allocate(8);
    poll.putInt(0, fd.number());
    poll.putShort(4, event);
    return check("poll", name, () -> LibC.poll(poll, 1, milliseconds)) > 0;
  }

  /**
   * Zeroed memory that is freed when nothing refers to it any more. A native call gets only its
   * address and does not keep it alive. An attempt of {@link #check} keeps alive what it captures,
   * because it may be repeated; a direct call needs a {@code reachabilityFence}.
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
