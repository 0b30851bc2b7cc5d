package dev.dbg.kernel.file;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import java.nio.file.Path;

/** What native tests put in places of {@code kernel.file}. */
public interface AlteredFiles {

  /** Follows links on the way to a file that it replaces. */
  final class FollowingLinks {
    @InPlaceOf(value = Fd.class, usedIn = ReplacedFile.class)
    static Fd openAt2(int directory, String path, int flags, long resolve, String name)
        throws KernelException {
      return Fd.openAt2(directory, path, flags, 0, name);
    }
  }

  /** Takes a directory of anybody's for one of root's. */
  final class TrustingAll {
    @InPlaceOf(value = FileStatus.class, usedIn = RootsPath.class)
    static boolean isRootsAlone(FileStatus status) {
      return true;
    }

    @InPlaceOf(value = LibC.class, usedIn = RootsPath.class)
    static long getxattr(String path, String name, byte[] value, long size) {
      return 0;
    }
  }

  /** Takes a control group of anybody's for one of root's. */
  final class TrustingGroups {
    @InPlaceOf(RootsGroups.class)
    static boolean isRootsAlone(Path directory) {
      return true;
    }
  }
}
