package dev.dbg.kernel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the C library that dbgd calls. They return -1 and set errno. Only kernel and its
 * packages may call them, any thread may. An array of bytes is filled, but for write(2).
 */
public final class LibC {
  private static final Map<String, CFunction> FUNCTIONS = new ConcurrentHashMap<>();

  public static int setns(int fd, int kinds) {
    return (int) call("setns", fd, kinds);
  }

  public static int unshare(int flags) {
    return (int) call("unshare", flags);
  }

  public static int mount(
      @Nullable String source,
      String target,
      @Nullable String type,
      long flags,
      @Nullable String data) {
    return (int) call("mount", source, target, type, flags, data);
  }

  public static int umount2(String target, int flags) {
    return (int) call("umount2", target, flags);
  }

  public static int chown(String path, int uid, int gid) {
    return (int) call("chown", path, uid, gid);
  }

  public static int mkdir(String path, int mode) {
    return (int) call("mkdir", path, mode);
  }

  public static int rmdir(String path) {
    return (int) call("rmdir", path);
  }

  public static int symlink(String target, String path) {
    return (int) call("symlink", target, path);
  }

  public static int mknod(String path, int mode, long device) {
    return (int) call("mknod", path, mode, device);
  }

  public static long getxattr(String path, String name, byte @Nullable [] value, long size) {
    return call("getxattr", path, name, value, size);
  }

  public static int chdir(String path) {
    return (int) call("chdir", path);
  }

  public static int pivot_root(String newRoot, String putOld) {
    return (int) call("pivot_root", newRoot, putOld);
  }

  public static int prctl(int option, long a, long b, long c, long d) {
    return (int) call("prctl", option, a, b, c, d);
  }

  public static int capget(Pointer header, Pointer sets) {
    return (int) call("capget", header, sets);
  }

  public static int capset(Pointer header, Pointer sets) {
    return (int) call("capset", header, sets);
  }

  public static String gnu_get_libc_version() {
    return Pointer.wrap(Native.RUNTIME, call("gnu_get_libc_version")).getString(0);
  }

  public static int getpid() {
    return (int) call("getpid");
  }

  public static int geteuid() {
    return (int) call("geteuid");
  }

  public static int openat(int directory, String path, int flags, int mode) {
    return (int) call("openat", directory, path, flags, mode);
  }

  public static int fcntl(int fd, int command, int argument) {
    return (int) call("fcntl", fd, command, argument);
  }

  public static int fallocate(int fd, int mode, long offset, long length) {
    return (int) call("fallocate", fd, mode, offset, length);
  }

  public static int ioctl(int fd, long request, @Nullable Pointer argument) {
    return (int) call("ioctl", fd, request, argument);
  }

  public static int setfsuid(int uid) {
    return (int) call("setfsuid", uid);
  }

  public static int setfsgid(int gid) {
    return (int) call("setfsgid", gid);
  }

  public static int close(int fd) {
    return (int) call("close", fd);
  }

  public static int flock(int fd, int operation) {
    return (int) call("flock", fd, operation);
  }

  public static long read(int fd, Pointer into, long size) {
    return call("read", fd, into, size);
  }

  public static long readlinkat(int directory, String path, byte[] into, long size) {
    return call("readlinkat", directory, path, into, size);
  }

  public static long read(int fd, byte[] into, long size) {
    return call("read", fd, into, size);
  }

  public static long pread(int fd, byte[] into, long size, long offset) {
    return call("pread", fd, into, size, offset);
  }

  public static long write(int fd, byte[] bytes, long size) {
    return call("write", fd, bytes, size);
  }

  /** The offsets are those of the descriptors. */
  public static long splice(
      int from, @Nullable Pointer at, int to, @Nullable Pointer toAt, long size, int flags) {
    return call("splice", from, at, to, toAt, size, flags);
  }

  public static int fstatvfs(int fd, Pointer into) {
    return (int) call("fstatvfs", fd, into);
  }

  public static int statx(int directory, String path, int flags, int mask, Pointer into) {
    return (int) call("statx", directory, path, flags, mask, into);
  }

  public static int fstatfs(int fd, Pointer into) {
    return (int) call("fstatfs", fd, into);
  }

  public static int inotify_init1(int flags) {
    return (int) call("inotify_init1", flags);
  }

  public static int inotify_add_watch(int fd, String path, int mask) {
    return (int) call("inotify_add_watch", fd, path, mask);
  }

  public static int pipe2(Pointer ends, int flags) {
    return (int) call("pipe2", ends, flags);
  }

  public static int poll(Pointer descriptors, long count, int milliseconds) {
    return (int) call("poll", descriptors, count, milliseconds);
  }

  public static int socket(int family, int type, int protocol) {
    return (int) call("socket", family, type, protocol);
  }

  public static int socketpair(int family, int type, int protocol, Pointer ends) {
    return (int) call("socketpair", family, type, protocol, ends);
  }

  public static int bind(int fd, Pointer address, int size) {
    return (int) call("bind", fd, address, size);
  }

  public static int connect(int fd, Pointer address, int size) {
    return (int) call("connect", fd, address, size);
  }

  public static int listen(int fd, int backlog) {
    return (int) call("listen", fd, backlog);
  }

  public static int accept4(int fd, @Nullable Pointer address, @Nullable Pointer size, int flags) {
    return (int) call("accept4", fd, address, size, flags);
  }

  public static int getsockname(int fd, Pointer address, Pointer size) {
    return (int) call("getsockname", fd, address, size);
  }

  public static long recv(int fd, Pointer into, long size, int flags) {
    return call("recv", fd, into, size, flags);
  }

  public static long recvmsg(int fd, Pointer message, int flags) {
    return call("recvmsg", fd, message, flags);
  }

  public static long send(int fd, Pointer data, long size, int flags) {
    return call("send", fd, data, size, flags);
  }

  public static long sendmsg(int fd, Pointer message, int flags) {
    return call("sendmsg", fd, message, flags);
  }

  public static int madvise(long address, long size, int advice) {
    return (int) call("madvise", address, size, advice);
  }

  public static int memfd_create(String name, int flags) {
    return (int) call("memfd_create", name, flags);
  }

  public static int getsockopt(int fd, int level, int option, Pointer value, Pointer size) {
    return (int) call("getsockopt", fd, level, option, value, size);
  }

  public static int setsockopt(int fd, int level, int option, Pointer value, int size) {
    return (int) call("setsockopt", fd, level, option, value, size);
  }

  public static int shutdown(int fd, int how) {
    return (int) call("shutdown", fd, how);
  }

  /** Returns the number of groups, or -1 without errno when they do not fit. */
  public static int getgrouplist(String user, int group, Pointer groups, Pointer count) {
    return (int) call("getgrouplist", user, group, groups, count);
  }

  /** Returns an errno, or 0; without an entry, {@code found} is then null. */
  public static int getpwuid_r(int uid, Pointer entry, Pointer strings, long size, Pointer found) {
    return (int) call("getpwuid_r", uid, entry, strings, size, found);
  }

  public static int getpwnam_r(
      String name, Pointer entry, Pointer strings, long size, Pointer found) {
    return (int) call("getpwnam_r", name, entry, strings, size, found);
  }

  public static int getgrgid_r(int gid, Pointer entry, Pointer strings, long size, Pointer found) {
    return (int) call("getgrgid_r", gid, entry, strings, size, found);
  }

  public static int getgrnam_r(
      String name, Pointer entry, Pointer strings, long size, Pointer found) {
    return (int) call("getgrnam_r", name, entry, strings, size, found);
  }

  public static int setpriority(int which, int who, int priority) {
    return (int) call("setpriority", which, who, priority);
  }

  public static int kill(int pid, int signal) {
    return (int) call("kill", pid, signal);
  }

  public static int waitid(int idType, int id, Pointer info, int options) {
    return (int) call("waitid", idType, id, info, options);
  }

  public static int wait4(int pid, Pointer status, int options, Pointer usage) {
    return (int) call("wait4", pid, status, options, usage);
  }

  public static int posix_spawn(
      Pointer pid, String path, Pointer actions, Pointer attributes, Pointer argv, Pointer envp) {
    return (int) call("posix_spawn", pid, path, actions, attributes, argv, envp);
  }

  public static int posix_spawn_file_actions_init(Pointer actions) {
    return (int) call("posix_spawn_file_actions_init", actions);
  }

  public static int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to) {
    return (int) call("posix_spawn_file_actions_adddup2", actions, from, to);
  }

  public static int posix_spawn_file_actions_destroy(Pointer actions) {
    return (int) call("posix_spawn_file_actions_destroy", actions);
  }

  public static int posix_spawnattr_init(Pointer attributes) {
    return (int) call("posix_spawnattr_init", attributes);
  }

  public static int posix_spawnattr_setflags(Pointer attributes, short flags) {
    return (int) call("posix_spawnattr_setflags", attributes, flags);
  }

  /** Since glibc 2.39; where it is missing, the call throws UnsatisfiedLinkError. */
  public static int posix_spawnattr_setcgroup_np(Pointer attributes, int cgroup) {
    return (int) call("posix_spawnattr_setcgroup_np", attributes, cgroup);
  }

  /** The number, and at most six words. */
  public static long syscall(Object... words) {
    return call("syscall", words);
  }

  private LibC() {}

  private static long call(String name, @Nullable Object... words) {
    return FUNCTIONS.computeIfAbsent(name, CLibrary::function).call(words);
  }
}
