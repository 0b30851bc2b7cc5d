package dev.dbg.kernel;

import static dev.dbg.kernel.Privilege.DAC_READ_SEARCH;
import static dev.dbg.kernel.Privilege.KILL;
import static dev.dbg.kernel.Privilege.NET_ADMIN;
import static dev.dbg.kernel.Privilege.NET_BIND_SERVICE;
import static dev.dbg.kernel.Privilege.NET_RAW;
import static dev.dbg.kernel.Privilege.SETGID;
import static dev.dbg.kernel.Privilege.SETPCAP;
import static dev.dbg.kernel.Privilege.SETUID;
import static dev.dbg.kernel.Privilege.SYS_ADMIN;
import static dev.dbg.kernel.Privilege.SYS_CHROOT;
import static dev.dbg.kernel.Privilege.SYS_PTRACE;

import java.util.List;
import java.util.stream.Collectors;
import jnr.constants.platform.Errno;

/**
 * What an errno means here and what to do about it, for the calls of dbgd and of dbg-enter. The
 * kernel uses one errno for several causes (ENOSPC of mount(2) is not a full disk) and does not say
 * which capability is missing.
 *
 * <p>Nothing here opens a file: a thread may ask in a mount namespace that has none of dbgd's.
 */
final class ErrnoAdvice {
  private ErrnoAdvice() {}

  /** {@code Operation not permitted (EPERM): what to do}. */
  static String of(Errno errno, String call, String object) {
    return "%s (%s): %s".formatted(errno, errno.name(), advice(errno, call, object));
  }

  private static String advice(Errno errno, String call, String object) {
    return switch (errno) {
      case ENOSYS ->
          "the kernel does not have this call, or a filter of system calls hides it: Linux %s or newer is needed"
              .formatted(since(call, object));
      case EINVAL, ENOPROTOOPT ->
          "the kernel does not accept this: Linux %s or newer is needed"
              .formatted(since(call, object));
      case EPERM, EACCES -> permission(call);
      case ENOSPC, EUSERS -> limit(call);
      case E2BIG -> "too many groups for dbgd: log in as a user with fewer groups, see id(1)";
      case EMFILE ->
          "dbgd has reached its limit of descriptors: raise LimitNOFILE= of dbgd.service";
      case ENFILE -> "the host has reached its limit of open files: raise fs.file-max";
      case EAGAIN ->
          List.of("read", "recv", "recvmsg", "send", "sendmsg").contains(call)
              ? "the other end was not in time: try again"
              : "a limit of processes is reached: raise TasksMax= of dbgd.service";
      case ENOMEM ->
          // fork(2) also fails with it in a pid namespace whose first process has ended.
          call.equals("clone")
              ? "the container's first process has ended, or memory is short: try again"
              : "memory is short, or a memory limit is reached: see MemoryMax= of dbgd.service";
      case ENOTSUP, EOPNOTSUPP ->
          "it is disabled: Landlock needs landlock in the boot parameter lsm=";
      case ENODEV -> "this kernel has no such file system: load its module, or build it in";
      case ESRCH -> "the process has ended: check whether its container still runs";
      case ENOENT ->
          object.startsWith("/proc/")
              ? "the process has ended, or the kernel was built without this feature"
              : "it must exist";
      default -> "run dbg doctor to see what does not work on this host";
    };
  }

  /** The Linux that first had a call, or accepted the first word of its object. */
  private static String since(String call, String object) {
    return switch (call + " " + object.split(" ", 2)[0]) {
      case "fsconfig hidepid=ptraceable" -> "5.8";
      case "fsconfig pidns" -> "6.17";
      case "getsockopt SO_PEERPIDFD" -> "6.5";
      default ->
          switch (call) {
            case "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount" -> "5.2";
            case "pidfd_open" -> "5.3";
            case "openat2" -> "5.6";
            case "setns", "mount" -> "5.8";
            case "close_range" -> "5.9";
            case "landlock_create_ruleset", "landlock_restrict_self" -> "5.13";
            // The release with mount_setattr, the newest call that dbg cannot work without.
            default -> "5.12";
          };
    };
  }

  private static List<Privilege> needed(String call) {
    return switch (call) {
      case "setns" -> List.of(SYS_CHROOT, SYS_ADMIN);
      case "unshare",
          "mount",
          "umount",
          "pivot_root",
          "open_tree",
          "move_mount",
          "mount_setattr",
          "fsopen",
          "fsconfig",
          "fsmount" ->
          List.of(SYS_ADMIN);
      case "chroot" -> List.of(SYS_CHROOT);
      case "setgroups", "setresgid" -> List.of(SETGID);
      case "setresuid" -> List.of(SETUID);
      case "PR_CAPBSET_DROP" -> List.of(SETPCAP);
      // dbgd must hold what it gives a tool.
      case "capset" ->
          List.of(DAC_READ_SEARCH, KILL, NET_BIND_SERVICE, NET_ADMIN, NET_RAW, SYS_PTRACE);
      // For the files of another user's process, proc(5).
      case "open", "readlink" -> List.of(SYS_PTRACE);
      default -> List.of();
    };
  }

  private static String permission(String call) {
    String missing =
        needed(call).stream()
            .filter(privilege -> !privilege.isHeld())
            .map(Privilege::word)
            .collect(Collectors.joining(" "));
    return missing.isEmpty()
        ? "a security module or a filter of system calls forbids it: see the kernel's log, and SystemCallFilter= of dbgd.service"
        : "dbgd has no %s: add it to CapabilityBoundingSet= of dbgd.service".formatted(missing);
  }

  /** ENOSPC and EUSERS also mean limits other than a full disk. */
  private static String limit(String call) {
    return switch (call) {
      case "unshare" ->
          "a limit of namespaces is reached: raise user.max_mnt_namespaces, or that of the kind";
      case "mount", "move_mount", "open_tree" ->
          "a limit of mounts is reached: raise fs.mount-max, or user.max_mnt_namespaces";
      default -> "make room there";
    };
  }
}
