package dev.dbg.tools.value;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A value that was accepted, as it may be recorded. Hidden is the user part of a URL, and nothing
 * that could be anything else: a line could hide there what it does.
 */
public final class ShownValue {
  /**
   * What a URL has of users and passwords, where any text may stand; {@code x=} may precede it, or
   * {@code jdbc:}. A password that is not encoded may have more characters than RFC 3986 lets it,
   * but none by which the text could be more than a URL. Schemes are taken possessively: otherwise
   * each would take a frame of the stack, and a long word all of it.
   */
  private static final Pattern SCHEMED =
      Pattern.compile(
          "^((?:[A-Za-z0-9_.-]+=)?(?:[A-Za-z][A-Za-z0-9+.-]*:)++//)"
              + "(?:[!$-.0-;=@A-Z_a-z~]*|[!$-.0-9;=A-Z_a-z~]*:(?![0-9]*[?#])[!#-.0-;=?@A-Z_a-z~]*)@");

  /** The same where only a URL may stand. */
  private static final Pattern USER = Pattern.compile("^([a-z]+://)?[!$-.0-;=A-Z_a-z~]*@");

  private ShownValue() {}

  public static String of(String value, ValueType type) {
    if (type instanceof ValueType.Prefixed prefixed) {
      int length = prefixed.prefix().length();
      return prefixed.prefix() + of(value.substring(length), prefixed.type());
    }
    if (type instanceof CommaList list) {
      return Arrays.stream(value.split(",", -1))
          .map(one -> of(one, list.type()))
          .collect(Collectors.joining(","));
    }
    boolean isUrl = type instanceof UrlType && type.accepts(value);
    return type.isPath() ? value : (isUrl ? USER : SCHEMED).matcher(value).replaceFirst("$1***@");
  }
}
