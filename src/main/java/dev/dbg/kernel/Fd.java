package dev.dbg.kernel;

import static dev.dbg.kernel.Native.check;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import jnr.ffi.Pointer;

/**
 * An open descriptor, and the responsibility for closing it. {@link #close} closes it once; any
 * thread may do so.
 */
public final class Fd implements AutoCloseable {
  private static final int CLOSED = -1;
  private static final int CHUNK = 1 << 13;
  private static final int O_CREAT = 0x40;
  private static final int O_EXCL = 0x80;
  private static final int O_APPEND = 0x400;
  private static final int ONLY_OWNER = 0600;
  private static final long SYS_OPENAT2 = 437;
  private static final int SIZE_OF_OPEN_HOW = 24;

  private int number;

  public Fd(int number) {
    this.number = number;
  }

  /** Opens {@code path}, openat(2); closed on exec. */
  public static Fd open(String path, int flags) throws KernelException {
    return openAt(Native.AT_FDCWD, path, flags, path);
  }

  /**
   * Creates a file that only root can read and write, and opens it for appending, open(2).
   *
   * @throws KernelException also if the file exists
   */
  public static Fd create(Path path) throws KernelException {
    return open(path.toString(), Native.O_WRONLY | O_CREAT | O_EXCL | O_APPEND);
  }

  /**
   * Opens a file relative to {@code directory}, openat(2); closed on exec.
   *
   * @param name the file's name in messages
   */
  public static Fd openAt(int directory, String file, int flags, String name)
      throws KernelException {
    int all = flags | Native.O_CLOEXEC;
    return Native.checkFd("open", name, () -> LibC.openat(directory, file, all, ONLY_OWNER));
  }

  /** The same with the thread's capabilities in effect: {@link Capabilities#during}. */
  public static Fd openAtRaised(int directory, String file, int flags, String name)
      throws KernelException {
    int all = flags | Native.O_CLOEXEC;
    return Native.checkFd(
        "open", name, Capabilities.during(() -> LibC.openat(directory, file, all, ONLY_OWNER)));
  }

  /** Opens with openat2(2) and its RESOLVE_ flags. */
  public static Fd openAt2(int directory, String file, int flags, long resolve, String name)
      throws KernelException {
    return new Fd(
        Native.syscall(
            "openat2", name, SYS_OPENAT2, directory, file, how(flags, resolve), SIZE_OF_OPEN_HOW));
  }

  /** The same with the thread's capabilities in effect. */
  public static Fd openAt2Raised(int directory, String file, int flags, long resolve, String name)
      throws KernelException {
    return new Fd(
        Native.syscallRaised(
            "openat2", name, SYS_OPENAT2, directory, file, how(flags, resolve), SIZE_OF_OPEN_HOW));
  }

  private static Pointer how(int flags, long resolve) {
    Pointer how = Native.allocate(SIZE_OF_OPEN_HOW);
    how.putLong(0, flags | Native.O_CLOEXEC);
    how.putLong(16, resolve);
    return how;
  }

  /** Reads to the end, read(2); fails when there are more than {@code most} bytes. */
  public byte[] readAll(String name, int most) throws IOException {
    byte[] all = readUpTo(name, most + 1);
    if (all.length > most) {
      throw new IOException("%s has more than %d bytes".formatted(name, most));
    }
    return all;
  }

  /** Reads to the end, or {@code most} bytes. */
  byte[] readUpTo(String name, int most) throws KernelException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK];
    while (all.size() < most) {
      int wanted = Math.min(CHUNK, most - all.size());
      int got = (int) check("read", name, () -> LibC.read(number(), chunk, wanted));
      if (got == 0) {
        break;
      }
      all.write(chunk, 0, got);
    }
    return all.toByteArray();
  }

  /** What is read from it, read(2), by one thread; valid while this is open. */
  public InputStream input(String name) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        byte[] chunk = new byte[Math.min(length, CHUNK)];
        int got = (int) check("read", name, () -> LibC.read(number(), chunk, chunk.length));
        System.arraycopy(chunk, 0, into, from, got);
        return got == 0 ? -1 : got;
      }
    };
  }

  /** The number, for a call; valid while this is open. */
  public synchronized int number() {
    if (number == CLOSED) {
      throw new IllegalStateException("the descriptor is closed");
    }
    return number;
  }

  /** Its magic link, proc_pid_fd(5). */
  public String path() {
    return "/proc/thread-self/fd/" + number();
  }

  // On Linux close(2) closes the descriptor even if it fails, also with EINTR.
  @Override
  public synchronized void close() {
    if (number != CLOSED) {
      int _ = LibC.close(number);
      number = CLOSED;
    }
  }
}
