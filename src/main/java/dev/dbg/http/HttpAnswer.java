package dev.dbg.http;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;

/**
 * An answer of HTTP/1.1.
 *
 * @param headers those that dbg reads, by names in any case; of two with one name the later
 * @param body empty if it was longer than is read
 */
public record HttpAnswer(int status, Map<String, String> headers, Optional<byte[]> body) {
  public static final int OK = 200;
  public static final int CREATED = 201;
  public static final int UNAUTHORIZED = 401;
  public static final int FORBIDDEN = 403;
  public static final int NOT_FOUND = 404;
  public static final int CONFLICT = 409;
  public static final int TOO_MANY = 429;
  private static final int FAILED = 500;
  private static final int GATEWAY_TIMEOUT = 504;

  public boolean isOk() {
    return status == OK;
  }

  /** It has too much to do, or has failed: this says nothing of what was asked. */
  public boolean isNone() {
    return status == TOO_MANY || status >= FAILED;
  }

  /**
   * Whether the same may be taken later: it has too much to do, or what is before it has failed.
   */
  public boolean passes() {
    return status == TOO_MANY || (status > FAILED + 1 && status <= GATEWAY_TIMEOUT);
  }

  /** Whether a request that asks for less may be taken. */
  public boolean isAboutRequest() {
    return status == 400 || status == 413 || status == 422;
  }

  /** Its status, for who has asked for it. */
  public String shown() {
    String status = "status %d".formatted(this.status);
    return isNone() ? status + ", for the moment: try again" : status;
  }

  /** The body; nothing if it was too long. */
  public byte[] bytes() {
    return body.orElse(new byte[0]);
  }

  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  /** The server's clock, as HTTP writes it, RFC 9110; empty if it does not say it. */
  public Optional<Instant> date() {
    try {
      String date = headers.getOrDefault("Date", "");
      return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
