package dev.dbg.kube;

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
record ApiAnswer(int status, Optional<byte[]> body, Optional<Instant> date) {
  static final int OK = 200;
  static final int UNAUTHORIZED = 401;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int CONFLICT = 409;

  boolean isOk() {
    return status == OK;
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
