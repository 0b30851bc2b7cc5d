package dev.dbg.kernel.file;

import static dev.dbg.kernel.Capabilities.during;
import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Building a mount tree, mount(2), in the calling thread's mount namespace. Call it only in a
 * thread that has unshared its own.
 */
public final class Mounts {
  private static final long MS_RDONLY = 0x1;
  private static final long MS_NOSUID = 0x2;
  private static final long MS_NODEV = 0x4;
  private static final long MS_NOEXEC = 0x8;
  private static final long MS_BIND = 0x1000;
  private static final long MS_REC = 0x4000;
  private static final long MS_PRIVATE = 0x40000;
  private static final long RESTRICTED = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  private static final int LONGEST_OPTIONS = 4095;
  private static final int E2BIG = 7;
  private static final int MNT_DETACH = 2;
  private static final int S_IFREG = 0x8000;
  private static final int S_IFCHR = 0x2000;

  private Mounts() {}

  /** Stops mount propagation between this namespace and the one it was copied from. */
  public static void makePrivate() throws KernelException {
    require(
        "mount", "/ private", during(() -> LibC.mount(null, "/", null, MS_REC | MS_PRIVATE, null)));
  }

  /** A tmpfs(5) of at most {@code size} bytes, 0 for any, without devices and programs. */
  public static void tmpfs(String target, String size) throws KernelException {
    mount("dbg", "tmpfs", target, RESTRICTED, "mode=0755,nr_inodes=1k,size=" + size);
  }

  /**
   * A read-only proc(5) of dbgd's pid namespace.
   *
   * @param hidden whether it shows only processes that the reader may ptrace
   */
  public static void proc(String target, boolean hidden) throws KernelException {
    mount("proc", "proc", target, MS_RDONLY | RESTRICTED, hidden ? "hidepid=ptraceable" : null);
  }

  /** A read-only sysfs(5), whose {@code class/net} is that of the thread's network namespace. */
  public static void sysfs(String target) throws KernelException {
    mount("sysfs", "sysfs", target, MS_RDONLY | RESTRICTED, null);
  }

  /**
   * An overlayfs that nobody can write to.
   *
   * @param layers directories of the thread's mount namespace, the uppermost first; at least two
   */
  public static void overlay(List<Fd> layers, String target) throws KernelException {
    String lower = layers.stream().map(Fd::path).collect(Collectors.joining(":"));
    mount("dbg", "overlay", target, MS_RDONLY | RESTRICTED, "lowerdir=" + lower);
  }

  private static void mount(
      String source, String type, String target, long flags, @Nullable String data)
      throws KernelException {
    String object = type + " on " + target;
    // The kernel reads a page, and takes what fits: the rest of a path that was cut is another
    // path.
    if (data != null && data.getBytes(StandardCharsets.UTF_8).length >= LONGEST_OPTIONS) {
      throw KernelException.reported(E2BIG, "mount " + object);
    }
    require("mount", object, during(() -> LibC.mount(source, target, type, flags, data)));
  }

  /** Bind-mounts {@code source}, with the attributes of its mount, at {@code target}. */
  public static void bind(String source, String target) throws KernelException {
    bind(source, target, MS_BIND);
  }

  /**
   * Bind-mounts {@code source} and all mounts below it, with their attributes, at {@code target}.
   */
  public static void bindAll(String source, String target) throws KernelException {
    bind(source, target, MS_BIND | MS_REC);
  }

  private static void bind(String source, String target, long flags) throws KernelException {
    String object = source + " on " + target;
    require("mount", object, during(() -> LibC.mount(source, target, null, flags, null)));
  }

  /**
   * Makes {@code root} the thread's root and drops everything outside of it, pivot_root(2): the old
   * root is stacked on the new one and detached from there.
   */
  public static void pivotRoot(String root) throws KernelException {
    require("chdir", root, () -> LibC.chdir(root));
    require("pivot_root", root, during(() -> LibC.pivot_root(".", ".")));
    detach(".");
    require("chdir", "/", () -> LibC.chdir("/"));
  }

  /** Detaches the mount at {@code target} and all below it, umount2(2) with MNT_DETACH. */
  public static void detach(String target) throws KernelException {
    require("umount", target, during(() -> LibC.umount2(target, MNT_DETACH)));
  }

  public static void directory(String path) throws KernelException {
    require("mkdir", path, () -> LibC.mkdir(path, 0755));
  }

  public static void symlink(String target, String path) throws KernelException {
    require("symlink", path, () -> LibC.symlink(target, path));
  }

  /** Makes an empty file: a mount point for a file. */
  public static void emptyFile(String path) throws KernelException {
    require("mknod", path, () -> LibC.mknod(path, S_IFREG | 0444, 0));
  }

  /** Makes the node of no device: on a mount without devices nobody opens it, not even root. */
  public static void noDevice(String path) throws KernelException {
    require("mknod", path, () -> LibC.mknod(path, S_IFCHR, 0));
  }
}
