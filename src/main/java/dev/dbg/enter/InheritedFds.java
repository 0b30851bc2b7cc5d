package dev.dbg.enter;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.FileStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.plan.Plan;
import dev.dbg.resolve.container.PinnedTarget;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What dbg-enter is given, by the word of its {@link HelperArgs}: the container's root directory,
 * and the namespaces that it joins. Opened while the session's thread still is where dbgd is, so
 * that whatever happens to the target later, these are what was decided about.
 *
 * <p>For the session's thread, which closes it.
 */
record InheritedFds(Map<String, Fd> opened, Map<String, Long> ids) implements AutoCloseable {
  private static final String MOUNTS = "mounts";

  static InheritedFds of(Plan plan, PinnedTarget target) throws KernelException {
    InheritedFds fds = new InheritedFds(new LinkedHashMap<>(), new LinkedHashMap<>());
    boolean whole = false;
    try {
      fds.opened.put("root", target.proc().root());
      // With the rights of its root its names are read; without one, none.
      target.proc().rootUser().ifPresent(uid -> fds.ids.put("names-uid", uid));
      target.proc().rootGroup().ifPresent(gid -> fds.ids.put("names-gid", gid));
      for (Map.Entry<NamespaceKind, String> kind : plan.namespaces().entrySet()) {
        if (kind.getKey().joinedBy() == NamespaceKind.Joiner.HELPER) {
          fds.namespace(target, kind.getKey(), kind.getValue());
        }
      }
      // A procfs of the container's pid namespace is taken from its mounts, selected or not.
      if (plan.namespaces().containsKey(NamespaceKind.PID) && !fds.opened.containsKey(MOUNTS)) {
        fds.opened.put(MOUNTS, target.proc().openNamespace(NamespaceKind.MNT));
      }
      whole = true;
      return fds;
    } finally {
      if (!whole) {
        fds.close();
      }
    }
  }

  private void namespace(PinnedTarget target, NamespaceKind kind, String decided)
      throws KernelException {
    Fd namespace = target.proc().openNamespace(kind);
    opened.put(kind == NamespaceKind.MNT ? MOUNTS : kind.word(), namespace);
    String identity = "%s:[%d]".formatted(kind.word(), FileStatus.of(namespace).inode());
    if (!identity.equals(decided)) {
      throw exchanged(identity, decided);
    }
  }

  /** A namespace that was exchanged on the way ends the session. */
  static IllegalStateException exchanged(String joined, String decided) {
    return new IllegalStateException(
        "%s is not the target's %s any more: try again".formatted(joined, decided));
  }

  @Override
  public void close() {
    opened.values().forEach(Fd::close);
  }
}
