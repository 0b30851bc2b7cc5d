package dev.dbg.enter;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.OneUseThread;
import dev.dbg.kernel.file.MountTree;
import dev.dbg.kernel.file.Mounts;
import dev.dbg.kernel.process.Namespaces;
import dev.dbg.resolve.stopped.StoppedFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a container that does not run, or of an image, as detached mounts: its layers as one
 * overlayfs that nobody can write to, and each of its volumes. They are attached in no namespace;
 * who has them closes them.
 *
 * @param layers the whole tree
 * @param volumes in the order in which they are mounted over it
 */
record LayeredRoot(MountTree layers, List<Placed> volumes) {
  /** A clone of what is mounted at an absolute path of the container. */
  record Placed(MountTree tree, String destination) {}

  /** Where the layers are mounted in a namespace that only the thread is in: it is surely there. */
  private static final String PLACE = "/proc";

  /** In the same one, where the directories are made that an image may lack. */
  private static final String MADE = "/sys";

  private static final long RESOLVE_NO_SYMLINKS = 0x04;

  /**
   * Makes them in a thread of its own, whose mount namespace is a copy of dbgd's: overlayfs takes
   * only layers from the namespace in which it is mounted.
   */
  static LayeredRoot of(StoppedFiles files) throws KernelException {
    return OneUseThread.run("layers", () -> made(files));
  }

  private static LayeredRoot made(StoppedFiles files) throws KernelException {
    Namespaces.unshareMounts();
    Mounts.makePrivate();
    List<Placed> volumes = new ArrayList<>();
    List<Fd> layers = new ArrayList<>();
    try {
      for (StoppedFiles.Volume volume : files.volumes()) {
        try (Fd source = opened(volume.source())) {
          volumes.add(new Placed(MountTree.cloneOf(source.path()), volume.destination()));
        }
      }
      for (Path layer : files.layers()) {
        layers.add(opened(layer));
      }
      if (files.isImage()) {
        Mounts.tmpfs(MADE, "0");
        for (String directory : List.of("/dev", "/dev/mqueue", "/proc", "/sys")) {
          Mounts.directory(MADE + directory);
        }
        layers.add(opened(Path.of(MADE)));
      }
      if (layers.size() == 1) {
        return new LayeredRoot(MountTree.cloneOf(layers.getFirst().path()), List.copyOf(volumes));
      }
      Mounts.overlay(layers, PLACE);
      return new LayeredRoot(MountTree.cloneOf(PLACE), List.copyOf(volumes));
    } catch (Throwable e) {
      volumes.forEach(volume -> volume.tree.close());
      throw e;
    } finally {
      layers.forEach(Fd::close);
    }
  }

  /** Only root can have made the path, which has no link. */
  private static Fd opened(Path path) throws KernelException {
    String name = path.toString();
    return Fd.openAt2Raised(Native.AT_FDCWD, name, Native.O_PATH, RESOLVE_NO_SYMLINKS, name);
  }
}
