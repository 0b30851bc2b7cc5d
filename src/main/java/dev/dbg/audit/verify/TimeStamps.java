package dev.dbg.audit.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.audit.verify.TrustAnchors.Claim;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Heads of which an authority says when they existed, RFC 3161, as {@code dbgd deliver} keeps them.
 * Each answer is checked by openssl-ts(1), with the authority's certificates and at the time that
 * the answer says.
 *
 * @param stamps the answers that are the authority's, in the order of the file
 * @param wrong what is wrong with the others, a line each
 */
public record TimeStamps(List<Stamp> stamps, List<String> wrong) {
  public static final TimeStamps NONE = new TimeStamps(List.of(), List.of());

  private static final Pattern TIME = Pattern.compile("(?m)^Time stamp: (.+) GMT$");

  /** As openssl prints a time, with a space in place of the first digit of a day. */
  private static final DateTimeFormatter FORM =
      new DateTimeFormatterBuilder()
          .appendPattern("MMM ppd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendPattern(" uuuu")
          .toFormatter(Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** A head that existed at a time. */
  public record Stamp(Claim head, Instant time) {
    long seq() {
      return head.seq().orElseThrow();
    }

    @Override
    public String toString() {
      return "record %d existed at %s".formatted(seq(), time);
    }
  }

  public TimeStamps {
    stamps = List.copyOf(stamps);
    wrong = List.copyOf(wrong);
  }

  /**
   * Reads and checks the answers in a file.
   *
   * @param authority the file of the certificates, in PEM, that the authority's leads to
   * @throws IOException also if openssl cannot be run
   */
  public static TimeStamps read(Path file, Path authority) throws IOException {
    List<Stamp> stamps = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    Path place = Files.createTempDirectory("dbg-stamps");
    Path reply = place.resolve("reply");
    Path token = place.resolve("token");
    try {
      int number = 0;
      for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
        number++;
        try {
          stamps.add(stamp(line, reply, token, authority));
        } catch (IllegalArgumentException | DateTimeParseException e) {
          wrong.add("%s:%d: %s".formatted(file, number, e.getMessage()));
        }
      }
    } finally {
      Files.deleteIfExists(reply);
      Files.deleteIfExists(token);
      Files.delete(place);
    }
    return new TimeStamps(stamps, wrong);
  }

  /** A line for the first and the last of them, and one for each that is wrong. */
  public String text() {
    StringBuilder text = new StringBuilder();
    if (!stamps.isEmpty()) {
      text.append(
          "time-stamped: %s, %s; %d in all\n"
              .formatted(stamps.getFirst(), stamps.getLast(), stamps.size()));
    }
    wrong.forEach(one -> text.append("stamp-broken: %s\n".formatted(one)));
    return text.toString();
  }

  /** The same as a tree of maps, lists and values. */
  public Map<String, Object> facts() {
    return Map.of(
        "stamps",
        stamps.stream()
            .map(stamp -> Map.of("seq", stamp.seq(), "time", stamp.time().toString()))
            .toList(),
        "wrong_stamps",
        wrong);
  }

  private static Stamp stamp(String line, Path reply, Path token, Path authority)
      throws IOException {
    JsonNode kept =
        ParsedRecord.of(line)
            .orElseThrow(() -> new IllegalArgumentException("not a time-stamp as dbgd keeps it"));
    Claim head =
        Claim.parse("%d:%s".formatted(kept.path("seq").asLong(), kept.path("hash").asText()));
    Files.write(reply, Base64.getDecoder().decode(kept.path("reply").asText()));
    // What surrounds the token is signed by nobody, and may have lines of its own.
    String in = token.toString();
    String _ = openssl("-reply", "-in", reply.toString(), "-token_out", "-out", in);
    Matcher said = TIME.matcher(openssl("-reply", "-in", in, "-token_in", "-text"));
    if (!said.find()) {
      throw new IllegalArgumentException("it says no time");
    }
    Instant time = FORM.parse(said.group(1), Instant::from);
    String _ =
        openssl(
            "-verify",
            "-in",
            in,
            "-token_in",
            "-digest",
            head.hash(),
            "-attime",
            String.valueOf(time.getEpochSecond()),
            "-CAfile",
            authority.toString());
    return new Stamp(head, time);
  }

  private static String openssl(String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of("openssl", "ts"));
    line.addAll(List.of(arguments));
    Process openssl = new ProcessBuilder(line).redirectErrorStream(true).start();
    openssl.getOutputStream().close();
    String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (openssl.waitFor() != 0) {
        throw new IllegalArgumentException("openssl says: " + reason(said));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return said;
  }

  /** The first line that is an error's; openssl prints the others around it. */
  private static String reason(String said) {
    return said.lines()
        .filter(line -> line.contains("error:"))
        .map(line -> line.replaceFirst("^.*error:[^:]*:[^:]*:[^:]*:", ""))
        .map(line -> line.replaceFirst(":\\.\\./.*$", ""))
        .findFirst()
        .orElse(said.strip().lines().findFirst().orElse("nothing"));
  }
}
