package dev.dbg.enter;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.MountAttribute;
import dev.dbg.kernel.Mounts;
import dev.dbg.kernel.Namespaces;
import dev.dbg.kernel.ProcDir;
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
record Box(BaseView base, Fd namespace, Launch launch, Path executable, String sha256)
    implements Sight {
  static Box make(BaseView base, Toolbox toolbox) throws Exception {
    List<Toolbox.Part> code = toolbox.parts().stream().filter(Toolbox.Part::boxed).toList();
    List<String> names = code.stream().map(part -> part.shown().getFileName().toString()).toList();
    try (Clones clones = Clones.of(code)) {
      Fd namespace = OneUseThread.run("box", () -> build(base, clones, names));
      return new Box(
          base, namespace, inBox(toolbox.launch()), toolbox.executable(), clones.sha256());
    }
  }

  /** The box is flat: everything in it goes by its file's name. */
  private static Launch inBox(Launch launch) {
    return new Launch(
        nameOf(launch.program()),
        launch.loader().map(Box::nameOf),
        launch.script().map(Box::nameOf),
        launch.option(),
        launch.data().map(data -> new Launch.Data(data.variable(), nameOf(data.at()))));
  }

  private static String nameOf(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static Fd build(BaseView base, Clones clones, List<String> names) throws KernelException {
    Namespaces.joinMounts(base.namespace());
    Namespaces.unshareMounts();
    Mounts.tmpfs(BaseView.VIEW, "64k");
    Set<String> laid = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      String at = BaseView.VIEW + "/" + names.get(i);
      if (laid.add(at)) {
        Mounts.emptyFile(at);
        clones.trees().get(i).moveTo(at);
      }
    }
    // The namespace has no /proc of its own: its descriptor is taken while the old one is there.
    try (ProcDir self = ProcDir.ofThisThread()) {
      Fd namespace = self.openNamespace(NamespaceKind.MNT);
      Mounts.pivotRoot(BaseView.VIEW);
      MountAttribute.set("/", Clones.DATA);
      return namespace;
    }
  }
}
