package dev.dbg.audit.verify;

import dev.dbg.audit.verify.TrustAnchors.Claim;
import dev.dbg.audit.verify.Verification.Span;
import dev.dbg.model.RawText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Records of which an authority says when they existed, RFC 3161: the files that {@code dbgd
 * deliver} keeps. Each is checked by openssl-ts(1), with the authority's certificates and at the
 * time that it says.
 *
 * <p>An authority remembers nothing, and stamps for anybody. So a time-stamp does not vouch that
 * nothing is missing; it says of the records before it that they are not younger.
 *
 * @param times by the record's hash
 * @param claims the records
 * @param wrong what is wrong with other files, a line each
 */
public record TimeStamps(Map<String, Instant> times, List<Claim> claims, List<String> wrong) {
  public static final TimeStamps NONE = new TimeStamps(Map.of(), List.of(), List.of());

  private static final Pattern NAME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d\\.(\\d{1,18})-([0-9a-f]{64})\\.tsr");

  private static final Pattern TIME = Pattern.compile("(?m)^Time stamp: (.+) GMT$");

  /** Of a file that has a token and its certificates. */
  private static final long MOST_BYTES = 1 << 17;

  /** Those of five years, one an hour. */
  private static final int MOST_FILES = 50_000;

  /** As openssl prints a time, with a space in place of the first digit of a day. */
  private static final DateTimeFormatter FORM =
      new DateTimeFormatterBuilder()
          .appendPattern("MMM ppd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendPattern(" uuuu")
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT)
          .withZone(ZoneOffset.UTC);

  /** What is wrong with a file. */
  static final class NoStamp extends Exception {
    private static final long serialVersionUID = 1;

    NoStamp(String what) {
      super(what);
    }
  }

  /**
   * Reads and checks the files in a directory.
   *
   * @param authority the file of the certificates, in PEM, that the authority's leads to
   * @throws IllegalArgumentException if there is nothing to check, or nothing to check it with; the
   *     message is for people
   */
  public static TimeStamps read(Path directory, Path authority) throws IOException {
    if (!Files.isReadable(authority) || !Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          "%s must be a directory of time-stamps, and %s a file of certificates"
              .formatted(directory, authority));
    }
    Map<String, Instant> times = new LinkedHashMap<>();
    Set<Claim> claims = new LinkedHashSet<>();
    List<String> wrong = new ArrayList<>();
    Path token = Files.createTempFile("dbg-stamp", ".der");
    try (Stream<Path> files = Files.list(directory)) {
      // deliver writes a file beside its place, and then puts it there.
      Stream<Path> done = files.filter(file -> !file.toString().endsWith(".new"));
      List<Path> all = done.limit(MOST_FILES + 1).sorted().toList();
      if (all.size() > MOST_FILES) {
        throw new IOException(
            "%s has more than %d files, more than dbgd deliver keeps"
                .formatted(directory, MOST_FILES));
      }
      for (Path file : all) {
        try {
          Claim claim = claim(file);
          Instant time = time(file, claim, token, authority);
          // Of what was stamped twice the earlier time is certain.
          times.merge(claim.hash(), time, (one, other) -> one.isBefore(other) ? one : other);
          claims.add(claim);
        } catch (NoStamp e) {
          wrong.add(RawText.printable("%s: %s".formatted(file.getFileName(), e.getMessage())));
        }
      }
    } finally {
      Files.delete(token);
    }
    if (times.isEmpty() && wrong.isEmpty()) {
      throw new IllegalArgumentException(directory + " has no time-stamps");
    }
    return new TimeStamps(times, List.copyOf(claims), List.copyOf(wrong));
  }

  private static Claim claim(Path file) throws NoStamp, IOException {
    Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
    if (!name.matches() || !Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
      throw new NoStamp("not a time-stamp as dbgd deliver keeps them, HOUR.NUMBER-HASH.tsr");
    }
    return Claim.parse(name.group(1) + ":" + name.group(2));
  }

  private static Instant time(Path file, Claim claim, Path token, Path authority)
      throws NoStamp, IOException {
    // What surrounds the token is signed by nobody, and may have lines of its own.
    String in = token.toString();
    String _ = openssl("-reply", "-in", file.toString(), "-token_out", "-out", in);
    Instant time = time(openssl("-reply", "-in", in, "-token_in", "-text"));
    String _ =
        openssl(
            "-verify",
            "-in",
            in,
            "-token_in",
            "-digest",
            claim.hash(),
            "-attime",
            String.valueOf(time.getEpochSecond()),
            "-CAfile",
            authority.toString());
    return time;
  }

  /** The time in what openssl prints of a token. */
  static Instant time(String printed) throws NoStamp {
    Matcher said = TIME.matcher(printed);
    try {
      if (said.find()) {
        return FORM.parse(said.group(1), Instant::from);
      }
    } catch (DateTimeParseException e) {
      // It is none that dbg knows.
    }
    throw new NoStamp("openssl prints no time of it that dbgd can read");
  }

  private static String openssl(String... arguments) throws NoStamp {
    List<String> line = new ArrayList<>(List.of("openssl", "ts"));
    line.addAll(List.of(arguments));
    try {
      Process openssl = new ProcessBuilder(line).redirectErrorStream(true).start();
      openssl.getOutputStream().close();
      String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (openssl.waitFor() != 0) {
        throw new NoStamp("openssl says: " + reason(said));
      }
      return said;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--stamps needs openssl: install it: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoStamp("interrupted");
    }
  }

  /** The first line that is an error's; openssl prints others around it. */
  private static String reason(String said) {
    return said.lines()
        .filter(line -> line.contains("error:"))
        .map(line -> line.replaceFirst("^.*error:[^:]*:[^:]*:[^:]*:", ""))
        .map(line -> line.replaceFirst(":\\.\\./[^:]*:\\d+:", ": "))
        .findFirst()
        .orElse(said.strip().lines().findFirst().orElse("nothing"));
  }

  /**
   * What is known of the records in the log, for people; then what is wrong.
   *
   * @param found what was stamped of the log
   */
  public String text(List<Span> found) {
    StringBuilder text = new StringBuilder();
    if (!claims.isEmpty()) {
      text.append(
          found.isEmpty()
              ? "time-stamped: nothing\n"
              : "time-stamped: to record %d; %s, %d of this log's records\n"
                  .formatted(
                      found.getLast().to(),
                      claims.size() == 1 ? "1 time-stamp" : claims.size() + " time-stamps",
                      found.size()));
    }
    // The longest shows whether the log was written when it says.
    found.stream()
        .max(Comparator.comparing(this::delay))
        .ifPresent(
            span ->
                text.append(
                    "latest: record %d says %s, and existed for certain at %s\n"
                        .formatted(span.from(), span.since(), times.get(span.hash()))));
    wrong.forEach(one -> text.append("stamp-broken: %s\n".formatted(one)));
    return text.toString();
  }

  private Duration delay(Span span) {
    return Duration.between(
        StampedSpans.parsed(span.since()), times.getOrDefault(span.hash(), Instant.MIN));
  }

  /** The same as a tree of maps, lists and values. */
  public Map<String, Object> facts(List<Span> found) {
    List<Map<String, Object>> stamps = new ArrayList<>();
    for (Span span : found) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("to", span.to());
      one.put("existed", String.valueOf(times.get(span.hash())));
      one.put("earliest", span.from());
      one.put("says", span.since());
      stamps.add(one);
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("stamps", stamps);
    facts.put("wrong_stamps", wrong);
    return facts;
  }
}
