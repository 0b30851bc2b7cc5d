package dev.dbg.toolroot;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.MountAttribute;
import dev.dbg.kernel.file.Mounts;
import dev.dbg.kernel.process.Namespaces;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.NamespaceKind;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A tool packed to be laid into a container's files: one directory that holds the tool, its loader
 * and its libraries by their names, and nothing else. Whoever in the container reaches the tool's
 * root sees no more of the host than that.
 *
 * @param base where the session finds a procfs
 * @param namespace a mount namespace whose root is the box, to be cloned by each session
 * @param launch how the tool is executed, by names in it
 * @param executable where the tool is on the host
 * @param sha256 of the very file that will be executed
 */
public record ToolBundle(
    BaseMounts base, Fd namespace, Launch launch, Path executable, String sha256)
    implements ToolRoot {
  static ToolBundle make(BaseMounts base, ToolClosure closure) throws Exception {
    List<ToolClosure.Part> code =
        closure.parts().stream().filter(ToolClosure.Part::bundled).toList();
    List<String> names = code.stream().map(part -> part.shown().getFileName().toString()).toList();
    try (DetachedMounts clones = DetachedMounts.of(code)) {
      Fd namespace = OneUseThread.run("box", () -> build(base, clones, names));
      return new ToolBundle(
          base, namespace, inBundle(closure.launch()), closure.executable(), clones.sha256());
    }
  }

  /** The box is flat: everything in it goes by its file's name. */
  private static Launch inBundle(Launch launch) {
    return new Launch(
        nameOf(launch.program()),
        launch.loader().map(ToolBundle::nameOf),
        launch.script().map(ToolBundle::nameOf),
        launch.option(),
        launch.data().map(data -> new Launch.Data(data.variable(), nameOf(data.at()))));
  }

  private static String nameOf(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static Fd build(BaseMounts base, DetachedMounts clones, List<String> names)
      throws KernelException {
    Namespaces.joinMounts(base.namespace());
    Namespaces.unshareMounts();
    Mounts.tmpfs(BaseMounts.VIEW, "64k");
    Set<String> laid = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      String at = BaseMounts.VIEW + "/" + names.get(i);
      if (laid.add(at)) {
        Mounts.emptyFile(at);
        clones.trees().get(i).moveTo(at);
      }
    }
    // The namespace has no /proc of its own: its descriptor is taken while the old one is there.
    try (ProcDir self = ProcDir.ofThisThread()) {
      Fd namespace = self.openNamespace(NamespaceKind.MNT);
      Mounts.pivotRoot(BaseMounts.VIEW);
      MountAttribute.set("/", DetachedMounts.DATA);
      return namespace;
    }
  }
}
