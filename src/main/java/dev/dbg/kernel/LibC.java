package dev.dbg.kernel;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the C library that dbgd calls. They return -1 and set errno. Only kernel and its
 * packages may call them. Public because JNR implements it in a separate class loader.
 */
public interface LibC {
  int setns(int fd, int kinds);

  int unshare(int flags);

  int mount(
      @Nullable String source,
      String target,
      @Nullable String type,
      long flags,
      @Nullable String data);

  int umount2(String target, int flags);

  int chown(String path, int uid, int gid);

  int mkdir(String path, int mode);

  int rmdir(String path);

  int symlink(String target, String path);

  int mknod(String path, int mode, long device);

  long getxattr(String path, String name, byte @Nullable [] value, long size);

  int chdir(String path);

  int pivot_root(String newRoot, String putOld);

  int prctl(int option, long a, long b, long c, long d);

  int capget(Pointer header, Pointer sets);

  int capset(Pointer header, Pointer sets);

  String gnu_get_libc_version();

  int getpid();

  int geteuid();

  int openat(int directory, String path, int flags, int mode);

  int fcntl(int fd, int command, int argument);

  int fallocate(int fd, int mode, long offset, long length);

  int ioctl(int fd, long request, @Nullable Pointer argument);

  int setfsuid(int uid);

  int setfsgid(int gid);

  int close(int fd);

  int flock(int fd, int operation);

  long read(int fd, Pointer into, long size);

  long readlinkat(int directory, String path, @Out byte[] into, long size);

  long read(int fd, @Out byte[] into, long size);

  long pread(int fd, @Out byte[] into, long size, long offset);

  long write(int fd, @In byte[] bytes, long size);

  /** The offsets are those of the descriptors. */
  long splice(int from, @Nullable Pointer at, int to, @Nullable Pointer toAt, long size, int flags);

  int fstatvfs(int fd, Pointer into);

  int statx(int directory, String path, int flags, int mask, Pointer into);

  int fstatfs(int fd, Pointer into);

  int inotify_init1(int flags);

  int inotify_add_watch(int fd, String path, int mask);

  int pipe2(Pointer ends, int flags);

  int poll(Pointer descriptors, long count, int milliseconds);

  int socket(int family, int type, int protocol);

  int socketpair(int family, int type, int protocol, Pointer ends);

  int bind(int fd, Pointer address, int size);

  int connect(int fd, Pointer address, int size);

  int listen(int fd, int backlog);

  int accept4(int fd, @Nullable Pointer address, @Nullable Pointer size, int flags);

  long recv(int fd, Pointer into, long size, int flags);

  long recvmsg(int fd, Pointer message, int flags);

  long send(int fd, Pointer data, long size, int flags);

  long sendmsg(int fd, Pointer message, int flags);

  int madvise(long address, long size, int advice);

  int memfd_create(String name, int flags);

  int getsockopt(int fd, int level, int option, Pointer value, Pointer size);

  int setsockopt(int fd, int level, int option, Pointer value, int size);

  int shutdown(int fd, int how);

  /** Returns the number of groups, or -1 without errno when they do not fit. */
  int getgrouplist(String user, int group, Pointer groups, Pointer count);

  /** Returns an errno, or 0; without an entry, {@code found} is then null. */
  int getpwuid_r(int uid, Pointer entry, Pointer strings, long size, Pointer found);

  int getpwnam_r(String name, Pointer entry, Pointer strings, long size, Pointer found);

  int getgrgid_r(int gid, Pointer entry, Pointer strings, long size, Pointer found);

  int getgrnam_r(String name, Pointer entry, Pointer strings, long size, Pointer found);

  int setpriority(int which, int who, int priority);

  int kill(int pid, int signal);

  int waitid(int idType, int id, Pointer info, int options);

  int wait4(int pid, Pointer status, int options, Pointer usage);

  int posix_spawn(
      Pointer pid, String path, Pointer actions, Pointer attributes, Pointer argv, Pointer envp);

  int posix_spawn_file_actions_init(Pointer actions);

  int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

  int posix_spawn_file_actions_destroy(Pointer actions);

  int posix_spawnattr_init(Pointer attributes);

  int posix_spawnattr_setflags(Pointer attributes, short flags);

  /** Since glibc 2.39; where it is missing, JNR throws UnsatisfiedLinkError at the call. */
  int posix_spawnattr_setcgroup_np(Pointer attributes, int cgroup);

  /** Variadic in C; six words on every ABI that dbgd runs on. */
  long syscall(long number, long a, long b, long c, long d, long e, long f);
}
