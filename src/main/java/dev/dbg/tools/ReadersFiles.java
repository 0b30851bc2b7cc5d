package dev.dbg.tools;

import dev.dbg.model.NamespaceKind;
import java.util.Collection;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Files below {@code /proc} that show a namespace of whoever reads them, proc(5), whichever process
 * the procfs belongs to. A tool that is not in the container's namespace of that kind would read of
 * an empty one. A pure function.
 */
final class ReadersFiles {
  private static final Pattern NET = Pattern.compile("/proc/((thread-)?self/)?(sys/)?net(/.*)?");

  private static final Pattern IPC =
      Pattern.compile(
          "/proc/(sysvipc|sys/fs/mqueue|sys/kernel/(auto_msgmni|msg|sem|shm)[^/]*)(/.*)?");

  private static final Pattern UTS = Pattern.compile("/proc/sys/kernel/(host|domain)name");

  private ReadersFiles() {}

  /** The namespaces that these paths, which are absolute, need besides the container's files. */
  static Set<NamespaceKind> namespaces(Collection<String> paths) {
    Set<NamespaceKind> kinds = NamespaceKind.setOf(Set.of());
    for (String path : paths) {
      String plain = path.replaceAll("/+(\\./+)*", "/");
      if (NET.matcher(plain).matches()) {
        kinds.add(NamespaceKind.NET);
      } else if (IPC.matcher(plain).matches()) {
        kinds.add(NamespaceKind.IPC);
      } else if (UTS.matcher(plain).matches()) {
        kinds.add(NamespaceKind.UTS);
      }
    }
    return kinds;
  }
}
