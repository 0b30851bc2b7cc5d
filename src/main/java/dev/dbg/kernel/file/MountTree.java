package dev.dbg.kernel.file;

import static dev.dbg.kernel.Native.AT_EMPTY_PATH;
import static dev.dbg.kernel.Native.AT_FDCWD;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;

/**
 * A detached mount, in no namespace: cloned in one mount namespace by open_tree(2), attached in
 * another by move_mount(2).
 *
 * @param fd reads the same files that the attached mount shows
 */
public record MountTree(Fd fd, String path) implements AutoCloseable {
  private static final long SYS_OPEN_TREE = 428;
  private static final long SYS_MOVE_MOUNT = 429;
  private static final int OPEN_TREE_CLONE = 1;
  private static final int OPEN_TREE_CLOEXEC = Native.O_CLOEXEC;
  private static final int AT_RECURSIVE = 0x8000;
  private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;

  /** A clone of the mount at {@code path}, without mounts below it. */
  public static MountTree cloneOf(String path) throws KernelException {
    return open(AT_FDCWD, path, path, 0);
  }

  /** A clone of the mount at {@code path} and of all mounts below it. */
  public static MountTree cloneOfAll(String path) throws KernelException {
    return open(AT_FDCWD, path, path, AT_RECURSIVE);
  }

  /** A clone of the one file {@code name} in a directory, {@code path} in messages. */
  public static MountTree cloneOfFile(Fd directory, String name, String path)
      throws KernelException {
    return open(directory.number(), name, path, 0);
  }

  private static MountTree open(int directory, String name, String path, int more)
      throws KernelException {
    int flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | more;
    int fd = Native.syscallRaised("open_tree", path, SYS_OPEN_TREE, directory, name, flags);
    return new MountTree(new Fd(fd), path);
  }

  /** Restricts the mount before it is attached anywhere. */
  public void restrict(MountAttribute... attributes) throws KernelException {
    MountAttribute.set(fd.number(), "", AT_EMPTY_PATH, path, attributes);
  }

  /** Attaches it at {@code target}, which exists, in the thread's mount namespace. */
  public void moveTo(String target) throws KernelException {
    int _ =
        Native.syscallRaised(
            "move_mount",
            path + " to " + target,
            SYS_MOVE_MOUNT,
            fd.number(),
            "",
            AT_FDCWD,
            target,
            MOVE_MOUNT_F_EMPTY_PATH);
  }

  @Override
  public void close() {
    fd.close();
  }
}
