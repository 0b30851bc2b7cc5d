package dev.dbg.audit;

import dev.dbg.model.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What tools wrote in recorded sessions, {@code recordings} beside the log: of each session two
 * files as script(1) makes them, {@code SESSION.out} with the bytes and {@code SESSION.timing} with
 * when they came, which scriptreplay(1) plays. The session's RESULT has their hashes, and they go
 * with the segment that it is in.
 *
 * <p>Any thread may use it.
 *
 * @param log the log's directory
 * @param most how large either file may become
 */
public record Recordings(Path log, ByteSize most) {
  private static final String DIRECTORY = "recordings";

  /** A session's number; nothing else is made part of a path. */
  private static final Pattern SESSION = Pattern.compile("[0-9a-f]{16}");

  /**
   * Makes the files of a session.
   *
   * @throws IOException when they can't be made: then nothing may run
   */
  public Recording begin(String session) throws IOException {
    Path directory = directory(log);
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Recording begun = Recording.begin(of(log, session), session, most);
    Directories.sync(directory);
    return begun;
  }

  /** The files of a session, whether they are there or not. */
  public static RecordingFiles of(Path log, String session) {
    if (!SESSION.matcher(session).matches()) {
      throw new IllegalArgumentException("no session: " + session);
    }
    Path directory = directory(log);
    return new RecordingFiles(
        directory.resolve(session + ".out"), directory.resolve(session + ".timing"));
  }

  private static Path directory(Path log) {
    return log.resolve(DIRECTORY);
  }

  /** How much the files of a session take, in bytes. */
  static long size(Path log, String session) throws IOException {
    long size = 0;
    for (Path file : of(log, session).both()) {
      size += Files.exists(file) ? Files.size(file) : 0;
    }
    return size;
  }

  /** Removes the files of sessions that are no longer in the log. */
  static void remove(Path log, List<String> sessions) throws IOException {
    boolean any = false;
    for (String session : sessions) {
      for (Path file : of(log, session).both()) {
        any |= Files.deleteIfExists(file);
      }
    }
    if (any) {
      Directories.sync(directory(log));
    }
  }
}
