package dev.dbg.tools.value;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern for {@code HOST:PORT}.
 *
 * @param port its digits, or {@code *}; empty if no port is written
 */
record EndpointPattern(ValuePattern host, String port) implements ValuePattern {
  /** The accepted forms, for people. */
  static final String FORM =
      "HOST:PORT, where HOST is as 10.*, [2001:db8::1] or *.example.org and PORT may be *";

  private static final String ANY_PORT = "*";

  /** An IPv6 address, or an IPv6 network, is in brackets. */
  private static final Pattern PARTS =
      Pattern.compile("(?:\\[([^\\[\\]]*)]|([^:\\[\\]]*))(?::([1-9][0-9]{0,4}|\\*))?");

  static Optional<ValuePattern> of(String text) {
    if (ValuePattern.isAll(text)) {
      return Optional.of(value -> true);
    }
    return read(text)
        .map(pattern -> pattern.port.isEmpty() && text.endsWith("*") ? pattern.open() : pattern)
        .filter(pattern -> !pattern.port.isEmpty())
        .map(pattern -> pattern);
  }

  /** Parses {@code text}, with or without a port. */
  static Optional<EndpointPattern> read(String text) {
    Matcher parts = PARTS.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    Optional<ValuePattern> host =
        parts.group(1) == null
            ? HostPattern.of(parts.group(2), true)
            : HostPattern.of(parts.group(1), false);
    String port = parts.group(3) == null ? "" : parts.group(3);
    return host.map(h -> new EndpointPattern(h, port));
  }

  EndpointPattern open() {
    return new EndpointPattern(host, ANY_PORT);
  }

  @Override
  public boolean matches(String value) {
    int colon = value.lastIndexOf(':');
    return colon >= 0 && matches(value.substring(0, colon), value.substring(colon + 1), "");
  }

  /**
   * Whether it permits a host and a port.
   *
   * @param given the host as written, with an IPv6 address in brackets
   * @param usual the port that is meant if none is written
   */
  boolean matches(String given, String givenPort, String usual) {
    boolean inBrackets = given.startsWith("[");
    String plain = inBrackets ? given.substring(1, given.length() - 1) : given;
    String wanted = port.isEmpty() ? usual : port;
    String meant = givenPort.isEmpty() ? usual : givenPort;
    return host.matches(plain) && (port.equals(ANY_PORT) || wanted.equals(meant));
  }
}
