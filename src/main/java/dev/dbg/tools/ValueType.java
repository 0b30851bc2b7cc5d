package dev.dbg.tools;

import dev.dbg.model.RawText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an option's value or an operand may be: {@code <port>}, {@code <int>}, or a choice of words
 * such as {@code <inet|inet6>}. No type admits a leading dash, an empty word or a control
 * character.
 */
sealed interface ValueType {
  /** Whether {@code text} is of the type. */
  boolean accepts(String text);

  /** The type for people: what would be accepted. */
  String description();

  /** The types that have names. */
  enum Named implements ValueType {
    INT("a whole number", "0|[1-9][0-9]{0,8}"),
    PORT("a port from 0 to 65535", "0|[1-9][0-9]{0,4}") {
      @Override
      public boolean accepts(String text) {
        return super.accepts(text) && Integer.parseInt(text) <= 65535;
      }
    },
    PID("a process id", "[1-9][0-9]{0,8}"),
    INTERFACE("a network interface", "[A-Za-z0-9_][A-Za-z0-9_.@:-]{0,14}"),
    ADDRESS("an IP address or network", "[0-9A-Fa-f:.]{2,45}(/[0-9]{1,3})?"),
    HOSTNAME("a host's name or address", "[A-Za-z0-9_:]([A-Za-z0-9_.:-]{0,252})"),
    FILTER(
        "a word of a filter", "[A-Za-z0-9_=<>!()&|*:\\[][A-Za-z0-9_.:/=<>!()&|*%,\\[\\]-]{0,199}"),
    PATH("an absolute path", "/\\P{Cc}{0,4094}"),
    TEXT("a text", "[^-\\p{Cc}]\\P{Cc}{0,4094}");

    private final String description;
    private final Pattern form;

    Named(String description, String form) {
      this.description = description;
      this.form = Pattern.compile(form);
    }

    @Override
    public boolean accepts(String text) {
      return form.matcher(text).matches();
    }

    @Override
    public String description() {
      return description;
    }
  }

  /** One of some words. */
  record Choice(List<String> words) implements ValueType {
    @Override
    public boolean accepts(String text) {
      return words.contains(text);
    }

    @Override
    public String description() {
      return words.size() == 1 ? "'" + words.get(0) + "'" : "one of " + String.join(", ", words);
    }
  }

  /** The type written {@code text} between angle brackets; empty if there is none. */
  static Optional<ValueType> named(String text) {
    if (text.contains("|")) {
      return Optional.of(new Choice(List.of(text.split("\\|"))));
    }
    for (Named type : Named.values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(text)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** {@code text} quoted for a message. */
  static String quoted(String text) {
    return "'" + RawText.printable(text) + "'";
  }
}
