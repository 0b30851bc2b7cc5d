package dev.dbg.kernel;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jnr.constants.platform.Errno;

/**
 * What an errno means here and what to do, said in this one place for dbgd's calls and for those of
 * dbg-enter: the kernel has one word for many things (ENOSPC from mount(2) is no full disk), and
 * does not know which capability a unit has left out.
 *
 * <p>Nothing here opens a file: it is asked for by threads that have none.
 */
final class ErrnoAdvice {
  /**
   * The Linux that first had a call, or took what its object begins with, where that is newer than
   * what a host can be trusted to be.
   */
  private static final Map<String, String> SINCE =
      Map.ofEntries(
          Map.entry("open_tree", "5.2"),
          Map.entry("move_mount", "5.2"),
          Map.entry("fsopen", "5.2"),
          Map.entry("fsconfig", "5.2"),
          Map.entry("fsconfig hidepid=ptraceable", "5.8"),
          Map.entry("fsconfig pidns", "6.17"),
          Map.entry("getsockopt SO_PEERPIDFD", "6.5"),
          Map.entry("fsmount", "5.2"),
          Map.entry("pidfd_open", "5.3"),
          Map.entry("openat2", "5.6"),
          Map.entry("setns", "5.8"),
          Map.entry("mount", "5.8"),
          Map.entry("close_range", "5.9"),
          Map.entry("mount_setattr", "5.12"),
          Map.entry("landlock_create_ruleset", "5.13"),
          Map.entry("landlock_restrict_self", "5.13"));

  /** What each call takes. */
  private static final Map<String, Set<Privilege>> NEEDED =
      Map.ofEntries(
          Map.entry("setns", EnumSet.of(Privilege.SYS_ADMIN, Privilege.SYS_CHROOT)),
          Map.entry("unshare", EnumSet.of(Privilege.SYS_ADMIN)),
          Map.entry("mount", EnumSet.of(Privilege.SYS_ADMIN)),
          Map.entry("umount", EnumSet.of(Privilege.SYS_ADMIN)),
          Map.entry("pivot_root", EnumSet.of(Privilege.SYS_ADMIN)),
          Map.entry("open_tree", EnumSet.of(Privilege.SYS_ADMIN)),
          Map.entry("move_mount", EnumSet.of(Privilege.SYS_ADMIN)),
          Map.entry("mount_setattr", EnumSet.of(Privilege.SYS_ADMIN)),
          Map.entry("fsopen", EnumSet.of(Privilege.SYS_ADMIN)),
          Map.entry("fsconfig", EnumSet.of(Privilege.SYS_ADMIN)),
          Map.entry("fsmount", EnumSet.of(Privilege.SYS_ADMIN)),
          Map.entry("chroot", EnumSet.of(Privilege.SYS_CHROOT)),
          Map.entry("setgroups", EnumSet.of(Privilege.SETGID)),
          Map.entry("setresgid", EnumSet.of(Privilege.SETGID)),
          Map.entry("setresuid", EnumSet.of(Privilege.SETUID)),
          Map.entry("PR_CAPBSET_DROP", EnumSet.of(Privilege.SETPCAP)),
          // What a tool is to have must be dbgd's to give.
          Map.entry(
              "capset",
              EnumSet.of(
                  Privilege.DAC_READ_SEARCH,
                  Privilege.NET_ADMIN,
                  Privilege.NET_RAW,
                  Privilege.NET_BIND_SERVICE,
                  Privilege.SYS_PTRACE)),
          // Of somebody else's process, proc(5).
          Map.entry("open", EnumSet.of(Privilege.SYS_PTRACE)),
          Map.entry("readlink", EnumSet.of(Privilege.SYS_PTRACE)));

  /** The Linux that has all that dbg can't do without. */
  private static final String ALL = "5.12";

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
          "the kernel does not take this: Linux %s or newer is needed"
              .formatted(since(call, object));
      case EPERM, EACCES -> permission(call);
      case ENOSPC, EUSERS -> limit(call);
      case E2BIG -> "more than dbgd takes: ask from a login with fewer groups, see id(1)";
      case EMFILE -> "dbgd has as many descriptors as it may: raise LimitNOFILE= of dbgd.service";
      case ENFILE -> "the host has as many files open as it may: raise fs.file-max";
      case EAGAIN -> "there are as many processes as may be: raise TasksMax= of dbgd.service";
      case ENOMEM ->
          // What fork(2) answers in a pid namespace whose first process has ended.
          call.equals("clone")
              ? "the container's first process has ended, or memory is short: try again"
              : "memory is short, or a limit of it is reached: see MemoryMax= of dbgd.service";
      case ENODEV -> "this kernel has no such file system: load its module, or build it in";
      case ESRCH -> "the process has ended: look whether its container still runs";
      case ENOENT ->
          object.startsWith("/proc/")
              ? "the process has ended, or the kernel was built without this"
              : "it has to be there";
      default -> "dbg doctor says what does not work on this host";
    };
  }

  private static String since(String call, String object) {
    int end = object.indexOf(' ');
    String word = end < 0 ? object : object.substring(0, end);
    String ofWord = SINCE.get(call + " " + word);
    return ofWord == null ? SINCE.getOrDefault(call, ALL) : ofWord;
  }

  private static String permission(String call) {
    String missing =
        NEEDED.getOrDefault(call, Set.of()).stream()
            .filter(privilege -> !privilege.isHeld())
            .map(Privilege::word)
            .collect(Collectors.joining(" "));
    return missing.isEmpty()
        ? "a security module or a filter of system calls forbids it: see the kernel's log, and SystemCallFilter= of dbgd.service"
        : "dbgd has no %s: CapabilityBoundingSet= of dbgd.service must have it".formatted(missing);
  }

  /** A limit whose error speaks of space or of users. */
  private static String limit(String call) {
    return switch (call) {
      case "unshare" -> "a limit of namespaces is reached: raise user.max_mnt_namespaces";
      case "mount", "move_mount", "open_tree" ->
          "a limit of mounts is reached: raise fs.mount-max, or user.max_mnt_namespaces";
      default -> "make room there";
    };
  }
}
