package dev.dbg.audit.recording;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The two files of a recording.
 *
 * @param session whose
 * @param output what the tool wrote
 * @param timing when
 */
public record RecordingFiles(String session, Path output, Path timing) {
  public List<Path> both() {
    return List.of(output, timing);
  }

  /** Removes them, as far as they are there. */
  void discard() {
    for (Path file : both()) {
      boolean _ = file.toFile().delete();
    }
  }

  /** What a RESULT says of them: the size of what was written and the hashes of both. */
  public Map<String, Object> facts() throws IOException {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("bytes", Files.size(output));
    facts.put("sha256", sha256(output));
    facts.put("timing_sha256", sha256(timing));
    return facts;
  }

  /** Whether both are there, as plain files: a link may lead to what never ends. */
  public boolean areThere() {
    return both().stream().allMatch(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
  }

  /** Whether they are what a RESULT says of them, the member {@code recording}. */
  public boolean isAsNoted(JsonNode noted) throws IOException {
    return areThere()
        && noted.path("bytes").asLong() == Files.size(output)
        && noted.path("sha256").asText().equals(sha256(output))
        && noted.path("timing_sha256").asText().equals(sha256(timing));
  }

  private static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        long _ = in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
