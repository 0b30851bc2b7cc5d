package dev.dbg.toolroot;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.OneUseThread;
import dev.dbg.kernel.file.MountAttribute;
import dev.dbg.kernel.file.MountTree;
import dev.dbg.kernel.file.Mounts;
import dev.dbg.kernel.process.Namespaces;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.NamespaceKind;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * dbgd's own small mount namespace, created once, with the mounts that every tool root needs and
 * none of the host's mounts. unshare(2) copies every mount of the current namespace; these are only
 * a few, however many the host has.
 *
 * <p>One procfs of each kind stays mounted in it: a new one would cost each session 7 ms, because
 * none of its entries are cached. {@link Covers} are laid over their entries once, here.
 */
public record BaseMounts(Fd namespace, Covers covers) {
  public static final String PROC = "/proc";
  public static final String PROC_HIDDEN = "/proc-hidden";

  /**
   * What a tool sees of a procfs of the pid namespace that it is in, for dbg-enter: of locks, such
   * a procfs has those of that namespace alone.
   */
  public static final String SHOWN_OF_PROC = Covers.SHOWN + "/locks";

  static final String DEV = "/dev";
  static final String VIEW = "/view";
  private static final String COVERS = "/covers";

  /** The mount point of the new root while it is built: a directory that every host has. */
  private static final String PLACE = "/proc";

  /**
   * null(4), random(4), tty(4): programs rely on these devices, and they cannot be misused. {@code
   * devices.c} takes them from here.
   */
  private static final List<String> DEVICES =
      List.of("null", "zero", "full", "random", "urandom", "tty");

  static BaseMounts make() throws IOException {
    Covers covers = Covers.found();
    return OneUseThread.run("base-mounts", () -> build(covers));
  }

  private static BaseMounts build(Covers covers) throws KernelException {
    Map<String, MountTree> devices = new LinkedHashMap<>();
    try {
      for (String device : DEVICES) {
        devices.put(device, MountTree.cloneOf("/dev/" + device));
      }
      return build(devices, covers);
    } finally {
      devices.values().forEach(MountTree::close);
    }
  }

  private static String ownMounts() throws KernelException {
    try (ProcDir self = ProcDir.ofThisThread()) {
      return self.namespace(NamespaceKind.MNT);
    }
  }

  private static BaseMounts build(Map<String, MountTree> devices, Covers covers)
      throws KernelException {
    String hosts = ownMounts();
    Namespaces.unshareMounts();
    if (ownMounts().equals(hosts)) {
      throw new IllegalStateException("the thread is still in the host's mount namespace");
    }
    Mounts.makePrivate();
    Mounts.tmpfs(PLACE, "64k");
    Mounts.pivotRoot(PLACE);
    for (String directory : new String[] {PROC, PROC_HIDDEN, DEV, VIEW, COVERS}) {
      Mounts.directory(directory);
    }
    Mounts.proc(PROC, false);
    Mounts.proc(PROC_HIDDEN, true);
    covers.coverProc(COVERS, PROC, PROC_HIDDEN);
    Mounts.tmpfs(DEV, "64k");
    for (Map.Entry<String, MountTree> device : devices.entrySet()) {
      String node = DEV + "/" + device.getKey();
      Mounts.emptyFile(node);
      device
          .getValue()
          .restrict(MountAttribute.READ_ONLY, MountAttribute.NO_SUID, MountAttribute.NO_EXEC);
      device.getValue().moveTo(node);
    }
    Mounts.symlink("/proc/self/fd", DEV + "/fd");
    Mounts.symlink("/proc/self/fd/0", DEV + "/stdin");
    Mounts.symlink("/proc/self/fd/1", DEV + "/stdout");
    Mounts.symlink("/proc/self/fd/2", DEV + "/stderr");
    MountAttribute.set(DEV, MountAttribute.READ_ONLY);
    return new BaseMounts(Namespaces.openMounts(), covers);
  }
}
