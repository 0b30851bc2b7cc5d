package dev.dbg.deliver.sink;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.Json;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.audit.record.RecordField;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Has an authority say when each seal's head existed, RFC 3161, and keeps its answers, a line each.
 * Whoever trusts the authority need not trust this host for that. Of an hour the last one is kept:
 * a head covers all before it.
 *
 * <p>The answers are only looked at to notice an authority that answers something else; {@code dbgd
 * verify} checks them.
 */
public final class TimestampSink implements Sink {
  private static final HexFormat HEX = HexFormat.of();

  private static final int NONCE_BYTES = 8;

  /** Section 2.4.2: whole, or as a form that the authority has chosen. */
  private static final List<Integer> GRANTED = List.of(0, 1);

  private static final Map<String, String> HEADERS =
      Map.of("Content-Type", "application/timestamp-query");

  private final HttpPost authority;
  private final Path file;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /** Keeps the answers in {@code file}, which is made at the first one. */
  public TimestampSink(HttpPost authority, Path file, Clock clock) {
    this.authority = authority;
    this.file = file;
    this.clock = clock;
  }

  @Override
  public int send(List<AuditReader.Read> records) throws IOException {
    // The last one covers the others.
    for (int at = records.size() - 1; at >= 0; at--) {
      JsonNode record = records.get(at).fields();
      if (Event.SEAL.is(record)) {
        keep(record, stamped(RecordField.SEAL_HASH.text(record)));
        break;
      }
    }
    return records.size();
  }

  private byte[] stamped(String hash) throws IOException {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    // The number is positive, and has no byte too many.
    nonce[0] = (byte) ((nonce[0] & 0x3f) | 0x40);
    String number = HEX.formatHex(nonce);
    // Section 2.4.1: version 1, a SHA-256, the number, and the wish for the authority's
    // certificate.
    String request =
        "30430201013031300d060960864801650304020105000420%s0208%s0101ff".formatted(hash, number);
    HttpPost.Answer answer = authority.send(HEX.parseHex(request), HEADERS);
    if (answer.status() != 200) {
      throw new IOException(
          "%s: status %d: %s"
              .formatted(authority.server(), answer.status(), HttpPost.shown(answer.text())));
    }
    byte[] reply = answer.bytes();
    if (!GRANTED.contains(status(reply))) {
      throw new IOException("%s grants no time-stamp".formatted(authority.server()));
    }
    String text = HEX.formatHex(reply);
    if (!text.contains(hash) || !text.contains(number)) {
      throw new IOException("%s answers another request".formatted(authority.server()));
    }
    return reply;
  }

  /** The first number in an answer; -1 if it has none where it should be. */
  private static int status(byte[] reply) {
    // A sequence with a long length, a sequence with a short one, a number of a single byte.
    int at = reply.length > 1 && reply[1] < 0 ? 2 + (reply[1] & 0x7f) : 2;
    boolean is =
        reply.length > at + 4
            && reply[0] == 0x30
            && reply[at] == 0x30
            && reply[at + 2] == 2
            && reply[at + 3] == 1;
    return is ? reply[at + 4] : -1;
  }

  private void keep(JsonNode seal, byte[] reply) throws IOException {
    Map<String, Object> stamp = new LinkedHashMap<>();
    Instant now = clock.instant();
    stamp.put("asked", now.toString());
    stamp.put("host", RecordField.HOST_NAME.text(seal));
    stamp.put("epoch", RecordField.SEAL_EPOCH.number(seal));
    stamp.put("seq", RecordField.SEAL_SEQ.number(seal));
    stamp.put("hash", RecordField.SEAL_HASH.text(seal));
    stamp.put("reply", Base64.getEncoder().encodeToString(reply));
    try (RandomAccessFile kept = new RandomAccessFile(file.toFile(), "rwd")) {
      long last = lastLine(kept);
      kept.seek(last);
      String line = kept.readLine();
      // A crash may have torn it.
      boolean isReplaced =
          line == null
              || ParsedRecord.of(line)
                  .map(one -> hour(Instant.parse(one.path("asked").asText())).equals(hour(now)))
                  .orElse(true);
      kept.seek(isReplaced ? last : kept.length());
      kept.write((Json.of(stamp) + "\n").getBytes(StandardCharsets.US_ASCII));
      kept.setLength(kept.getFilePointer());
    }
  }

  private static Instant hour(Instant time) {
    return time.truncatedTo(ChronoUnit.HOURS);
  }

  /** Where the last line begins. */
  private static long lastLine(RandomAccessFile kept) throws IOException {
    for (long at = kept.length() - 2; at >= 0; at--) {
      kept.seek(at);
      if (kept.read() == '\n') {
        return at + 1;
      }
    }
    return 0;
  }

  @Override
  public void close() {
    authority.close();
  }
}
