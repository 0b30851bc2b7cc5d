package dev.dbg.kernel;

import static dev.dbg.kernel.Native.check;
import static dev.dbg.kernel.Native.require;

import java.util.Arrays;

/**
 * A file in memory that nobody can change: memfd_create(2) with every seal of F_ADD_SEALS(2const).
 */
public final class MemoryFile implements AutoCloseable {
  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_ALLOW_SEALING = 2;
  private static final int F_ADD_SEALS = 1033;

  /** F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE. */
  private static final int EVERY_SEAL = 0xF;

  private final Fd fd;

  private MemoryFile(Fd fd) {
    this.fd = fd;
  }

  /** Creates one; /proc/PID/fd shows its name. */
  public static MemoryFile sealed(String name, byte[] bytes) throws KernelException {
    int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    Fd fd = Native.checkFd("memfd_create", name, () -> LibC.memfd_create(name, flags));
    try {
      byte[] rest = bytes;
      while (rest.length > 0) {
        byte[] now = rest;
        int wrote = (int) check("write", name, () -> LibC.write(fd.number(), now, now.length));
        rest = Arrays.copyOfRange(rest, wrote, rest.length);
      }
      require("fcntl", name, () -> LibC.fcntl(fd.number(), F_ADD_SEALS, EVERY_SEAL));
      return new MemoryFile(fd);
    } catch (KernelException e) {
      fd.close();
      throw e;
    }
  }

  public Fd fd() {
    return fd;
  }

  @Override
  public void close() {
    fd.close();
  }
}
