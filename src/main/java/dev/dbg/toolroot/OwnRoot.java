package dev.dbg.toolroot;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.MountAttribute;
import dev.dbg.kernel.file.Mounts;
import dev.dbg.kernel.process.Namespaces;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.NamespaceKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What one tool sees where the container's files are not selected: a root of its own, not the
 * host's. A read-only tmpfs with the tool's files at the paths they have on the host, a minimal
 * {@code /dev}, a read-only procfs of the host's pid namespace, an empty {@code /sys} and {@code
 * /run/names} for each session to fill. No {@code /home}, {@code /root}, {@code /run/docker.sock}.
 *
 * <p>Only the tool, its loader and its libraries can be executed; everything else is NOEXEC. So a
 * tool that can be talked into running a program finds none but itself.
 *
 * @param namespace a mount namespace with this view, to be copied by each session
 * @param launch how the tool is executed in it
 * @param executable the tool's path in it
 * @param sha256 of the very file that will be executed
 */
public record OwnRoot(Fd namespace, Launch launch, Path executable, String sha256)
    implements ToolRoot {
  /** Where dbg-enter puts the container's resolv.conf and hosts. */
  public static final String NAMES = "/run/names";

  public static final String SYS = "/sys";

  private static final List<String> LINKED =
      List.of("bin", "sbin", "lib", "lib32", "lib64", "usr/sbin", "usr/lib32", "usr/lib64");

  /**
   * Makes it.
   *
   * @param allProcesses whether its procfs shows processes that the tool may not ptrace
   */
  static OwnRoot make(BaseMounts base, ToolClosure closure, boolean allProcesses) throws Exception {
    List<String> paths = closure.parts().stream().map(part -> part.shown().toString()).toList();
    try (DetachedMounts clones = DetachedMounts.of(closure.parts())) {
      List<String> links = links();
      Fd namespace =
          OneUseThread.run("tool-view", () -> build(base, clones, paths, links, allProcesses));
      return new OwnRoot(namespace, closure.launch(), closure.executable(), clones.sha256());
    }
  }

  private static Fd build(
      BaseMounts base,
      DetachedMounts clones,
      List<String> paths,
      List<String> links,
      boolean allProcesses)
      throws KernelException {
    Namespaces.joinMounts(base.namespace());
    Namespaces.unshareMounts();
    Mounts.tmpfs(BaseMounts.VIEW, "256k");
    Set<String> made = new HashSet<>();
    for (String directory : List.of("/proc", "/dev", "/etc", SYS, NAMES, "/usr")) {
      directories(directory, made);
    }
    for (String link : links) {
      String[] pathAndTarget = link.split(" ", 2);
      Mounts.symlink(pathAndTarget[1], BaseMounts.VIEW + "/" + pathAndTarget[0]);
    }
    Mounts.symlink(NAMES + "/resolv.conf", BaseMounts.VIEW + "/etc/resolv.conf");
    Mounts.symlink(NAMES + "/hosts", BaseMounts.VIEW + "/etc/hosts");
    for (int i = 0; i < paths.size(); i++) {
      String at = paths.get(i);
      directories(at.substring(0, at.lastIndexOf('/')), made);
      if (made.add(at)) {
        Mounts.emptyFile(BaseMounts.VIEW + at);
        clones.trees().get(i).moveTo(BaseMounts.VIEW + at);
      }
    }
    Mounts.bind(allProcesses ? BaseMounts.PROC : BaseMounts.PROC_HIDDEN, BaseMounts.VIEW + "/proc");
    Mounts.bindAll(BaseMounts.DEV, BaseMounts.VIEW + "/dev");
    Mounts.pivotRoot(BaseMounts.VIEW);
    MountAttribute.set("/", DetachedMounts.DATA);
    try (ProcDir self = ProcDir.ofThisThread()) {
      return self.openNamespace(NamespaceKind.MNT);
    }
  }

  private static void directories(String path, Set<String> made) throws KernelException {
    for (int slash = path.indexOf('/', 1); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      directory(path.substring(0, slash), made);
    }
    directory(path, made);
  }

  private static void directory(String path, Set<String> made) throws KernelException {
    if (!path.isEmpty() && made.add(path)) {
      Mounts.directory(BaseMounts.VIEW + path);
    }
  }

  /** The links among the host's system directories, so that loaders are found where tools ask. */
  private static List<String> links() throws IOException {
    List<String> links = new ArrayList<>();
    for (String path : LINKED) {
      Path link = Path.of("/", path);
      if (Files.isSymbolicLink(link)) {
        links.add(path + " " + Files.readSymbolicLink(link));
      }
    }
    return links;
  }
}
