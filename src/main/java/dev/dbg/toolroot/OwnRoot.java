package dev.dbg.toolroot;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.OneUseThread;
import dev.dbg.kernel.file.MountAttribute;
import dev.dbg.kernel.file.Mounts;
import dev.dbg.kernel.process.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The root of a tool that does not get the container's files. It is not the host's root, but a
 * read-only tmpfs with the tool's files at their paths on the host, a minimal {@code /dev}, a
 * read-only procfs of the host's pid namespace, and an empty {@code /sys} and {@code /run/names}
 * that each session fills. It has no {@code /home}, {@code /root} or {@code /run/docker.sock}.
 *
 * <p>Only the tool, its loader and its libraries can be executed; everything else is NOEXEC. So a
 * tool that is tricked into running a program can only run itself.
 *
 * @param covers for the {@code /sys} of a session
 * @param namespace a mount namespace with this root, copied by each session
 * @param executable the tool's path in it
 */
public record OwnRoot(Covers covers, Fd namespace, Launch launch, Path executable, String sha256)
    implements ToolRoot {
  /** The directory into which dbg-enter puts the container's resolv.conf and hosts. */
  public static final String NAMES = "/run/names";

  static final String SYS = "/sys";

  private static final List<String> LINKED =
      List.of("bin", "sbin", "lib", "lib32", "lib64", "usr/sbin", "usr/lib32", "usr/lib64");

  /** Mounts the {@code /sys} of the thread's network namespace in a session's copy of the root. */
  public void mountSys() throws KernelException {
    Mounts.sysfs(SYS);
    covers.coverSys();
  }

  /**
   * Creates the root.
   *
   * @param allProcesses whether its procfs also shows processes that the tool may not ptrace
   */
  static OwnRoot make(BaseMounts base, ToolClosure closure, boolean allProcesses)
      throws IOException {
    List<ToolClosure.ClosureFile> parts = closure.parts();
    try (DetachedMounts mounts = DetachedMounts.of(closure.parts())) {
      List<String> links = links();
      Fd namespace =
          OneUseThread.run("own-root", () -> build(base, mounts, parts, links, allProcesses));
      return new OwnRoot(
          base.covers(), namespace, closure.launch(), closure.executable(), mounts.sha256());
    }
  }

  private static Fd build(
      BaseMounts base,
      DetachedMounts mounts,
      List<ToolClosure.ClosureFile> parts,
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
    for (int i = 0; i < parts.size(); i++) {
      String at = parts.get(i).shown().toString();
      directories(at.substring(0, at.lastIndexOf('/')), made);
      if (made.add(at)) {
        DetachedMounts.place(BaseMounts.VIEW + at, parts.get(i));
        mounts.trees().get(i).moveTo(BaseMounts.VIEW + at);
      }
    }
    Mounts.bindAll(
        allProcesses ? BaseMounts.PROC : BaseMounts.PROC_HIDDEN, BaseMounts.VIEW + "/proc");
    Mounts.bindAll(BaseMounts.DEV, BaseMounts.VIEW + "/dev");
    Mounts.pivotRoot(BaseMounts.VIEW);
    MountAttribute.set("/", DetachedMounts.DATA);
    return Namespaces.openMounts();
  }

  private static void directories(String path, Set<String> made) throws KernelException {
    if (!path.isEmpty() && made.add(path)) {
      directories(path.substring(0, path.lastIndexOf('/')), made);
      Mounts.directory(BaseMounts.VIEW + path);
    }
  }

  /** The host's symbolic links among system directories, through which tools name their loaders. */
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
