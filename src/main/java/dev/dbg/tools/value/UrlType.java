package dev.dbg.tools.value;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL with one of several schemes: no blanks, no control characters, none of curl's {@code {}[]}.
 * Where http is one of the schemes it may be left out, as curl(1) permits; the tool gets it.
 */
public record UrlType(List<String> schemes) implements ValueType {
  /** The schemes unless an entry says which. */
  static final String ALL = "http,https";

  private static final String USUAL = "http://";

  /** Before the {@code @} is what RFC 3986 has there: a {@code #} would end the host. */
  private static final Pattern FORM =
      Pattern.compile("([a-z]+)://([!$-.0-;=A-Z_a-z~]*@)?([^/?#@]+)([/?#][!#-Z_a-z~|\\\\^]*)?");

  private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_\\[].*");

  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://");

  static Optional<ValueType> named(String schemes) {
    return schemes.matches("https?(,https?)?")
        ? Optional.of(new UrlType(List.of(schemes.split(","))))
        : Optional.empty();
  }

  @Override
  public boolean accepts(String text) {
    String url = given(text);
    Matcher matcher = parts(url);
    return url.length() <= 4095
        && matcher.matches()
        && schemes.contains(matcher.group(1))
        && (Addresses.isUrlHost(matcher.group(3)) || Addresses.isEndpoint(matcher.group(3)));
  }

  /** curl would otherwise guess the scheme: of ftp.example.org that of FTP. */
  @Override
  public String given(String text) {
    boolean isBare = BARE.matcher(text).matches() && !SCHEME.matcher(text).lookingAt();
    return isBare && schemes.contains("http") ? USUAL + text : text;
  }

  /** The URL's scheme, its credentials with the {@code @}, its host and port, and the rest. */
  static Matcher parts(String text) {
    return FORM.matcher(text);
  }

  @Override
  public String description() {
    return "a URL of " + String.join(" or ", schemes);
  }

  @Override
  public String notation() {
    String all = String.join(",", schemes);
    return all.equals(ALL) ? "<url>" : "<url:" + all + ">";
  }

  @Override
  public Optional<ValuePattern> pattern(String text) {
    return UrlPattern.of(text, schemes);
  }

  @Override
  public String patternForm() {
    return UrlPattern.FORM;
  }
}
