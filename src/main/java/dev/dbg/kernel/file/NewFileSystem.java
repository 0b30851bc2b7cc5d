package dev.dbg.kernel.file;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;

/** A file system that is being made and that no path leads to, fsopen(2). */
public record NewFileSystem(Fd context, String type) implements AutoCloseable {
  private static final long SYS_FSOPEN = 430;
  private static final long SYS_FSCONFIG = 431;
  private static final long SYS_FSMOUNT = 432;
  private static final int CLOEXEC = 1;
  private static final int SET_STRING = 1;
  private static final int SET_FD = 5;
  private static final int CREATE = 6;

  /** Begins one of that type: {@code proc}. */
  public static NewFileSystem of(String type) throws KernelException {
    return new NewFileSystem(
        new Fd(Native.syscallRaised("fsopen", type, SYS_FSOPEN, type, CLOEXEC)), type);
  }

  /** Sets one of its options. */
  public NewFileSystem with(String key, String value) throws KernelException {
    return configure(key + "=" + value, SET_STRING, key, value, 0);
  }

  /** Sets one of its options to what a descriptor refers to. */
  public NewFileSystem with(String key, Fd value) throws KernelException {
    return configure(key, SET_FD, key, 0, value.number());
  }

  private NewFileSystem configure(String what, int command, Object key, Object value, int auxiliary)
      throws KernelException {
    int _ =
        Native.syscallRaised(
            "fsconfig",
            what + " of " + type,
            SYS_FSCONFIG,
            context.number(),
            command,
            key,
            value,
            auxiliary);
    return this;
  }

  /**
   * Makes it; the descriptor is of its root directory.
   *
   * @param attributes MOUNT_ATTR_ bits of its mount, fsmount(2)
   */
  public Fd mount(int attributes) throws KernelException {
    NewFileSystem _ = configure("create", CREATE, 0, 0, 0);
    return new Fd(
        Native.syscallRaised("fsmount", type, SYS_FSMOUNT, context.number(), CLOEXEC, attributes));
  }

  @Override
  public void close() {
    context.close();
  }
}
