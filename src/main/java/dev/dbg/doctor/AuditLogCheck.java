package dev.dbg.doctor;

import dev.dbg.audit.write.AuditLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The audit log: whether it takes records, and has room for more. No record, no session. */
record AuditLogCheck(AuditLog audit) implements HostCheck {
  private static final long MEGABYTE = 1 << 20;

  /** A month of a busy host. */
  private static final long LITTLE = 100 * MEGABYTE;

  /** Some thousand sessions. */
  private static final long NOTHING = 8 * MEGABYTE;

  @Override
  public List<Finding> findings() {
    return List.of(
        Finding.forEverybody("audit", audit.path().toString(), taking()),
        Finding.forEverybody("audit", "room on the disk", room()));
  }

  private Path directory() {
    return Objects.requireNonNull(audit.path().getParent());
  }

  private CheckStatus taking() {
    String failure = audit.failure();
    if (failure != null) {
      return new CheckStatus.Fails(failure);
    }
    try {
      Files.delete(Files.createTempFile(directory(), ".doctor-", ""));
      return CheckStatus.works();
    } catch (IOException e) {
      return new CheckStatus.Fails(
          "the directory can't be written: %s: no record, no session: see ReadWritePaths= of dbgd.service"
              .formatted(e.getMessage()));
    }
  }

  private CheckStatus room() {
    try {
      long left = Files.getFileStore(directory()).getUsableSpace();
      String message =
          "only %d MB are left, and no record is no session: make room at %s"
              .formatted(left / MEGABYTE, directory());
      if (left < NOTHING) {
        return new CheckStatus.Fails(message);
      }
      return left < LITTLE
          ? new CheckStatus.Degraded(message)
          : new CheckStatus.Works(left / MEGABYTE + " MB");
    } catch (IOException e) {
      return new CheckStatus.Degraded(
          "it can't be asked for: %s: look with df %s".formatted(e.getMessage(), directory()));
    }
  }
}
