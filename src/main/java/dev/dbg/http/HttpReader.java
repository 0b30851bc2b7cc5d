package dev.dbg.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads answers of HTTP/1.1 from a connection to a server that is not trusted. The caller bounds
 * the body, {@link ServerAddress.Connection} everything else. Only {@link #KEPT} headers are kept:
 * a map entry takes twenty times the memory of a header's bytes.
 */
final class HttpReader {
  private static final Pattern STATUS = Pattern.compile("(?s)HTTP/1\\.([01]) ([1-9]\\d\\d)( .*)?");
  private static final Pattern HEADER = Pattern.compile("(?s)([!-9;-~]+):(.*)");
  private static final Pattern LENGTH = Pattern.compile("(\\d{1,18})");
  private static final Pattern CHUNK = Pattern.compile("(?s)([0-9A-Fa-f]{1,15})[ \t]*(;.*)?");
  private static final Set<String> KEPT =
      Set.of("connection", "content-length", "date", "retry-after", "transfer-encoding");

  /** Also the most of a line that is kept. */
  private static final int PIECE = 8192;

  private final ServerAddress.Connection connection;
  private final InputStream in;
  private int most;
  private boolean isLast;

  /** {@code in}: what the connection says, without TLS. */
  HttpReader(ServerAddress.Connection connection, InputStream in) {
    this.connection = connection;
    this.in = new BufferedInputStream(in);
  }

  /** Whether another answer may follow the one that was read. */
  boolean isOpen() throws IOException {
    return !isLast && in.available() == 0;
  }

  /** Fails if the answer is not a whole one; a body of more than {@code most} is left out. */
  HttpAnswer read(int most) throws IOException {
    this.most = most;
    int status;
    Map<String, String> headers;
    do {
      status = status();
      headers = headers();
    } while (status < 200);
    isLast |= word(headers, "Connection").equals("close");
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    readBody(status, headers, body);
    boolean isLong = body.size() > most;
    isLast |= isLong;
    return new HttpAnswer(
        status, headers, isLong ? Optional.empty() : Optional.of(body.toByteArray()));
  }

  /** Up to a byte more than there may be. */
  private void readBody(int status, Map<String, String> headers, ByteArrayOutputStream body)
      throws IOException {
    String length = headers.get("Content-Length");
    if (word(headers, "Transfer-Encoding").equals("chunked")) {
      for (long chunk = chunk(); chunk > 0; chunk = chunk()) {
        require(take(chunk, body));
        if (body.size() > most) {
          return;
        }
        if (!line().isEmpty()) {
          throw malformed();
        }
      }
      Map<String, String> _ = headers();
    } else if (length != null) {
      require(take(number(LENGTH, length, 10), body));
    } else if (status != 204 && status != 304) {
      isLast = true;
      boolean _ = take(Long.MAX_VALUE, body);
    }
  }

  private int status() throws IOException {
    Matcher status = STATUS.matcher(line());
    if (!status.matches()) {
      throw malformed();
    }
    isLast |= status.group(1).equals("0");
    return Integer.parseInt(status.group(2));
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(); !line.isEmpty(); line = line()) {
      Matcher header = HEADER.matcher(line);
      if (!header.matches()) {
        throw malformed();
      }
      if (KEPT.contains(header.group(1).toLowerCase(Locale.ROOT))) {
        headers.put(header.group(1), header.group(2).strip());
      }
    }
    return headers;
  }

  private static String word(Map<String, String> headers, String name) {
    return headers.getOrDefault(name, "").toLowerCase(Locale.ROOT);
  }

  private long chunk() throws IOException {
    return number(CHUNK, line(), 16);
  }

  private static long number(Pattern form, String text, int radix) throws IOException {
    Matcher number = form.matcher(text);
    if (!number.matches()) {
      throw malformed();
    }
    return Long.parseLong(number.group(1), radix);
  }

  /** Whether that many came, or more than there may be. */
  private boolean take(long count, ByteArrayOutputStream body) throws IOException {
    long left = Math.min(count, most + 1 - body.size());
    while (left > 0) {
      byte[] some = in.readNBytes((int) Math.min(left, PIECE));
      if (some.length == 0) {
        return false;
      }
      body.writeBytes(some);
      connection.allow(some.length);
      left -= some.length;
    }
    return true;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int one = in.read(); one != '\n'; one = in.read()) {
      require(one >= 0);
      if (line.length() < PIECE) {
        line.append((char) one);
      }
    }
    int end = line.length() - 1;
    return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
  }

  private static void require(boolean hasCome) throws IOException {
    if (!hasCome) {
      throw new IOException("the connection ended before the answer");
    }
  }

  private static IOException malformed() {
    return new IOException("the answer is not HTTP/1.1");
  }
}
