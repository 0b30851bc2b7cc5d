package dev.dbg.enter;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.FileStatus;
import dev.dbg.kernel.KernelException;
import dev.dbg.model.NamespaceKind;
import dev.dbg.resolve.HeldTarget;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What dbg-enter is given, by the word of its {@link Orders}: the container's root directory, and
 * the namespaces that it joins. Opened while the session's thread still is where dbgd is, so that
 * whatever happens to the target later, these are what was decided about.
 *
 * <p>For the session's thread, which closes it.
 */
record Given(Map<String, Fd> opened, Map<String, Long> ids) implements AutoCloseable {
  private static final String MOUNTS = "mounts";

  static Given to(Plan plan, HeldTarget target) throws KernelException {
    Given given = new Given(new LinkedHashMap<>(), new LinkedHashMap<>());
    boolean whole = false;
    try {
      given.opened.put("root", target.proc().root());
      // With the rights of its root its names are read; without one, none.
      target.proc().rootUser().ifPresent(uid -> given.ids.put("names-uid", uid));
      target.proc().rootGroup().ifPresent(gid -> given.ids.put("names-gid", gid));
      for (Map.Entry<NamespaceKind, String> kind : plan.namespaces().entrySet()) {
        if (kind.getKey().joinedBy() == NamespaceKind.Joiner.HELPER) {
          given.namespace(target, kind.getKey(), kind.getValue());
        }
      }
      // A procfs of the container's pid namespace is taken from its mounts, selected or not.
      if (plan.namespaces().containsKey(NamespaceKind.PID) && !given.opened.containsKey(MOUNTS)) {
        given.opened.put(MOUNTS, target.proc().openNamespace(NamespaceKind.MNT));
      }
      whole = true;
      return given;
    } finally {
      if (!whole) {
        given.close();
      }
    }
  }

  private void namespace(HeldTarget target, NamespaceKind kind, String decided)
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

  /** The orders that speak of them. */
  Orders orders(List<Fd> stdio, Fd report) {
    Orders orders = new Orders(stdio, report);
    opened.forEach(orders::descriptor);
    ids.forEach(orders::value);
    return orders;
  }

  @Override
  public void close() {
    opened.values().forEach(Fd::close);
  }
}
