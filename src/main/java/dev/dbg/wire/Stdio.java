package dev.dbg.wire;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.FileStatus;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Users;
import java.util.List;
import java.util.Set;

/**
 * The client's standard descriptors, checked: a tool run by root must not be handed a descriptor
 * that does more with root's hands than with the client's. Terminals, pipes, sockets, regular files
 * and the harmless memory devices pass; anything on procfs or sysfs does not.
 *
 * @param hasFiles whether one of them is a regular file
 */
public record Stdio(Fd input, Fd output, Fd error, boolean hasFiles) implements AutoCloseable {
  private static final int COUNT = 3;

  /** null, zero, full, random and urandom, null(4) and random(4). */
  private static final Set<String> HARMLESS_DEVICES = Set.of("1:3", "1:5", "1:7", "1:8", "1:9");

  /** Takes over the descriptors that came with a request; closes them all if one does not pass. */
  public static Stdio of(List<Fd> descriptors) throws MalformedPacket, KernelException {
    boolean accepted = false;
    try {
      if (descriptors.size() != COUNT) {
        throw new MalformedPacket(
            "%d descriptors came with it, not 3".formatted(descriptors.size()));
      }
      boolean files = false;
      for (int i = 0; i < COUNT; i++) {
        files |= requireHarmless(descriptors.get(i), i).isRegularFile();
      }
      accepted = true;
      return new Stdio(descriptors.get(0), descriptors.get(1), descriptors.get(2), files);
    } finally {
      if (!accepted) {
        descriptors.forEach(Fd::close);
      }
    }
  }

  private static FileStatus requireHarmless(Fd fd, int number)
      throws MalformedPacket, KernelException {
    FileStatus status = FileStatus.of(fd);
    if (FileStatus.isOnProcOrSys(fd)) {
      throw new MalformedPacket(
          "descriptor %d is on procfs or sysfs, where root's hands do more than yours: use a pipe"
              .formatted(number));
    }
    boolean passes =
        status.isRegularFile()
            || status.isPipeOrSocket()
            || (status.isCharacterDevice()
                && (HARMLESS_DEVICES.contains(status.deviceType()) || Users.isTerminal(fd)));
    if (!passes) {
      throw new MalformedPacket(
          "descriptor %d is no terminal, pipe, socket or regular file: use a pipe"
              .formatted(number));
    }
    return status;
  }

  @Override
  public void close() {
    input.close();
    output.close();
    error.close();
  }
}
