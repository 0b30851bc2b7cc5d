package dev.dbg.audit.recording;

import dev.dbg.audit.file.LineReader;
import dev.dbg.audit.file.PrivateFiles;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.LineHead;
import dev.dbg.model.OperatorId;
import dev.dbg.model.amount.ByteSize;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The output of recorded sessions, in {@code recordings} beside the log. Each session has two files
 * in the format of script(1): {@code SESSION.out} with the bytes and {@code SESSION.timing} with
 * their times, for scriptreplay(1); while the session runs, their names end in {@code .new}. The
 * record of its end, RESULT or ORPHANED, has their hashes. They are removed with its segment.
 *
 * <p>For any thread.
 *
 * @param log the log's directory
 * @param most the most bytes of either file
 * @param budget the space for all of them
 */
public record Recordings(Path log, ByteSize most, RecordingQuota budget) {
  private static final String DIRECTORY = "recordings";

  /** A session's number: nothing else becomes part of a path. */
  private static final Pattern SESSION = Pattern.compile("[0-9a-f]{16}");

  /**
   * Creates the files of a session.
   *
   * @param whose the operator
   * @throws IOException if they cannot be created; the tool must then not run
   * @throws RecordingQuota.Full if there is no room for them
   */
  public Recording begin(String session, OperatorId whose) throws IOException, RecordingQuota.Full {
    Path directory = directory(log);
    PrivateFiles.createDirectories(directory);
    RecordingFiles files = of(log, session);
    budget.take(session, whose.token(), files.both().size() * most.bytes());
    try {
      Recording recording = Recording.begin(files, most, whose, budget);
      PrivateFiles.sync(directory);
      return recording;
    } catch (IOException | RuntimeException e) {
      budget.settle(files);
      throw e;
    }
  }

  /** The files of a session, which need not exist. */
  public static RecordingFiles of(Path log, String session) {
    return found(log, session)
        .orElseThrow(() -> new IllegalArgumentException("no session: " + session));
  }

  /** The same; empty if {@code session} is not a session's number. */
  public static Optional<RecordingFiles> found(Path log, String session) {
    if (!SESSION.matcher(session).matches()) {
      return Optional.empty();
    }
    Path directory = directory(log);
    return Optional.of(
        new RecordingFiles(
            session, directory.resolve(session + ".out"), directory.resolve(session + ".timing")));
  }

  static Path directory(Path log) {
    return log.resolve(DIRECTORY);
  }

  /**
   * After a crash of dbgd: completes the recordings of the sessions that it left open, and removes
   * those of sessions without an INTENT, which had not begun.
   *
   * @param open the sessions that it left open
   * @return for recorded ones the member {@code recording} of the record of their end
   */
  public static Map<String, Map<String, Object>> settle(Path log, Collection<String> open)
      throws IOException {
    if (!Files.exists(directory(log))) {
      return Map.of();
    }
    Map<String, Map<String, Object>> concluded = new HashMap<>();
    for (String session : open) {
      found(log, session)
          .filter(RecordingFiles::areBegun)
          .ifPresent(files -> concluded.put(session, files.conclude()));
    }
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(directory(log), file -> RecordingFiles.isGoingOn(file))) {
      for (Path file : left) {
        boolean _ = Files.deleteIfExists(file);
      }
    }
    return concluded;
  }

  /** The size of all of them, in bytes. */
  public static long size(Path log) throws IOException {
    if (!Files.exists(directory(log))) {
      return 0;
    }
    long size = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory(log))) {
      for (Path file : files) {
        // 0 if it is removed meanwhile.
        size += file.toFile().length();
      }
    }
    return size;
  }

  /** The recorded sessions whose end is in a segment. */
  public static List<String> endedIn(Path log, Segment segment) throws IOException {
    List<String> sessions = new ArrayList<>();
    if (!Files.exists(directory(log))) {
      return sessions;
    }
    try (LineReader lines = new LineReader(segment.open())) {
      while (lines.next()) {
        LineHead head = LineHead.of(lines.text());
        if (head.isEnd()
            && SESSION.matcher(head.session()).matches()
            && Files.exists(of(log, head.session()).output())) {
          sessions.add(head.session());
        }
      }
    }
    return sessions;
  }

  /** Removes the files of sessions, and returns their size in bytes. */
  public static long remove(Path log, List<String> sessions) throws IOException {
    long removed = 0;
    for (String session : sessions) {
      for (Path file : of(log, session).both()) {
        removed += Files.exists(file) ? Files.size(file) : 0;
        boolean _ = Files.deleteIfExists(file);
      }
    }
    if (!sessions.isEmpty()) {
      PrivateFiles.sync(directory(log));
    }
    return removed;
  }
}
