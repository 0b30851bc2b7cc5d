package dev.dbg.tools;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.RawText;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files below {@code /proc} that show a namespace of whoever reads them, proc(5), whichever process
 * the procfs belongs to, or the reader itself. A tool that is not in the container's namespace of
 * that kind would read of an empty one. A pure function.
 */
final class ReadersFiles {
  private static final Pattern NET =
      Pattern.compile("/proc/((thread-self|self)/(task/[0-9]+/)?|sys/)?net(/.*)?");

  private static final Pattern IPC =
      Pattern.compile(
          "/proc/(sysvipc|sys/fs/mqueue|sys/kernel/(auto_msgmni|msg|sem|shm)[^/]*)(/.*)?");

  private static final Pattern UTS = Pattern.compile("/proc/sys/kernel/(host|domain)name");

  /** Before Linux 6.14 they were the machine's. */
  private static final Pattern PID = Pattern.compile("/proc/sys/kernel/(pid_max|ns_last_pid)");

  /**
   * Without the pid namespace they are the container's, D316; with it they are the tool's own. By
   * thread-self they are meant to be. In most containers mtab is a link to one.
   */
  private static final Pattern MOUNTS =
      Pattern.compile("/etc/mtab|/proc/(self/(task/[0-9]+/)?)?(mounts|mountinfo)");

  /** All others of the process that reads, which has nothing of the container in them. */
  private static final Pattern OWN =
      Pattern.compile(
          "/proc/(?:thread-self|self)/(?:task/[0-9]+/)?((?!(?:net|ns|mounts|mountinfo|task|cwd|root|exe|fd)(?:/|$))[a-z0-9_/]+)");

  /** It is 0 for who may not trace the process, proc_pid_wchan(5). */
  private static final Pattern WAITS = Pattern.compile("/proc/[0-9]+/(task/[0-9]+/)?wchan");

  /** They name a group relative to the reader's namespace, so they are not wrong without it. */
  private static final Pattern CGROUP =
      Pattern.compile("/proc/[0-9]+/(task/[0-9]+/)?cgroup|(.*,)?cg(roup|name)([:=,].*)?");

  private ReadersFiles() {}

  /** The file of the container's process 1, if a path, which is absolute, is the reader's own. */
  static Optional<String> ofFirstProcess(String path) {
    Matcher own = OWN.matcher(RawText.plainPath(path));
    return own.matches() ? Optional.of("/proc/1/" + own.group(1)) : Optional.empty();
  }

  /** Whether a path, which is absolute, shows where in the kernel a process waits. */
  static boolean showsWait(String path) {
    return WAITS.matcher(RawText.plainPath(path)).matches();
  }

  /** Whether one of these paths and columns of ps(1) shows control groups. */
  static boolean showGroups(Collection<String> words) {
    return words.stream().anyMatch(word -> CGROUP.matcher(RawText.plainPath(word)).matches());
  }

  /** Whether one of these paths, which are absolute, lists the mounts of whoever reads it. */
  static boolean listMounts(Collection<String> paths) {
    return paths.stream().anyMatch(path -> MOUNTS.matcher(RawText.plainPath(path)).matches());
  }

  /** The namespaces that these paths, which are absolute, need besides the container's files. */
  static Set<NamespaceKind> namespaces(Collection<String> paths) {
    Set<NamespaceKind> kinds = NamespaceKind.setOf(Set.of());
    for (String path : paths) {
      String plain = RawText.plainPath(path);
      if (NET.matcher(plain).matches()) {
        kinds.add(NamespaceKind.NET);
      } else if (IPC.matcher(plain).matches()) {
        kinds.add(NamespaceKind.IPC);
      } else if (PID.matcher(plain).matches()) {
        kinds.add(NamespaceKind.PID);
      } else if (UTS.matcher(plain).matches()) {
        kinds.add(NamespaceKind.UTS);
      }
    }
    return kinds;
  }
}
