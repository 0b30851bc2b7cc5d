package dev.dbg.deliver.sink;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an answer of HTTP/1.1 from a server that is not trusted. Of its length nothing is believed:
 * {@link ServerAddress.Connection} gives no more than so many bytes of it.
 */
final class HttpAnswer {
  private static final Pattern STATUS = Pattern.compile("(?s)HTTP/1\\.[01] ([1-9]\\d\\d)( .*)?");
  private static final Pattern HEADER = Pattern.compile("(?s)([!-9;-~]+):(.*)");
  private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");
  private static final Pattern CHUNK = Pattern.compile("(?s)([0-9A-Fa-f]{1,15})[ \t]*(;.*)?");
  private static final int HEXADECIMAL = 16;

  private final InputStream in;

  HttpAnswer(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /** Fails if the answer is not a whole one. */
  HttpPost.Answer read() throws IOException {
    int status = status();
    Map<String, String> headers = headers();
    while (status < 200) {
      status = status();
      headers = headers();
    }
    StringBuilder body = new StringBuilder();
    String length = headers.get("Content-Length");
    if (headers.getOrDefault("Transfer-Encoding", "").toLowerCase(Locale.ROOT).equals("chunked")) {
      for (long chunk = chunk(); chunk > 0; chunk = chunk()) {
        take(chunk, body);
        if (!line().isEmpty()) {
          throw malformed();
        }
      }
      headers();
    } else if (length != null) {
      take(number(LENGTH, length, 10), body);
    } else if (status != 204 && status != 304) {
      for (int one = in.read(); one >= 0; one = in.read()) {
        body.append((char) one);
      }
    }
    return new HttpPost.Answer(status, body.toString());
  }

  private int status() throws IOException {
    Matcher status = STATUS.matcher(line());
    if (!status.matches()) {
      throw malformed();
    }
    return Integer.parseInt(status.group(1));
  }

  /** Up to the empty line; of two with one name the later. */
  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(); !line.isEmpty(); line = line()) {
      Matcher header = HEADER.matcher(line);
      if (!header.matches()) {
        throw malformed();
      }
      headers.put(header.group(1), header.group(2).strip());
    }
    return headers;
  }

  private long chunk() throws IOException {
    return number(CHUNK, line(), HEXADECIMAL);
  }

  private static long number(Pattern form, String text, int radix) throws IOException {
    Matcher number = form.matcher(text);
    if (!number.matches()) {
      throw malformed();
    }
    return Long.parseLong(number.groupCount() == 0 ? text : number.group(1), radix);
  }

  private void take(long count, StringBuilder to) throws IOException {
    for (long i = 0; i < count; i++) {
      to.append((char) require());
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int one = require(); one != '\n'; one = require()) {
      line.append((char) one);
    }
    int end = line.length() - 1;
    return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
  }

  private int require() throws IOException {
    int one = in.read();
    if (one < 0) {
      throw new IOException("the connection ended before the answer");
    }
    return one;
  }

  private static IOException malformed() {
    return new IOException("the answer is not HTTP/1.1");
  }
}
