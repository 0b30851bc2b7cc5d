package dev.dbg.tools.argument;

import dev.dbg.tools.value.ShownValue;
import dev.dbg.tools.value.ValueType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command line as it may be shown and recorded. The values of secret options and the credentials
 * of a URL are hidden. If the tool has secret options, words that could not be parsed are hidden
 * too: one may be the secret value of a misspelt option.
 */
public final class Redaction {
  /** Replaces hidden text. */
  public static final String HIDDEN = "***";

  /**
   * {@code SCHEME://USER:PASSWORD@}, or without the scheme, in a word of a line that is not
   * understood. What ends the host ends them, or a URL could hide its host behind an {@code @}; but
   * where a port would have to follow and none does, it is the password that holds the {@code #} or
   * {@code ?}.
   */
  private static final Pattern CREDENTIALS =
      Pattern.compile(
          "(?<=://)(?<=[A-Za-z][A-Za-z0-9+.-]{0,30}://)([^/?#]*|[^/?#@:\\[]*:(?![0-9]*[?#])[^/]*)@"
              + "|^[^/@?#:]+:[^/?#]*@");

  /**
   * No line has more options and operands: the record of a session, which has each of them as typed
   * and as run, would be too long. So a line that cannot be recorded takes little time and memory.
   */
  static final int MOST = 2000;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_./+-]{1,64}");

  /** With a scheme, a numeric port, a path, or the name of this host. */
  private static final Pattern PLAIN_ADDRESS =
      Pattern.compile(
          "[a-z]+://[^\\s@]+|[A-Za-z0-9._-]+:[0-9]{1,5}([/?#][^\\s@]*)?"
              + "|[A-Za-z0-9._-]+[/?#][^\\s@:]*|localhost");

  private final List<String> typed;
  private final boolean careful;
  private final List<String> shown;
  private int read;

  Redaction(List<String> typed, boolean careful) {
    this.typed = typed;
    this.careful = careful;
    this.shown =
        careful
            ? new ArrayList<>(Collections.nCopies(typed.size(), HIDDEN))
            : new ArrayList<>(typed.stream().map(Redaction::withoutPasswords).toList());
  }

  /**
   * {@code word}, whose meaning is not known, without the user and password of a URL. Nothing that
   * is carried out is shown so: see {@link #ofValue}.
   */
  public static String withoutPasswords(String word) {
    return word.indexOf('@') < 0 ? word : CREDENTIALS.matcher(word).replaceAll(HIDDEN + "@");
  }

  /** A value that was accepted. A path has no password in it, whatever else it could be. */
  public static String ofValue(String value, Collection<ValueType> types) {
    String shown = value;
    if (types.stream().noneMatch(ValueType::isPath)) {
      for (ValueType type : types) {
        shown = ShownValue.of(shown, type);
      }
    }
    return shown;
  }

  /**
   * A tool's name as it was typed, up to the first character that is in no name: a whole line in
   * quotes is no name either.
   */
  public static String ofName(String word) {
    Matcher name = NAME.matcher(word);
    return name.matches() ? word : name.reset().lookingAt() ? name.group() + HIDDEN : HIDDEN;
  }

  /**
   * Whether the word has the form of a server's address, with which no secret of the form {@code
   * NAME:PASSWORD} or {@code NAME: VALUE} can be confused.
   */
  static boolean isPlainAddress(String word) {
    return PLAIN_ADDRESS.matcher(word).matches();
  }

  /** Before each option and each operand. */
  void requireRoom() throws ArgumentMistake {
    if (++read > MOST) {
      throw new ArgumentMistake(
          "the line is too long to be recorded whole: it has more than %d options and operands: split it into several lines"
              .formatted(MOST));
    }
  }

  void show(int at) {
    shown.set(at, withoutPasswords(typed.get(at)));
  }

  /**
   * Shows a word of which the value that begins at {@code start} was accepted, or was not if there
   * are no types.
   */
  void show(int at, int start, Set<ValueType> types) {
    String word = typed.get(at);
    if (types.isEmpty()) {
      show(at);
    } else {
      shown.set(at, word.substring(0, start) + ofValue(word.substring(start), types));
    }
  }

  /** Hides a word but for its first letters. */
  void hideFrom(int at, int start) {
    shown.set(at, typed.get(at).substring(0, start) + HIDDEN);
  }

  /** An unknown word without its value, if the tool has a secret option. */
  String ofUnknown(int at) {
    String word = typed.get(at);
    if (!careful) {
      show(at);
      return shown.get(at);
    }
    int equals = word.indexOf('=');
    if (equals >= 0) {
      hideFrom(at, equals + 1);
    } else if (word.startsWith("-") && !word.startsWith("--") && word.length() > 2) {
      hideFrom(at, 2);
    } else {
      show(at);
    }
    return shown.get(at);
  }

  List<String> shown() {
    return List.copyOf(shown);
  }
}
