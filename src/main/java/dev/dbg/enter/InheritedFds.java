package dev.dbg.enter;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.FileStatus;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.kernel.process.UserNamespace;
import dev.dbg.model.NamespaceKind;
import dev.dbg.plan.Plan;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.resolve.stopped.StoppedFiles;
import dev.dbg.toolroot.EmptyNamespaces;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The descriptors that dbg-enter inherits, by their words in {@link HelperArgs}: the container's
 * root directory and the namespaces that it joins. They are opened before the session's thread
 * joins anything, and compared with the authorized namespaces, so later changes of the target have
 * no effect.
 *
 * @param opened these are closed with this object
 * @param volumes so are these: what is mounted over the files of a container that does not run, and
 *     where
 * @param kept these belong to somebody else
 *     <p>For the session's thread, which closes it.
 */
record InheritedFds(
    Map<String, Fd> opened, Map<Fd, String> volumes, Map<String, Fd> kept, Map<String, Long> ids)
    implements AutoCloseable {
  private static final String MOUNTS = "mounts";

  static InheritedFds of(
      Plan plan, PinnedTarget target, Optional<StoppedFiles> files, EmptyNamespaces empty)
      throws KernelException {
    InheritedFds fds =
        new InheritedFds(
            new LinkedHashMap<>(),
            new LinkedHashMap<>(),
            new LinkedHashMap<>(),
            new LinkedHashMap<>());
    try {
      if (files.isPresent()) {
        fds.layers(LayeredRoot.of(files.get()));
      }
      if (target.held().isEmpty()) {
        empty.time().ifPresent(fd -> fds.kept.put(NamespaceKind.TIME.word(), fd));
        return fds;
      }
      fds.opened.put("root", target.proc().root());
      boolean filesAlone = !plan.namespaces().containsKey(NamespaceKind.USER);
      if (plan.namespaces().containsKey(NamespaceKind.NET)) {
        fds.readerOfNames(target.proc());
      }
      for (Map.Entry<NamespaceKind, String> kind : plan.namespaces().entrySet()) {
        if (kind.getKey().joinedBy() == NamespaceKind.Joiner.HELPER) {
          fds.namespace(target, kind.getKey(), kind.getValue(), filesAlone);
        }
      }
      if (plan.emptied().contains(NamespaceKind.TIME)) {
        empty.time().ifPresent(fd -> fds.kept.put(NamespaceKind.TIME.word(), fd));
      }
      // In the list of mounts that the tool would see of itself, all are read-only, and dbg's own
      // are among them. With pid, the tool's directory in /proc is not known before it runs.
      if (fds.opened.containsKey(MOUNTS) && !plan.namespaces().containsKey(NamespaceKind.PID)) {
        fds.opened.put("list-of-mounts", target.proc().copyOf("mounts"));
        fds.opened.put("mountinfo", target.proc().copyOf("mountinfo"));
      }
      // A procfs of the container's pid namespace is taken from its mount namespace, selected or
      // not.
      if (plan.namespaces().containsKey(NamespaceKind.PID) && !fds.opened.containsKey(MOUNTS)) {
        fds.opened.put(MOUNTS, target.proc().openNamespace(NamespaceKind.MNT));
      }
      return fds;
    } catch (Throwable e) {
      fds.close();
      throw e;
    }
  }

  /**
   * With whose ids resolv.conf and hosts are read: those of the container's root, or, if that would
   * be the host's root, those of its first process. If they are not mapped, the files are not read.
   */
  private void readerOfNames(ProcDir first) throws KernelException {
    Optional<Long> root = first.hostUser(0);
    if (root.equals(Optional.of(0L))) {
      List<Long> own = first.ids();
      namesFor(own.getFirst(), own.getLast());
      return;
    }
    Optional<Long> group = first.hostGroup(0);
    if (root.isPresent() && group.isPresent()) {
      namesFor(root.get(), group.get());
      opened.put("names-user", first.openNamespace(NamespaceKind.USER));
    }
  }

  private void namesFor(long uid, long gid) {
    ids.put("names-uid", uid);
    ids.put("names-gid", gid);
  }

  /** Each volume is passed as {@code NUMBER/PATH}. */
  private void layers(LayeredRoot root) {
    opened.put("layers", root.layers().fd());
    for (LayeredRoot.Placed volume : root.volumes()) {
      volumes.put(volume.tree().fd(), volume.destination());
    }
  }

  private void namespace(
      PinnedTarget target, NamespaceKind kind, String authorized, boolean filesAlone)
      throws KernelException {
    Fd namespace = target.proc().openNamespace(kind);
    opened.put(kind == NamespaceKind.MNT ? MOUNTS : kind.word(), namespace);
    String identity = "%s:[%d]".formatted(kind.word(), FileStatus.of(namespace).inode());
    // A number is given again as soon as it is free, so this may be another namespace, of the
    // container's own.
    boolean isAnother =
        kind == NamespaceKind.MNT && filesAlone && !UserNamespace.hasRootsMounts(namespace);
    if (isAnother || !identity.equals(authorized)) {
      throw exchanged(identity, authorized);
    }
  }

  /** The target's namespace changed after the decision: the session ends. */
  static IllegalStateException exchanged(String joined, String authorized) {
    return new IllegalStateException(
        "the target's %s was replaced by %s: try again".formatted(authorized, joined));
  }

  @Override
  public void close() {
    opened.values().forEach(Fd::close);
    volumes.keySet().forEach(Fd::close);
  }
}
