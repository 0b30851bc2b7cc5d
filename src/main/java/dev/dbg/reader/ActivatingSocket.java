package dev.dbg.reader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The socket of podman.socket, systemd.socket(5): whoever connects starts Podman's service. Podman
 * itself makes a socket of another mode.
 */
final class ActivatingSocket {
  /** The unit's SocketMode. */
  private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-rw----");

  private ActivatingSocket() {}

  static boolean isAt(Path path) {
    try {
      return Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS).equals(MODE);
    } catch (IOException e) {
      return false;
    }
  }
}
