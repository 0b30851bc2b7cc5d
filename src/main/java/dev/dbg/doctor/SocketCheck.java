package dev.dbg.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The socket: who may ask at all. */
record SocketCheck(Path socket) implements HostCheck {
  @Override
  public List<Finding> findings() {
    return List.of(Finding.forEverybody("socket", socket.toString(), verdict()));
  }

  private CheckStatus verdict() {
    try {
      PosixFileAttributes attributes =
          Files.readAttributes(socket, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      String who =
          "%s %s:%s"
              .formatted(
                  PosixFilePermissions.toString(attributes.permissions()),
                  attributes.owner().getName(),
                  attributes.group().getName());
      return attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)
          ? new CheckStatus.Degraded(
              "%s: everybody may ask, and the policy alone decides: chmod o-rw %s"
                  .formatted(who, socket))
          : new CheckStatus.Works(who);
    } catch (IOException e) {
      return new CheckStatus.Degraded(
          "it is not there, and systemd may listen elsewhere: name that place in [socket] of dbgd.toml");
    }
  }
}
