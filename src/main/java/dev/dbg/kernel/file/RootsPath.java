package dev.dbg.kernel.file;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Paths that only root, or root's group, can have made: programs of LXC leave these to it. */
public final class RootsPath {
  private static final String ACCESS_LIST = "system.posix_acl_access";

  private RootsPath() {}

  /** Refuses a directory if somebody else could have written to it or put it there. */
  public static void requireDirectory(Path path) throws IOException {
    open(path, Native.O_PATH | Native.O_DIRECTORY).close();
  }

  /** Reads a text file of at most 1 MiB. */
  public static String read(Path path) throws IOException {
    try (Fd fd = open(path, Native.O_RDONLY | Native.O_NONBLOCK)) {
      return new String(fd.readAll(path.toString(), 1 << 20), StandardCharsets.UTF_8);
    }
  }

  /**
   * Opens a path without following a link. It is looked at from the top: nothing is touched below
   * somebody else's directory, where they may have mounted what never answers.
   */
  private static Fd open(Path path, int flags) throws IOException {
    Path parent = path.getParent();
    if (parent != null) {
      requireDirectory(parent);
    }
    Fd fd = Fd.open(path.toString(), flags | Native.O_NOFOLLOW);
    try {
      FileStatus status = FileStatus.of(fd);
      // Where there is an access control list, the group's bits of the mode are its mask, acl(5).
      if (!status.isRootsAlone() || LibC.getxattr(fd.path(), ACCESS_LIST, null, 0) > 0) {
        throw new IOException(
            "%s has mode %o, uid %d, gid %d, perhaps an access control list: others than root can write there, or it has a user namespace, in which its files have other owners"
                .formatted(path, status.mode() & 07777, status.uid(), status.gid()));
      }
      return fd;
    } catch (IOException e) {
      fd.close();
      throw e;
    }
  }
}
