package dev.dbg.tools.value;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Addresses and names of hosts, by their form. Stricter than inet_aton(3): {@code 1}, {@code
 * 0x7f.1} and {@code 010.0.0.1} are addresses to some programs and names to others, so they are
 * neither.
 */
final class Addresses {
  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
  private static final Pattern GROUP = Pattern.compile("[0-9A-Fa-f]{1,4}");
  private static final Pattern NETWORK = Pattern.compile("([^/]+)(/(0|[1-9][0-9]{0,2}))?");
  private static final Pattern LABEL =
      Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9A-Fa-f]*");
  private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");
  private static final int GROUPS = 8;
  private static final int LONGEST_NAME = 253;

  private Addresses() {}

  static boolean isAddress(String text) {
    return isV4(text) || isV6(text);
  }

  /** An address, or one with a prefix length that fits it. */
  static boolean isNetwork(String text) {
    Matcher matcher = NETWORK.matcher(text);
    if (!matcher.matches() || !isAddress(matcher.group(1))) {
      return false;
    }
    String length = matcher.group(3);
    return length == null || Integer.parseInt(length) <= (isV4(matcher.group(1)) ? 32 : 128);
  }

  /** An address, or a name of letters, digits, dashes and underscores. */
  static boolean isHost(String text) {
    return isAddress(text) || isName(text);
  }

  /** {@code HOST:PORT}; an IPv6 address is in brackets. */
  static boolean isEndpoint(String text) {
    int colon = text.lastIndexOf(':');
    return colon > 0
        && isUrlHost(text.substring(0, colon))
        && PORT.matcher(text.substring(colon + 1)).matches()
        && Integer.parseInt(text.substring(colon + 1)) <= 65_535;
  }

  /** A host in a URL: an IPv6 address is in brackets. */
  static boolean isUrlHost(String text) {
    boolean inBrackets = text.startsWith("[") && text.endsWith("]");
    return inBrackets ? isV6(text.substring(1, text.length() - 1)) : isV4(text) || isName(text);
  }

  static boolean isV4(String text) {
    return V4.matcher(text).matches();
  }

  private static boolean isV6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text) == GROUPS;
    }
    if (text.indexOf("::", gap + 1) >= 0) {
      return false;
    }
    String before = text.substring(0, gap);
    String after = text.substring(gap + 2);
    int left = before.isEmpty() ? 0 : groups(before);
    int right = after.isEmpty() ? 0 : groups(after);
    return left >= 0 && right >= 0 && left + right < GROUPS && !before.contains(".");
  }

  /** Counts groups of 16 bits; the last two may be IPv4. Returns -1 for other text. */
  private static int groups(String text) {
    List<String> parts = List.of(text.split(":", -1));
    int count = 0;
    for (int i = 0; i < parts.size(); i++) {
      if (GROUP.matcher(parts.get(i)).matches()) {
        count++;
      } else if (i == parts.size() - 1 && isV4(parts.get(i))) {
        count += 2;
      } else {
        return -1;
      }
    }
    return count;
  }

  static boolean isName(String text) {
    String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      return false;
    }
    List<String> labels = List.of(name.split("\\.", -1));
    return labels.stream().allMatch(label -> LABEL.matcher(label).matches())
        && !NUMBER.matcher(labels.get(labels.size() - 1)).matches();
  }

  /** The bytes of an address: 4 or 16. */
  static List<Byte> bytes(String address) {
    List<Byte> bytes = new ArrayList<>();
    int gap = address.indexOf("::");
    if (gap < 0) {
      addBytes(bytes, address);
      return bytes;
    }
    addBytes(bytes, address.substring(0, gap));
    List<Byte> after = new ArrayList<>();
    addBytes(after, address.substring(gap + 2));
    bytes.addAll(Collections.nCopies(2 * GROUPS - bytes.size() - after.size(), (byte) 0));
    bytes.addAll(after);
    return bytes;
  }

  private static void addBytes(List<Byte> bytes, String groups) {
    for (String group : groups.isEmpty() ? List.<String>of() : List.of(groups.split(":", -1))) {
      if (group.contains(".")) {
        for (String octet : List.of(group.split("\\.", -1))) {
          bytes.add((byte) Integer.parseInt(octet));
        }
      } else {
        int value = Integer.parseInt(group, 16);
        bytes.add((byte) (value >> 8));
        bytes.add((byte) value);
      }
    }
  }
}
