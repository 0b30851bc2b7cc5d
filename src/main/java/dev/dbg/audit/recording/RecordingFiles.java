package dev.dbg.audit.recording;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.file.PrivateFiles;
import dev.dbg.model.QuotedText.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two files of a session's recording: the tool's output, and the times of the output. */
public record RecordingFiles(String session, Path output, Path timing) {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingFiles.class);

  /** The suffix of files that a running session writes. */
  private static final String GOING_ON = ".new";

  public List<Path> both() {
    return List.of(output, timing);
  }

  /** Their names until their session ends. */
  RecordingFiles goingOn() {
    return new RecordingFiles(session, goingOn(output), goingOn(timing));
  }

  private static Path goingOn(Path file) {
    return file.resolveSibling(file.getFileName() + GOING_ON);
  }

  static boolean isGoingOn(Path file) {
    return file.toString().endsWith(GOING_ON);
  }

  boolean areBegun() {
    return Files.exists(output) || Files.exists(goingOn().output());
  }

  /**
   * After the end of their session: renames them to their final names and syncs them.
   *
   * @return the member {@code recording} of the record of the session's end
   */
  Map<String, Object> conclude() {
    try {
      // Rename both first: files with a final name are kept.
      for (Path file : both()) {
        if (Files.exists(goingOn(file), LinkOption.NOFOLLOW_LINKS)) {
          Path _ = Files.move(goingOn(file), file, StandardCopyOption.ATOMIC_MOVE);
        }
      }
      for (Path file : both()) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
      PrivateFiles.sync(output.resolveSibling(""));
      return facts();
    } catch (IOException e) {
      LOG.error("the recording of {} is incomplete: {}", session, e.toString());
      return Map.of(RECORDING_FAILED.word(), String.valueOf(e.getMessage()));
    }
  }

  void discard() {
    for (Path file : both()) {
      boolean _ = file.toFile().delete();
    }
  }

  private Map<String, Object> facts() throws IOException {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put(RECORDING_BYTES.word(), Files.size(output));
    facts.put(RECORDING_SHA256.word(), sha256(output));
    facts.put(RECORDING_TIMING_SHA256.word(), sha256(timing));
    return facts;
  }

  /** Whether both exist as regular files: a link may lead to a file that never ends. */
  public boolean areThere() {
    return both().stream().allMatch(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
  }

  /** Whether they match the record of the session's end. */
  public boolean isAsNoted(JsonNode record) throws IOException {
    return areThere()
        && RECORDING_BYTES.number(record) == Files.size(output)
        && RECORDING_SHA256.text(record).equals(sha256(output))
        && RECORDING_TIMING_SHA256.text(record).equals(sha256(timing));
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = Sha256.digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      long _ = in.transferTo(OutputStream.nullOutputStream());
    }
    return Sha256.of(digest);
  }
}
