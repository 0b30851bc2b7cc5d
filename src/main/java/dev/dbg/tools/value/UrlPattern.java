package dev.dbg.tools.value;

import dev.dbg.model.Glob;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pattern for URLs, compared part by part: a star matches only within its part, except at the
 * very end, where it may also match a port and a path.
 *
 * @param credentials the part before the {@code @}; empty if none is permitted
 * @param server the host and port
 * @param path the path and everything after it; empty for any
 */
record UrlPattern(
    Glob scheme, Optional<Glob> credentials, EndpointPattern server, Optional<Glob> path)
    implements ValuePattern {
  /** The accepted forms, for people. */
  static final String FORM = "a URL, as https://*.example.org/status/* or http://10.*";

  private static final Pattern PATTERN =
      Pattern.compile("([a-z*]+)://(?:([^/?#]*)@)?([^/?#@]*)([/?#].*)?");

  /** Sequences in a path that a server may treat as a slash or decode again. */
  private static final Pattern UNCLEAR = Pattern.compile("(?i)\\\\|%2f|%5c|%25|%00");

  private static final Pattern DOT = Pattern.compile("(?i)%2e");

  /** Some servers take a segment's parameters, RFC 3986, away before they resolve its dots. */
  private static final Pattern PARAMETERS = Pattern.compile("(?i)(;|%3b)[^/]*");

  static Optional<ValuePattern> of(String text, List<String> schemes) {
    if (ValuePattern.isAll(text)) {
      return Optional.of(value -> true);
    }
    Matcher parts = PATTERN.matcher(text);
    if (!parts.matches() || schemes.stream().noneMatch(new Glob(parts.group(1))::matches)) {
      return Optional.empty();
    }
    boolean isOpen = parts.group(4) == null && parts.group(3).endsWith("*");
    Optional<Glob> path = isOpen ? Optional.empty() : Optional.of(new Glob(path(parts.group(4))));
    return (isOpen ? open(parts.group(3)) : EndpointPattern.read(parts.group(3)))
        .map(
            server ->
                new UrlPattern(
                    new Glob(parts.group(1)),
                    Optional.ofNullable(parts.group(2)).map(Glob::new),
                    server,
                    path.filter(p -> !p.toString().equals("/*"))));
  }

  /**
   * Parses the server before a final star. After a complete address, a complete name of several
   * labels or a port, the star is not part of the server.
   */
  private static Optional<EndpointPattern> open(String text) {
    String before = text.substring(0, text.length() - 1);
    if (before.matches(".*:[0-9]+")) {
      return EndpointPattern.read(before);
    }
    boolean isName =
        before.contains(".") && !before.endsWith(".") && Addresses.isHost(before.replace('*', 'a'));
    boolean isWhole = isName || before.endsWith("]");
    return EndpointPattern.read(isWhole ? before : text).map(EndpointPattern::open);
  }

  @Override
  public boolean matches(String value) {
    Matcher url = UrlType.parts(value);
    if (!url.matches() || !scheme.matches(url.group(1))) {
      return false;
    }
    String before = url.group(2);
    boolean credentialsMatch =
        before == null
            ? credentials.isEmpty()
            : credentials
                .map(c -> c.matches(before.substring(0, before.length() - 1)))
                .orElse(false);
    String server = url.group(3);
    int colon = server.endsWith("]") ? -1 : server.lastIndexOf(':');
    return credentialsMatch
        && this.server.matches(
            colon < 0 ? server : server.substring(0, colon),
            colon < 0 ? "" : server.substring(colon + 1),
            url.group(1).equals("https") ? "443" : "80")
        && isPathPermitted(path(url.group(4)));
  }

  /**
   * Whether a path that a rule restricts is permitted: it must be unambiguous and must not contain
   * {@code ..} in any encoding.
   */
  private boolean isPathPermitted(String text) {
    if (path.isEmpty()) {
      return true;
    }
    String clear = text.split("[?#]", 2)[0];
    String plain = PARAMETERS.matcher(DOT.matcher(clear).replaceAll(".")).replaceAll("");
    List<String> segments = Arrays.asList(plain.split("/", -1));
    return path.get().matches(text)
        && !UNCLEAR.matcher(clear).find()
        && !segments.contains("..")
        && !segments.contains(".");
  }

  /** The path; a missing path means {@code /}. */
  private static String path(@Nullable String written) {
    if (written == null) {
      return "/";
    }
    return written.startsWith("/") ? written : "/" + written;
  }
}
