package dev.dbg.audit.write;

import dev.dbg.model.Failure;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The log cannot be written, so nothing may start. The message says why and what to do. */
public final class AuditFailure extends Failure {
  AuditFailure(String message, Throwable cause) {
    super(message, cause);
  }

  /** The file cannot be opened or written. */
  static AuditFailure unwritable(Path path, IOException e) {
    return new AuditFailure(
        "the audit log %s cannot be written: %s: nothing is run until it can: repair that, then systemctl restart dbgd"
            .formatted(path, why(e)),
        e);
  }

  /** The exceptions of java.nio.file name the file and leave the reason to their type. */
  private static String why(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> denied.getMessage() + ": permission denied";
      case FileAlreadyExistsException there -> there.getMessage() + ": not a directory";
      case NoSuchFileException missing -> missing.getMessage() + ": no such file or directory";
      // As the unit's ProtectSystem= makes every other directory.
      case FileSystemException other when "Read-only file system".equals(other.getReason()) ->
          other.getMessage() + ", see ReadWritePaths= of dbgd.service";
      case ClosedChannelException closed -> "it is closed";
      default -> String.valueOf(e.getMessage());
    };
  }

  /** The remaining space is reserved for the ends of sessions. */
  static AuditFailure full(Path path) {
    return new AuditFailure(
        "the disk of the audit log %s is nearly full: what is left is for the ends of running sessions: make room there"
            .formatted(path),
        new IOException("no room for audit.reserve"));
  }
}
