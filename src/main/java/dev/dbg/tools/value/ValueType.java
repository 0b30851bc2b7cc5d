package dev.dbg.tools.value;

import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import dev.dbg.model.amount.Since;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The type of an option's value or of an operand: {@code <port>}, {@code <int:1-100>}, or a choice
 * of words such as {@code <inet|inet6>}. No type accepts an empty word or a control character. Only
 * {@code <stdout>} and {@code <comparison>}, which only an option's value can have, accept a
 * leading dash. A leading plus sign or {@code @}, which could turn a value into an option or a file
 * name, is accepted only by types that say so.
 */
public sealed interface ValueType
    permits Amount,
        UrlType,
        ValueType.Named,
        ValueType.Choice,
        ValueType.Letters,
        CommaList,
        ValueType.Prefixed {
  /** Whether {@code text} is of the type. */
  boolean accepts(String text);

  /** What it accepts, for messages. */
  String description();

  /** How it is written in a tool's file, for people who read what a tool accepts. */
  String notation();

  /** The value as the tool gets it, of a text that is accepted. */
  default String given(String text) {
    return text;
  }

  /**
   * The value as rules see it: a path is absolute.
   *
   * @param given the value as the tool gets it
   * @param directory the tool's working directory, absolute
   */
  default String meant(String given, String directory) {
    return given;
  }

  /** The values that a rule permits by {@code text}; empty if it can match no value of the type. */
  default Optional<ValuePattern> pattern(String text) {
    return Optional.of(ValuePattern.text(text));
  }

  /** The forms of such a text, for messages. */
  default String patternForm() {
    return description();
  }

  /** Whether {@code text} is an absolute path without {@code ..}. */
  static boolean isAbsolutePath(String text) {
    return text.startsWith("/") && Named.PATH.accepts(text);
  }

  /** Whether values are paths, possibly after a prefix. */
  default boolean isPath() {
    return this == Named.PATH || (this instanceof Prefixed prefixed && prefixed.type().isPath());
  }

  enum Named implements ValueType {
    ADDRESS(
        "an IP address",
        Addresses::isAddress,
        text -> HostPattern.of(text, false),
        HostPattern.ADDRESS_FORM),
    CIDR(
        "an IP address, with a prefix length or without",
        Addresses::isNetwork,
        text -> HostPattern.of(text, false),
        HostPattern.ADDRESS_FORM),
    HOSTNAME(
        "a host's name or address",
        Addresses::isHost,
        text -> HostPattern.of(text, true),
        HostPattern.FORM),
    ENDPOINT("HOST:PORT", Addresses::isEndpoint, EndpointPattern::of, EndpointPattern.FORM),
    PATH(
        "a path without .., and no URL",
        matching("/\\P{Cc}{0,4094}|[\\p{L}\\p{N}_.]\\P{C}{0,4094}")
            .and(text -> !PathPattern.climbs(text) && !isUrl(text)),
        PathPattern::of,
        PathPattern.FORM) {
      @Override
      public String meant(String given, String directory) {
        return PathPattern.absolute(given, directory);
      }
    },
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
    /** Excludes what ip(8) takes, without dev, for a filter of all interfaces. */
    LINK(
        "a network interface by its name, and no word of ip's",
        "(?!(secondary|primary|temporary|permanent|dynamic|nodad|optimistic|dadfailed|home|deprecated|tentative"
            + "|mngtmpaddr|noprefixroute|autojoin|stable-privacy|nomaster|novf|up)$)[A-Za-z0-9_][A-Za-z0-9_.@:-]{0,14}"),
    FILTER(
        "a word of a filter",
        "[A-Za-z0-9_=<>!()&|*:\\[][A-Za-z0-9_.:/=<>!()&|*%,\\[\\]-]{0,199}",
        ValuePattern.WHOLE),
    EXPRESSION(
        "a filter's words",
        "[A-Za-z0-9_=<>!()&|*:\\[][A-Za-z0-9_.:/=<>!()&|*%,+\\[\\] -]{0,999}",
        ValuePattern.WHOLE),
    MAPPING(
        "HOST:PORT:ADDRESS, or HOST:PORT:HOST:PORT",
        "[A-Za-z0-9_*:\\[][A-Za-z0-9_.:*%,\\[\\]-]{0,999}",
        ValuePattern.WHOLE),
    /**
     * Excludes names that say where a request ends, or what its method is: with a body that is
     * announced and not sent, the next request's header is one.
     */
    HEADER(
        "NAME: VALUE, where NAME changes neither a request's end nor its method, as Content-Length does",
        "(?!(?i:content-length|transfer-encoding|x-http-method|x-http-method-override|x-method-override):)"
            + "[A-Za-z0-9][A-Za-z0-9-]{0,99}:[^\\p{Cc}]{0,4000}"),
    SYSCALLS(
        "names of system calls or classes of them, as in openat,%network",
        "(trace=)?%?[a-z][a-z0-9_]*(,%?[a-z][a-z0-9_]*){0,63}"),
    COMPARISON(
        "a number, with + - / before it or not", "[+/-]?(0|[1-9][0-9]{0,11}|0[0-7]{1,4})[bcwkMG]?"),
    STDOUT("-", "-"),
    WORD("letters, digits and _ . -", "[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"),
    PARAMETER(
        "a kernel parameter, but not a key",
        "(?!.*(fastopen_key|secret)$)[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"),
    MOMENT("a time, as '2026-11-24 08:30' or '2 hours ago'", "[0-9A-Za-z][0-9A-Za-z:+,. /-]{0,99}"),
    COLUMNS(
        "words with commas between them",
        "COLUMN(,COLUMN){0,31}".replace("COLUMN", "[A-Za-z%][A-Za-z0-9_%-]*(:[0-9]{1,3})?=?")),
    KEYS(
        "columns to sort by, with commas between them and + or - before them or not, but none of top that takes the right to trace, as PSS or ioR: pmap -X, pidstat -d and lsns show such",
        ProcessColumns.KEYS),
    FIELDS(ProcessColumns.DESCRIPTION, ProcessColumns.SHOWN),
    SORTING(ProcessColumns.DESCRIPTION, ProcessColumns.SORTED),
    COUNT(
        "a number, with + or - before it or not, and K, M or G after it or not",
        matching("[-+]?(0|[1-9][0-9]{0,11})(b|k|kB|[KMG]B?)?"),
        Amount::countPattern,
        "a number, as 100, or a range of them, as 1-100"),
    /**
     * {@code root} is 0 in every container; other names are in its files. The largest is no user.
     */
    USER(
        "a user's number, or root",
        text ->
            text.equals("root")
                || (text.matches("0|[1-9][0-9]{0,9}") && Long.parseLong(text) < 0xffff_ffffL),
        text -> Amount.countPattern(number(text)),
        "a number, as 100, or a range of them, as 1-100") {
      @Override
      public String given(String text) {
        return number(text);
      }
    },
    FORMAT("a format that does not start with -", "[^-\\p{Cc}]\\P{Cc}{0,999}"),
    WRITEOUT(
        "a text with %{NAME} in it, as '%{http_code}\\n'",
        "(?!-)([^%@\\\\\\p{Cc}]|\\\\[^%@\\p{Cc}]|%%|%[{][a-z][a-z_.]*}|%header[{][A-Za-z0-9-]+}){1,500}"),
    SINCE(
        "a time, as 90m, today, 17:00, 2026-11-24 or 2026-11-24T08:30Z",
        text -> Since.parse(text).isPresent(),
        text -> Optional.of(ValuePattern.text(text)),
        "a time as it is typed"),
    STATES(
        "TCP:STATE or UDP:STATE, as TCP:LISTEN",
        "(?i:tcp|udp):\\^?[A-Za-z_]{2,20}(,\\^?[A-Za-z_]{2,20}){0,15}"),
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
    WHOLE("a text that does not start with -", "[^-\\p{Cc}]\\P{Cc}{0,999}", ValuePattern.WHOLE),
    PATTERN("a pattern that starts with none of - + @", "[^-+@\\p{Cc}]\\P{Cc}{0,999}"),
    TEXT(
        "a text that starts with none of - + @",
        matching("[^-+@\\p{Cc}]\\P{Cc}{0,4094}"),
        Named::textPattern,
        "a text that starts with none of - + @");

    private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:");

    private final String description;

    // The functions of the constants have no state.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Predicate<String> form;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Function<String, Optional<ValuePattern>> pattern;

    private final String patternForm;

    /** A type of plain text, or, as its form has commas between words, of a list of such. */
    Named(String description, String form) {
      this(
          description,
          matching(form),
          text ->
              Optional.of(form.contains("(,") ? ValuePattern.list(text) : ValuePattern.text(text)),
          description);
    }

    /** A type of which a rule has the whole. */
    Named(String description, String form, String patternForm) {
      this(description, matching(form), ValuePattern::whole, patternForm);
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

    private static String number(String user) {
      return user.equals("root") ? "0" : user;
    }

    private static Predicate<String> matching(String form) {
      return Pattern.compile(form).asMatchPredicate();
    }

    /** openssl(1) takes file:/x and http://x for what they say. */
    private static boolean isUrl(String text) {
      return URL.matcher(text).lookingAt();
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

    @Override
    public String notation() {
      return "<" + name().toLowerCase(Locale.ROOT) + ">";
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
          : "one of "
              + String.join(", ", words.subList(0, Math.min(words.size(), MOST_NAMED)))
              + (words.size() > MOST_NAMED ? ", ..." : "");
    }

    @Override
    public Optional<ValuePattern> pattern(String text) {
      return Optional.of(ValuePattern.text(text))
          .filter(pattern -> words.stream().anyMatch(pattern::matches));
    }

    @Override
    public String notation() {
      return words.size() == 1 ? words.get(0) : "<" + String.join("|", words) + ">";
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
    public String notation() {
      return prefix + type.notation();
    }

    @Override
    public String given(String text) {
      return prefix + type.given(text.substring(prefix.length()));
    }

    @Override
    public String meant(String given, String directory) {
      return prefix + type.meant(given.substring(prefix.length()), directory);
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
    if (text.startsWith("list:")) {
      return named(text.substring("list:".length())).map(CommaList::new);
    }
    if (text.contains("|")) {
      return Optional.of(new Choice(List.of(text.split("\\|"))));
    }
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String parameter = colon < 0 ? "" : text.substring(colon + 1);
    return switch (name) {
      case "int", "port", "pid", "duration" -> Amount.named(text, name, parameter);
      case "url" -> UrlType.named(colon < 0 ? UrlType.ALL : parameter);
      case "letters" ->
          Optional.of(parameter).filter(p -> p.matches("[A-Za-z]+")).map(Letters::new);
      default -> colon < 0 ? plain(name) : Optional.empty();
    };
  }

  private static Optional<ValueType> plain(String name) {
    return Stream.<ValueType>of(Named.values())
        .filter(type -> type.notation().equals("<" + name + ">"))
        .findFirst();
  }

  /** {@code text} quoted for a message. */
  static String quoted(String text) {
    return "'" + QuotedText.of(RawText.printable(text)) + "'";
  }

  /**
   * Columns of ps(1) and top(1) that are there to see for who may not trace. Of the others they say
   * 0 or - for each process, and not why: they take the right to ptrace(2) it, or a library that is
   * not found here.
   */
  final class ProcessColumns {
    static final String DESCRIPTION =
        "columns of ps in small letters, but none that takes the right to trace, as wchan, exe, pss, rbytes"
            + " or netns: strace, lsof, pmap -X, pidstat -d and lsns show such";

    private static final String ONE =
        "(?!(n?wchan|wname|exe|environ|fds|[pu]ss|ht(prv|shr)|numa|stackp|(m_)?[dt]rs|trss|[dt]siz|(start|end)_(code|stack)|[rw](bytes|chars|ops)"
            + "|wcbytes|(cgroup|ipc|mnt|net|pid|time|user|uts)ns)(?![a-z0-9_]))[a-z%_][a-z0-9_%]*";

    static final String SHOWN = "ONE(,ONE){0,31}".replace("ONE", ONE + "(:[0-9]{1,3})?=?");

    static final String SORTED = "ONE(,ONE){0,15}".replace("ONE", "[-+]?" + ONE);

    static final String KEYS =
        "KEY(,KEY){0,15}"
            .replace(
                "KEY",
                "[-+]?(?!(WCHAN|ENVIRON|EXE|NU|RSS|[PU]SS|PS(an|fd|sh)|io[RW](op)?|ns[A-Z]+)(,|$))[A-Za-z%][A-Za-z0-9_%-]*");

    private ProcessColumns() {}
  }

  /**
   * A bundle of letters without a dash, as ps(1) takes them: {@code <letters:afux>}.
   *
   * @param set the letters
   */
  record Letters(String set) implements ValueType {
    private static final int MOST = 16;

    @Override
    public boolean accepts(String text) {
      return !text.isEmpty()
          && text.length() <= MOST
          && text.chars().allMatch(letter -> set.indexOf(letter) >= 0);
    }

    @Override
    public String description() {
      return "some of the letters " + set;
    }

    @Override
    public String notation() {
      return "<letters:" + set + ">";
    }
  }
}
