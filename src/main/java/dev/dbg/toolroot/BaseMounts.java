package dev.dbg.toolroot;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.MountAttribute;
import dev.dbg.kernel.file.MountTree;
import dev.dbg.kernel.file.Mounts;
import dev.dbg.kernel.process.Namespaces;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.NamespaceKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A small mount namespace of dbgd's own, made once: nothing of the host's, only what every view
 * has. unshare(2) copies every mount of the namespace it starts from; started from here that are a
 * handful, however many the host has.
 *
 * <p>It holds one procfs of each kind for good: a fresh one costs 7 ms of cold entries a session.
 *
 * @param namespace the mount namespace
 */
public record BaseMounts(Fd namespace) {
  public static final String PROC = "/proc";
  public static final String PROC_HIDDEN = "/proc-hidden";
  static final String DEV = "/dev";
  static final String VIEW = "/view";

  /** Where it is built before it is the root: a directory that is there on every host. */
  private static final String PLACE = "/proc";

  /** null(4) and random(4): what programs rely on and nobody can misuse. */
  private static final List<String> DEVICES = List.of("null", "zero", "full", "random", "urandom");

  static BaseMounts make() throws Exception {
    return OneUseThread.run("base-view", BaseMounts::build);
  }

  private static BaseMounts build() throws KernelException {
    Map<String, MountTree> devices = new LinkedHashMap<>();
    try {
      for (String device : DEVICES) {
        devices.put(device, MountTree.cloneOf("/dev/" + device));
      }
      return build(devices);
    } finally {
      devices.values().forEach(MountTree::close);
    }
  }

  private static String ownMounts() throws KernelException {
    try (ProcDir self = ProcDir.ofThisThread()) {
      return self.namespace(NamespaceKind.MNT);
    }
  }

  private static BaseMounts build(Map<String, MountTree> devices) throws KernelException {
    String hosts = ownMounts();
    Namespaces.unshareMounts();
    if (ownMounts().equals(hosts)) {
      throw new IllegalStateException("the thread is still in the host's mount namespace");
    }
    Mounts.makePrivate();
    Mounts.tmpfs(PLACE, "64k");
    Mounts.pivotRoot(PLACE);
    for (String directory : new String[] {PROC, PROC_HIDDEN, DEV, VIEW}) {
      Mounts.directory(directory);
    }
    Mounts.proc(PROC, false);
    Mounts.proc(PROC_HIDDEN, true);
    Mounts.tmpfs(DEV, "64k");
    for (Map.Entry<String, MountTree> device : devices.entrySet()) {
      String node = DEV + "/" + device.getKey();
      Mounts.emptyFile(node);
      device.getValue().restrict(MountAttribute.NO_SUID, MountAttribute.NO_EXEC);
      device.getValue().moveTo(node);
    }
    Mounts.symlink("/proc/self/fd", DEV + "/fd");
    Mounts.symlink("/proc/self/fd/0", DEV + "/stdin");
    Mounts.symlink("/proc/self/fd/1", DEV + "/stdout");
    Mounts.symlink("/proc/self/fd/2", DEV + "/stderr");
    MountAttribute.set(DEV, MountAttribute.READ_ONLY);
    try (ProcDir self = ProcDir.ofThisThread()) {
      return new BaseMounts(self.openNamespace(NamespaceKind.MNT));
    }
  }
}
