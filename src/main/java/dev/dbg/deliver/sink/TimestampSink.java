package dev.dbg.deliver.sink;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.file.PrivateFiles;
import dev.dbg.audit.record.RecordField;
import dev.dbg.http.HttpAnswer;
import dev.dbg.http.HttpClient;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Has an authority say when a seal's head existed, RFC 3161, and keeps its answers. Whoever trusts
 * the authority need not trust this host for that. Of an hour the last one is kept: a head covers
 * all before it.
 *
 * <p>The answers are only looked at to notice an authority that answers something else; {@code dbgd
 * verify} checks them.
 */
public final class TimestampSink extends SealSink {
  private static final HexFormat HEX = HexFormat.of();

  private static final int NONCE_BYTES = 8;
  private static final int HOUR = "2026-11-29T15".length();

  /** Section 2.4.2: whole, or as a form that the authority has chosen. */
  private static final List<Integer> GRANTED = List.of(0, 1);

  private static final Map<String, String> HEADERS =
      Map.of("Content-Type", "application/timestamp-query");

  private final HttpPost authority;
  private final Path directory;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /** Keeps the answers in {@code directory}, which is made for the first one. */
  public TimestampSink(HttpPost authority, Path directory, Clock clock) {
    super(Duration.ofSeconds(5));
    this.authority = authority;
    this.directory = directory;
    this.clock = clock;
  }

  @Override
  void tell(JsonNode seal) throws IOException {
    keep(seal, stamped(RecordField.SEAL_HASH.text(seal)));
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
    HttpAnswer answer = authority.send(HEX.parseHex(request), HEADERS);
    if (!answer.isOk()) {
      throw new IOException(
          "%s: status %d: %s"
              .formatted(authority.server(), answer.status(), HttpClient.shown(answer.text())));
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
    // A sequence in a sequence, and in it a number of a single byte.
    int at = inside(reply, inside(reply, 0));
    boolean is = at > 0 && reply.length > at + 2 && reply[at] == 2 && reply[at + 1] == 1;
    return is ? reply[at + 2] : -1;
  }

  /** Where what a sequence contains begins; -1 if there is no sequence. */
  private static int inside(byte[] der, int at) {
    if (at < 0 || der.length <= at + 1 || der[at] != 0x30) {
      return -1;
    }
    return der[at + 1] < 0 ? at + 2 + (der[at + 1] & 0x7f) : at + 2;
  }

  /** One file for each hour, called by it and by what was stamped. */
  private void keep(JsonNode seal, byte[] reply) throws IOException {
    PrivateFiles.createDirectories(directory);
    String hour = clock.instant().toString().substring(0, HOUR);
    Path made =
        directory.resolve(
            "%s.%s-%s.tsr"
                .formatted(
                    hour, RecordField.SEAL_SEQ.text(seal), RecordField.SEAL_HASH.text(seal)));
    PrivateFiles.replace(made, reply);
    try (DirectoryStream<Path> ofHour = Files.newDirectoryStream(directory, hour + ".*")) {
      for (Path file : ofHour) {
        if (!file.equals(made)) {
          Files.delete(file);
        }
      }
    }
  }
}
