package dev.dbg.tools.value;

import dev.dbg.model.RawText;
import dev.dbg.model.Shortened;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The type of an option's value or of an operand: {@code <port>}, {@code <int:1-100>}, or a choice
 * of words such as {@code <inet|inet6>}. No type accepts an empty word or a control character. Only
 * {@code <stdout>} and {@code <comparison>}, which only an option's value can have, accept a
 * leading dash. A leading plus sign or {@code @}, which could turn a value into an option or a file
 * name, is accepted only by types that say so.
 */
public sealed interface ValueType {
  /** Whether {@code text} is of the type. */
  boolean accepts(String text);

  /** What it accepts, for messages. */
  String description();

  /** The values that a rule permits by {@code text}; empty if it can match no value of the type. */
  default Optional<ValuePattern> pattern(String text) {
    return Optional.of(ValuePattern.text(text));
  }

  /** The forms of such a text, for messages. */
  default String patternForm() {
    return description();
  }

  /** Whether values are paths, possibly after a prefix. */
  default boolean isPath() {
    return this == Named.PATH || (this instanceof Prefixed prefixed && prefixed.type().isPath());
  }

  /** The named types. */
  enum Named implements ValueType {
    ADDRESS("an IP address", Addresses::isAddress, Named::addressPattern, HostPattern.ADDRESS_FORM),
    CIDR(
        "an IP address, with a prefix length or without",
        Addresses::isNetwork,
        Named::addressPattern,
        HostPattern.ADDRESS_FORM),
    HOSTNAME(
        "a host's name or address",
        Addresses::isHost,
        text -> HostPattern.of(text, true).map(pattern -> pattern::matches),
        HostPattern.FORM),
    ENDPOINT("HOST:PORT", Addresses::isEndpoint, EndpointPattern::of, EndpointPattern.FORM),
    PATH(
        "an absolute path without ..",
        matching("/\\P{Cc}{0,4094}").and(text -> !PathPattern.climbs(text)),
        PathPattern::of,
        PathPattern.FORM),
    /**
     * Excludes names that tcpdump(8) takes for a source other than a network interface: the host's
     * D-Bus, USB and Bluetooth, the packet filter's queues, from which tcpdump would remove
     * packets, and drivers that bypass the kernel. Excludes numbers too: they are indexes into a
     * list of all these sources.
     */
    INTERFACE(
        "a network interface by its name",
        "(?![0-9]+$|dbus-|nflog|nfqueue|usbmon|bluetooth|(netmap|dpdk|rpcap):|vale.*:|(snf|dag|septel)[0-9])"
            + "[A-Za-z0-9_][A-Za-z0-9_.@:-]{0,14}"),
    FILTER(
        "a word of a filter", "[A-Za-z0-9_=<>!()&|*:\\[][A-Za-z0-9_.:/=<>!()&|*%,\\[\\]-]{0,199}"),
    EXPRESSION(
        "a filter's words", "[A-Za-z0-9_=<>!()&|*:\\[][A-Za-z0-9_.:/=<>!()&|*%,+\\[\\] -]{0,999}"),
    HEADER("NAME: VALUE", "[A-Za-z0-9][A-Za-z0-9-]{0,99}:[^\\p{Cc}]{0,4000}"),
    SYSCALLS(
        "names of system calls or classes of them, as in openat,%network",
        "(trace=)?%?[a-z][a-z0-9_]*(,%?[a-z][a-z0-9_]*){0,63}"),
    COMPARISON(
        "a number, with + - / before it or not", "[+/-]?(0|[1-9][0-9]{0,11}|0[0-7]{1,4})[bcwkMG]?"),
    STDOUT("-", "-"),
    WORD("letters, digits and _ . -", "[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"),
    COLUMNS(
        "words with commas between them",
        "[A-Za-z%][A-Za-z0-9_%-]*(,[A-Za-z%][A-Za-z0-9_%-]*){0,31}"),
    RRTYPE(
        "a type of DNS records, as MX",
        "(?i)A|AAAA|AFSDB|ANY|APL|AXFR|CAA|CDNSKEY|CDS|CERT|CNAME|CSYNC|DHCID|DLV|DNAME|DNSKEY|DS|EUI48|EUI64|HINFO"
            + "|HIP|HTTPS|IPSECKEY|KEY|KX|LOC|MX|NAPTR|NS|NSEC|NSEC3|NSEC3PARAM|OPENPGPKEY|PTR|RP|RRSIG|SIG|SMIMEA"
            + "|SOA|SPF|SRV|SSHFP|SVCB|TA|TKEY|TLSA|TSIG|TXT|URI|ZONEMD|TYPE[1-9][0-9]{0,4}"),
    SOCKETS(
        "[46][tcp|udp][@HOST][:PORT,...], as lsof has it",
        "(?=.)[46]?(?i:tcp|udp|udplite)?(@(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9_][A-Za-z0-9_.-]*))?"
            + "(:[A-Za-z0-9][A-Za-z0-9-]*(,[A-Za-z0-9][A-Za-z0-9-]*){0,31})?"),
    SEARCH("what is looked for", "[^-\\p{Cc}]\\P{Cc}{0,999}"),
    PATTERN("a pattern that starts with none of - + @", "[^-+@\\p{Cc}]\\P{Cc}{0,999}"),
    TEXT(
        "a text that starts with none of - + @",
        matching("[^-+@\\p{Cc}]\\P{Cc}{0,4094}"),
        Named::textPattern,
        "a text that starts with none of - + @");

    private final String description;

    // The functions of the constants have no state.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Predicate<String> form;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Function<String, Optional<ValuePattern>> pattern;

    private final String patternForm;

    Named(String description, String form) {
      this(description, matching(form), text -> Optional.of(ValuePattern.text(text)), description);
    }

    Named(
        String description,
        Predicate<String> form,
        Function<String, Optional<ValuePattern>> pattern,
        String patternForm) {
      this.description = description;
      this.form = form;
      this.pattern = pattern;
      this.patternForm = patternForm;
    }

    private static Predicate<String> matching(String form) {
      return Pattern.compile(form).asMatchPredicate();
    }

    private static Optional<ValuePattern> addressPattern(String text) {
      return HostPattern.of(text, false).map(pattern -> pattern::matches);
    }

    /** A rule may restrict a text to paths, also after a prefix, as in if=/dev/x. */
    private static Optional<ValuePattern> textPattern(String text) {
      ValuePattern whole = ValuePattern.text(text);
      if (text.startsWith("/")) {
        return PathPattern.of(text);
      }
      return Optional.of(
          text.contains("/") ? value -> whole.matches(value) && !PathPattern.climbs(value) : whole);
    }

    @Override
    public boolean accepts(String text) {
      return form.test(text);
    }

    @Override
    public String description() {
      return description;
    }

    @Override
    public Optional<ValuePattern> pattern(String text) {
      return pattern.apply(text);
    }

    @Override
    public String patternForm() {
      return patternForm;
    }
  }

  /**
   * A decimal number without sign, exponent or leading zeros.
   *
   * @param what what it counts, for messages
   * @param decimals how many digits may follow a decimal point
   */
  record Amount(String what, long least, long most, int decimals) implements ValueType {
    private static final Pattern FORM = Pattern.compile("(0|[1-9][0-9]{0,17})(\\.[0-9]{1,9})?");
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,15})-([0-9]{1,15})");

    @Override
    public boolean accepts(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        return false;
      }
      String fraction = matcher.group(2);
      if (fraction != null && fraction.length() - 1 > decimals) {
        return false;
      }
      BigDecimal number = new BigDecimal(text);
      return number.compareTo(BigDecimal.valueOf(least)) >= 0
          && number.compareTo(BigDecimal.valueOf(most)) <= 0;
    }

    @Override
    public String description() {
      return "%s from %d to %d".formatted(what, least, most);
    }

    /**
     * Compares by value; a pattern with stars compares the digits, which can be written in only one
     * way.
     */
    @Override
    public Optional<ValuePattern> pattern(String text) {
      if (FORM.matcher(text).matches()) {
        BigDecimal wanted = new BigDecimal(text);
        return Optional.of(value -> new BigDecimal(value).compareTo(wanted) == 0);
      }
      Matcher range = RANGE.matcher(text);
      if (range.matches()) {
        BigDecimal from = new BigDecimal(range.group(1));
        BigDecimal to = new BigDecimal(range.group(2));
        return from.compareTo(to) > 0
            ? Optional.empty()
            : Optional.of(
                value ->
                    new BigDecimal(value).compareTo(from) >= 0
                        && new BigDecimal(value).compareTo(to) <= 0);
      }
      return text.matches("[0-9.*]*[*][0-9.*]*")
          ? Optional.of(ValuePattern.text(text))
          : Optional.empty();
    }

    @Override
    public String patternForm() {
      return "a number, as 8080, or a range of them, as 1-100";
    }
  }

  /** One of several words. */
  record Choice(List<String> words) implements ValueType {
    private static final int MOST_NAMED = 9;

    @Override
    public boolean accepts(String text) {
      return words.contains(text);
    }

    @Override
    public String description() {
      return words.size() == 1
          ? "'" + words.get(0) + "'"
          : "one of %s%s"
              .formatted(
                  String.join(", ", words.subList(0, Math.min(words.size(), MOST_NAMED))),
                  words.size() > MOST_NAMED ? ", ..." : "");
    }

    @Override
    public Optional<ValuePattern> pattern(String text) {
      return Optional.of(ValuePattern.text(text))
          .filter(pattern -> words.stream().anyMatch(pattern::matches));
    }
  }

  /**
   * A URL with one of several schemes: no blanks, no control characters, none of curl's {@code
   * {}[]}.
   */
  record Url(List<String> schemes) implements ValueType {
    private static final Pattern FORM =
        Pattern.compile(
            "([a-z]+)://([!-.0-;=A-Z_a-z~%&$*+,]*@)?([^/?#@]+)([/?#][!-Z_a-z~|\\\\^]*)?");

    @Override
    public boolean accepts(String text) {
      Matcher matcher = parts(text);
      return text.length() <= 4095
          && matcher.matches()
          && schemes.contains(matcher.group(1))
          && (Addresses.isUrlHost(matcher.group(3)) || Addresses.isEndpoint(matcher.group(3)));
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
    public Optional<ValuePattern> pattern(String text) {
      return UrlPattern.of(text, schemes);
    }

    @Override
    public String patternForm() {
      return UrlPattern.FORM;
    }
  }

  /** A value after a fixed prefix: {@code @<hostname>}, {@code net.<word>}. */
  record Prefixed(String prefix, ValueType type) implements ValueType {
    @Override
    public boolean accepts(String text) {
      return text.startsWith(prefix) && type.accepts(text.substring(prefix.length()));
    }

    @Override
    public String description() {
      return "'%s' and %s".formatted(prefix, type.description());
    }

    @Override
    public Optional<ValuePattern> pattern(String text) {
      if (ValuePattern.isAll(text)) {
        return Optional.of(value -> true);
      }
      return text.startsWith(prefix)
          ? type.pattern(text.substring(prefix.length()))
              .map(inner -> value -> inner.matches(value.substring(prefix.length())))
          : Optional.empty();
    }

    @Override
    public String patternForm() {
      return "'%s' and %s".formatted(prefix, type.patternForm());
    }
  }

  /**
   * The type that is written {@code text} between angle brackets; empty if there is no such type.
   */
  static Optional<ValueType> named(String text) {
    if (text.contains("|")) {
      return Optional.of(new Choice(List.of(text.split("\\|"))));
    }
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String parameter = colon < 0 ? "" : text.substring(colon + 1);
    return switch (name) {
      case "int" -> number("a whole number", parameter, 0, 999_999_999, 0);
      case "port" -> number("a port", parameter, 0, 65_535, 0);
      case "pid" -> number("a process id", parameter, 1, 4_194_304, 0);
      case "duration" -> number("seconds", parameter, 0, 86_400, 3);
      case "url" -> url(colon < 0 ? "http,https" : parameter);
      default -> colon < 0 ? plain(name) : Optional.empty();
    };
  }

  private static Optional<ValueType> plain(String name) {
    return Arrays.stream(Named.values())
        .filter(type -> type.name().toLowerCase(Locale.ROOT).equals(name))
        .<ValueType>map(type -> type)
        .findFirst();
  }

  private static Optional<ValueType> number(
      String what, String range, long least, long most, int decimals) {
    if (range.isEmpty()) {
      return Optional.of(new Amount(what, least, most, decimals));
    }
    Matcher matcher = Amount.RANGE.matcher(range);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long from = Long.parseLong(matcher.group(1));
    long to = Long.parseLong(matcher.group(2));
    return from <= to ? Optional.of(new Amount(what, from, to, decimals)) : Optional.empty();
  }

  private static Optional<ValueType> url(String schemes) {
    return schemes.matches("https?(,https?)?")
        ? Optional.of(new Url(List.of(schemes.split(","))))
        : Optional.empty();
  }

  /** {@code text} quoted for a message. */
  static String quoted(String text) {
    return "'" + Shortened.of(RawText.printable(text)) + "'";
  }
}
