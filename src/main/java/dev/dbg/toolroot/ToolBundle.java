package dev.dbg.toolroot;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.OneUseThread;
import dev.dbg.kernel.file.MountAttribute;
import dev.dbg.kernel.file.Mounts;
import dev.dbg.kernel.process.Namespaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A tool that is mounted into a container's files: one directory that contains only the tool, its
 * loader and its libraries, by their file names, and what an environment variable of the tool
 * names. A process of the container that reaches the tool's root sees no other file of the host.
 *
 * @param base contains the procfs for the session
 * @param namespace a mount namespace whose root is the bundle, cloned by each session
 */
public record ToolBundle(
    BaseMounts base, Fd namespace, Launch launch, Path executable, String sha256)
    implements ToolRoot {
  static ToolBundle make(BaseMounts base, ToolClosure closure) throws IOException {
    // Its path, too, is looked up among the container's files, whose root can put another one
    // there.
    if (closure.launch().script().isPresent()) {
      throw new IOException(
          "it is a script, which would run with the container's modules of its language: leave out mnt");
    }
    List<ToolClosure.ClosureFile> code =
        closure.parts().stream().filter(ToolClosure.ClosureFile::bundled).toList();
    try (DetachedMounts mounts = DetachedMounts.of(code)) {
      Fd namespace = OneUseThread.run("tool-bundle", () -> build(base, mounts, code));
      return new ToolBundle(
          base, namespace, inBundle(closure.launch()), closure.executable(), mounts.sha256());
    }
  }

  /** The launch in the bundle, which is flat: a file is found by its name. */
  private static Launch inBundle(Launch launch) {
    return new Launch(
        nameOf(launch.program()),
        launch.loader().map(ToolBundle::nameOf),
        Optional.empty(),
        Optional.empty(),
        launch.data().map(data -> new DataFile(data.variable(), nameOf(data.at()))));
  }

  private static String nameOf(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static Fd build(
      BaseMounts base, DetachedMounts mounts, List<ToolClosure.ClosureFile> parts)
      throws KernelException {
    Namespaces.joinMounts(base.namespace());
    Namespaces.unshareMounts();
    // With a size, df(1) would count it where the container has a file system without one.
    Mounts.tmpfs(BaseMounts.VIEW, "0");
    Set<String> laid = new HashSet<>();
    for (int i = 0; i < parts.size(); i++) {
      String at = BaseMounts.VIEW + "/" + nameOf(parts.get(i).shown().toString());
      if (laid.add(at)) {
        DetachedMounts.place(at, parts.get(i));
        mounts.trees().get(i).moveTo(at);
      }
    }
    // Opened now: the new root has no /proc.
    Fd namespace = Namespaces.openMounts();
    try {
      Mounts.pivotRoot(BaseMounts.VIEW);
      MountAttribute.set("/", DetachedMounts.DATA);
      return namespace;
    } catch (Throwable e) {
      namespace.close();
      throw e;
    }
  }
}
