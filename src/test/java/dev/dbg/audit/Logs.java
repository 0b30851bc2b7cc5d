package dev.dbg.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.AuditSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a log's file without any of the code that wrote it, as an independent reader would. */
public final class Logs {
  public static final String BOOT = "5f8d3a1e-0000-4000-8000-000000000001";

  /** A host whose name, machine id and cluster's name are as long as they can be. */
  public static final HostIdentity LONGEST_HOST =
      new HostIdentity("h".repeat(64), "f".repeat(32), "c".repeat(200));

  public static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-24T12:00:00.123456789Z"), ZoneOffset.UTC);

  private static final Pattern LINE = Pattern.compile("(\\{.*),\"hash\":\"([0-9a-f]{64})\"}");
  private static final JsonMapper JSON = new JsonMapper();

  private Logs() {}

  public static AuditLog open(Path directory) throws AuditFailure {
    return AuditLog.open(AuditSettings.plain(directory), BOOT, CLOCK);
  }

  /** Settings for small segments without retention and without automatic seals. */
  public static AuditSettings settings(Path directory) {
    return settings(directory, 7500);
  }

  public static AuditSettings settings(Path directory, long segmentBytes) {
    return new AuditSettings(
        directory,
        segmentBytes,
        Duration.ofDays(1),
        Optional.empty(),
        Optional.empty(),
        1000,
        Duration.ofMinutes(5),
        0);
  }

  public static Path file(Path directory) {
    return directory.resolve(Segment.FILE);
  }

  /** Returns the lines of the file, which must end with a newline. */
  public static List<String> lines(Path directory) throws IOException {
    String text = Files.readString(file(directory), StandardCharsets.ISO_8859_1);
    assertTrue(text.isEmpty() || text.endsWith("\n"), "the last line has no end");
    return text.isEmpty()
        ? List.of()
        : List.of(text.substring(0, text.length() - 1).split("\n", -1));
  }

  /** Returns the records after checking each hash, each link and each number. */
  public static List<JsonNode> verified(Path directory) throws IOException {
    return verified(lines(directory));
  }

  public static List<JsonNode> verified(List<String> lines) throws IOException {
    List<JsonNode> records = new ArrayList<>();
    String previous = "0".repeat(64);
    for (String line : lines) {
      Matcher matcher = LINE.matcher(line);
      assertTrue(matcher.matches(), line);
      assertEquals(sha256(matcher.group(1) + "}"), matcher.group(2), line);
      JsonNode record = JSON.readTree(line);
      assertEquals(previous, record.path("prev").asText(), line);
      assertEquals(records.size() + 1, record.path("seq").asLong(), line);
      previous = matcher.group(2);
      records.add(record);
    }
    return records;
  }

  public static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(text.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
