package dev.dbg.kernel.file;

import static dev.dbg.kernel.Native.AT_FDCWD;
import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import java.nio.file.Path;

/** A file that is made here and now, for a child to write to, open(2). */
public final class NewFile {
  private static final int O_CREAT = 0x40;
  private static final int O_EXCL = 0x80;
  private static final int O_APPEND = 0x400;
  private static final int ONLY_OWNER = 0600;

  private NewFile() {}

  /**
   * Makes it, for root alone to read; what is written goes to its end.
   *
   * @throws KernelException also when something is there already
   */
  public static Fd create(Path path) throws KernelException {
    String name = path.toString();
    int flags = Native.O_WRONLY | O_CREAT | O_EXCL | O_APPEND | Native.O_CLOEXEC;
    return new Fd(checkInt("open", name, () -> LIBC.openat(AT_FDCWD, name, flags, ONLY_OWNER)));
  }
}
