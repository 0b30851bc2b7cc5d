package dev.dbg.kernel.file;

import static dev.dbg.kernel.Native.AT_EMPTY_PATH;
import static dev.dbg.kernel.Native.AT_FDCWD;
import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import jnr.ffi.Pointer;

/**
 * A mount that is in no namespace yet, open_tree(2): taken in one mount namespace, put down in
 * another by move_mount(2).
 */
public final class MountTree implements AutoCloseable {
  private static final int OPEN_TREE_CLONE = 1;
  private static final int OPEN_TREE_CLOEXEC = Native.O_CLOEXEC;
  private static final int AT_RECURSIVE = 0x8000;
  private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;

  private final Fd fd;
  private final String path;

  private MountTree(Fd fd, String path) {
    this.fd = fd;
    this.path = path;
  }

  /** A clone of the mount at {@code path}, of that file or directory alone. */
  public static MountTree cloneOf(String path) throws KernelException {
    return open(path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  }

  /** A clone of the mount at {@code path} and of all mounts below it. */
  public static MountTree cloneOfAll(String path) throws KernelException {
    return open(path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  }

  private static MountTree open(String path, int flags) throws KernelException {
    Pointer name = Native.cString(path);
    try (Capabilities.Raised _ = Capabilities.raise()) {
      int fd =
          checkInt(
              "open_tree",
              path,
              () -> LIBC.syscall(Native.SYS_OPEN_TREE, AT_FDCWD, name.address(), flags, 0, 0, 0));
      return new MountTree(new Fd(fd), path);
    }
  }

  /** Its descriptor: what is read through it is what will be seen where it is put down. */
  public Fd fd() {
    return fd;
  }

  /** Sets attributes before anybody can see it. */
  public void restrict(MountAttribute... attributes) throws KernelException {
    MountAttribute.set(fd.number(), "", AT_EMPTY_PATH, path, attributes);
  }

  /** Puts it down on {@code target}, which exists, in the thread's mount namespace. */
  public void moveTo(String target) throws KernelException {
    Pointer empty = Native.cString("");
    Pointer to = Native.cString(target);
    int _ =
        checkInt(
            "move_mount",
            path + " to " + target,
            () ->
                LIBC.syscall(
                    Native.SYS_MOVE_MOUNT,
                    fd.number(),
                    empty.address(),
                    AT_FDCWD,
                    to.address(),
                    MOVE_MOUNT_F_EMPTY_PATH,
                    0));
  }

  @Override
  public void close() {
    fd.close();
  }
}
