package dev.dbg.kernel;

import static dev.dbg.kernel.Native.check;

import dev.dbg.model.Pid;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import jnr.ffi.Pointer;

/** A reference to a process that stays valid when its number is reused, pidfd_open(2). */
public record PidFd(Fd fd) implements AutoCloseable {
  private static final long SYS_PIDFD_SEND_SIGNAL = 424;
  private static final long SYS_PIDFD_OPEN = 434;
  private static final int SIZE_OF_STATFS = 120;
  private static final int SIZE_OF_STATX = 256;
  private static final int STATX_INO = 0x100;

  /** The type of pidfs, statfs(2). */
  private static final long PID_FS_MAGIC = 0x50494446;

  private static final String NUMBER = "Pid:\t";
  private static final int LONGEST_INFO = 4096;

  /**
   * The process that has this number now.
   *
   * @throws KernelException with {@link KernelException#isNoSuchProcess} when there is none
   */
  public static PidFd open(Pid pid) throws KernelException {
    return new PidFd(
        new Fd(Native.syscall("pidfd_open", "process " + pid, SYS_PIDFD_OPEN, pid.number(), 0)));
  }

  /** Whether it has not exited, not even as a zombie. */
  public boolean isAlive() throws KernelException {
    return !Native.isReadable(fd, "pidfd");
  }

  /** Kills it, pidfd_send_signal(2); does nothing if it has ended. */
  public void kill() {
    Object[] words = {SYS_PIDFD_SEND_SIGNAL, fd.number(), Signals.KILL, 0, 0};
    long _ = Capabilities.during(() -> LibC.syscall(words)).getAsLong();
  }

  /**
   * The process's number as this process sees it, proc_pid_fdinfo(5); empty if the process has been
   * reaped, or is in a pid namespace that this process does not see.
   */
  public Optional<Pid> pid() throws KernelException {
    String path = "/proc/thread-self/fdinfo/" + fd.number();
    byte[] info = new byte[LONGEST_INFO];
    try (Fd file = Fd.open(path, Native.O_RDONLY)) {
      int length = (int) check("read", path, () -> LibC.read(file.number(), info, LONGEST_INFO));
      return KernelText.lines(new String(info, 0, length, StandardCharsets.US_ASCII))
          .filter(line -> line.startsWith(NUMBER))
          .map(line -> Integer.parseInt(line.substring(NUMBER.length())))
          .filter(number -> number > 0)
          .map(Pid::new)
          .findFirst();
    }
  }

  /**
   * The inode of the process in pidfs, which no other process has had since the host's boot; empty
   * before Linux 6.9: there all pidfds share one inode.
   */
  public Optional<Long> inode() throws KernelException {
    Pointer statfs = Native.allocate(SIZE_OF_STATFS);
    Native.require("fstatfs", "pidfd", () -> LibC.fstatfs(fd.number(), statfs));
    if (statfs.getLong(0) != PID_FS_MAGIC) {
      return Optional.empty();
    }
    Pointer statx = Native.allocate(SIZE_OF_STATX);
    Native.require(
        "statx",
        "pidfd",
        () -> LibC.statx(fd.number(), "", Native.AT_EMPTY_PATH, STATX_INO, statx));
    return Optional.of(statx.getLong(32));
  }

  public int number() {
    return fd.number();
  }

  @Override
  public void close() {
    fd.close();
  }
}
