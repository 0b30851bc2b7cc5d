package dev.dbg.resolve.stopped;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.kernel.file.TrustedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What native tests put in places of {@code resolve.stopped}. */
public interface AlteredStopped {

  /** Takes any directory for a layer. */
  final class TakingAnyLayer {
    @InPlaceOf(Layers.class)
    static Path files(Path store, Path path) throws IOException {
      TrustedFile.requireTrustedParents(path);
      return path;
    }
  }

  /** Takes any directory for one of the engine's. */
  final class TrustingAll {
    @InPlaceOf(value = Stream.class, usedIn = StoppedMounts.class, usedBy = "add")
    static boolean anyMatch(Stream<?> roots, Predicate<?> isBelow) {
      return true;
    }
  }

  /** Takes a part of a volume for all of it. */
  final class TakingParts {
    @InPlaceOf(value = String.class, usedIn = DockerFiles.class, usedBy = "isWhole")
    static boolean isEmpty(String part) {
      return true;
    }
  }

  /** Takes a directory outside of a container's own for its files. */
  final class TakingOutside {
    @InPlaceOf(DirectoryFiles.class)
    static boolean isInside(Path root, Path own) {
      return true;
    }
  }

  /** Takes files of other owners, as LXC's configuration says. */
  final class TakingMappedOfLxc {
    @InPlaceOf(value = DirectoryFiles.class, usedBy = "ofLxc")
    static boolean isMapped(DirectoryFiles files) {
      return false;
    }
  }

  /** Takes files of other owners, as containerd's specification says. */
  final class TakingMapped {
    @InPlaceOf(value = List.class, usedIn = SnapshotFiles.class, usedBy = "of")
    static boolean isEmpty(List<?> mappings) {
      return true;
    }
  }

  /** Takes layers that others than root can change. */
  final class TrustingSnapshots {
    @InPlaceOf(value = TrustedFile.class, usedIn = SnapshotFiles.class)
    static void requireTrustedParents(Path layer) {}
  }
}
