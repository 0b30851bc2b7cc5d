package dev.dbg.kernel.file;

import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.KernelException;

/**
 * Making a tree of mounts, mount(2), in the mount namespace of the calling thread. Only a thread
 * that has unshared its own may call it.
 */
public final class Mounts {
  private static final long MS_RDONLY = 0x1;
  private static final long MS_NOSUID = 0x2;
  private static final long MS_NODEV = 0x4;
  private static final long MS_NOEXEC = 0x8;
  private static final long MS_BIND = 0x1000;
  private static final long MS_REC = 0x4000;
  private static final long MS_PRIVATE = 0x40000;
  private static final int MNT_DETACH = 2;
  private static final int S_IFREG = 0x8000;

  private Mounts() {}

  /** Stops mounts from travelling between this namespace and the one it was copied from. */
  public static void makePrivate() throws KernelException {
    int _ =
        checkInt(
            "mount", "/ private", () -> LIBC.mount(null, "/", null, MS_REC | MS_PRIVATE, null));
  }

  /** A tmpfs(5) of at most {@code size} bytes, without devices and programs. */
  public static void tmpfs(String target, String size) throws KernelException {
    long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    String options = "mode=0755,nr_inodes=1k,size=" + size;
    int _ =
        checkInt(
            "mount",
            "tmpfs on " + target,
            () -> LIBC.mount("dbg", target, "tmpfs", flags, options));
  }

  /**
   * A read-only proc(5) of dbgd's pid namespace.
   *
   * @param hidden whether it shows only processes that the reader may ptrace
   */
  public static void proc(String target, boolean hidden) throws KernelException {
    long flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
    int _ =
        checkInt(
            "mount",
            "proc on " + target,
            () -> LIBC.mount("proc", target, "proc", flags, hidden ? "hidepid=ptraceable" : null));
  }

  /** A read-only sysfs(5), whose {@code class/net} is that of the thread's network namespace. */
  public static void sysfs(String target) throws KernelException {
    long flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
    int _ =
        checkInt(
            "mount", "sysfs on " + target, () -> LIBC.mount("sysfs", target, "sysfs", flags, null));
  }

  /** Shows the mount at {@code source}, with its attributes, at {@code target} too. */
  public static void bind(String source, String target) throws KernelException {
    int _ =
        checkInt(
            "mount",
            source + " on " + target,
            () -> LIBC.mount(source, target, null, MS_BIND, null));
  }

  /** Shows the mounts at and below {@code source}, with their attributes, at {@code target} too. */
  public static void bindAll(String source, String target) throws KernelException {
    int _ =
        checkInt(
            "mount",
            source + " on " + target,
            () -> LIBC.mount(source, target, null, MS_BIND | MS_REC, null));
  }

  /**
   * Makes {@code root} the thread's root and drops everything outside of it, pivot_root(2): the old
   * root is stacked on the new one and detached from there.
   */
  public static void pivotRoot(String root) throws KernelException {
    int _ = checkInt("chdir", root, () -> LIBC.chdir(root));
    int _ = checkInt("pivot_root", root, () -> LIBC.pivot_root(".", "."));
    detach(".");
    int _ = checkInt("chdir", "/", () -> LIBC.chdir("/"));
  }

  /** Takes away the mount at {@code target} and all below it as soon as nobody uses it. */
  public static void detach(String target) throws KernelException {
    int _ = checkInt("umount", target, () -> LIBC.umount2(target, MNT_DETACH));
  }

  public static void directory(String path) throws KernelException {
    int _ = checkInt("mkdir", path, () -> LIBC.mkdir(path, 0755));
  }

  public static void symlink(String target, String path) throws KernelException {
    int _ = checkInt("symlink", path, () -> LIBC.symlink(target, path));
  }

  /** An empty file: a place for a mount. */
  public static void emptyFile(String path) throws KernelException {
    int _ = checkInt("mknod", path, () -> LIBC.mknod(path, S_IFREG | 0444, 0));
  }
}
