package dev.dbg.tools.value;

import dev.dbg.model.Glob;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern for hosts: an address or a network, which matches no name, or a name, which matches no
 * address. {@code 10.*} is the network 10.0.0.0/8 and does not match {@code 10.evil.example}.
 */
final class HostPattern {
  /** The accepted forms, for people. */
  static final String ADDRESS_FORM =
      "an address or a network, as 10.0.0.0/8, 10.* or 2001:db8::/32";

  /** The accepted forms if names are accepted too, for people. */
  static final String FORM = ADDRESS_FORM + ", or a name, as db-*.example.org or *.example.org";

  private HostPattern() {}

  /**
   * Parses {@code text}; the values are hosts, without brackets, and networks.
   *
   * @param names whether names are accepted
   */
  static Optional<ValuePattern> of(String text, boolean names) {
    if (ValuePattern.isAll(text)) {
      return Optional.of(host -> true);
    }
    Optional<ValuePattern> network = Network.of(text).or(() -> ofV4(text));
    return network.isPresent() || !names ? network : DomainName.of(text);
  }

  /** All addresses of one family whose first bits are the same. */
  private record Network(List<Byte> first, int length) implements ValuePattern {
    private static final Pattern WHOLE_OCTETS = Pattern.compile("(([0-9]{1,3}\\.){1,3})\\*");

    static Optional<ValuePattern> of(String text) {
      Matcher octets = WHOLE_OCTETS.matcher(text);
      if (octets.matches()) {
        String given = octets.group(1);
        int count = (int) given.chars().filter(c -> c == '.').count();
        return of(given + "0.".repeat(3 - count) + "0/" + 8 * count);
      }
      if (!Addresses.isNetwork(text)) {
        return Optional.empty();
      }
      int slash = text.indexOf('/');
      List<Byte> bytes = Addresses.bytes(slash < 0 ? text : text.substring(0, slash));
      int length =
          slash < 0 ? bytes.size() * 8 : Integer.parseInt(text, slash + 1, text.length(), 10);
      return Optional.of(new Network(bytes, length));
    }

    @Override
    public boolean matches(String host) {
      return of(host)
          .map(
              value ->
                  value instanceof Network network
                      && network.first.size() == first.size()
                      && network.length >= length
                      && hasSameStart(network))
          .orElse(false);
    }

    private boolean hasSameStart(Network other) {
      for (int bit = 0; bit < length; bit++) {
        int mask = 0x80 >> (bit % 8);
        if (((first.get(bit / 8) ^ other.first.get(bit / 8)) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /** Digits, dots and stars: compares the text of IPv4 addresses, which is unique. */
  private static Optional<ValuePattern> ofV4(String text) {
    Glob glob = new Glob(text);
    return text.matches("[0-9.*]*[0-9][0-9.*]*") && text.contains("*")
        ? Optional.of(host -> Addresses.isV4(host) && glob.matches(host))
        : Optional.empty();
  }

  /**
   * A name, label by label. A {@code *} stays within its label; a first label {@code *} matches one
   * label or more.
   */
  private record DomainName(List<Glob> labels, boolean below) implements ValuePattern {
    static Optional<ValuePattern> of(String text) {
      String name = plain(text);
      if (name.isEmpty() || !Addresses.isName(name.replace('*', 'a'))) {
        return Optional.empty();
      }
      List<String> labels = new ArrayList<>(List.of(name.split("\\.", -1)));
      boolean below = labels.size() > 1 && ValuePattern.isAll(labels.get(0));
      if (below) {
        labels.remove(0);
      }
      return Optional.of(new DomainName(labels.stream().map(Glob::new).toList(), below));
    }

    @Override
    public boolean matches(String host) {
      if (!Addresses.isName(host)) {
        return false;
      }
      List<String> parts = Arrays.asList(plain(host).split("\\.", -1));
      int extra = parts.size() - labels.size();
      if (below ? extra < 1 : extra != 0) {
        return false;
      }
      for (int i = 0; i < labels.size(); i++) {
        if (!labels.get(i).matches(parts.get(extra + i))) {
          return false;
        }
      }
      return true;
    }

    private static String plain(String name) {
      String lower = name.toLowerCase(Locale.ROOT);
      return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
  }
}
