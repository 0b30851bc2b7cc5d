package dev.dbg.apiserver;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * An answer of the API server.
 *
 * @param body empty if it was longer than is read
 * @param date the header Date: the API server's clock
 */
public record ApiAnswer(int status, Optional<byte[]> body, Optional<Instant> date) {
  public static final int OK = 200;
  public static final int CREATED = 201;
  public static final int UNAUTHORIZED = 401;
  public static final int FORBIDDEN = 403;
  public static final int NOT_FOUND = 404;
  public static final int CONFLICT = 409;
  public static final int TOO_MANY = 429;
  private static final int FAILED = 500;

  public boolean isOk() {
    return status == OK;
  }

  /** It has too much to do, or has failed: this says nothing of what was asked. */
  public boolean isNone() {
    return status == TOO_MANY || status >= FAILED;
  }

  /** Its status, for who has asked for it. */
  public String shown() {
    String status = "status %d".formatted(this.status);
    return isNone() ? status + ", which passes: try again" : status;
  }

  /** A date as HTTP writes it, RFC 9110; empty if the text is none. */
  static Optional<Instant> date(String text) {
    try {
      return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
