package dev.dbg.toml;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The position of each key and each table header of a TOML document.
 *
 * <p>Jackson reads TOML into a tree without positions. This class scans text that Jackson has
 * already found well-formed, so it only has to distinguish keys from values. A key in an inline
 * table has the position of the key that holds the table.
 *
 * <p>Not safe for use by several threads.
 *
 * <p>Paths are written {@code rule[0].who}: the index counts the headers of an array of tables.
 */
final class KeyPositions {
  private static final String STRING = "\"(?:[^\"\\\\]|\\\\.)*+\"|'[^']*+'";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]++|" + STRING);

  /** A table header, or a key with its equals sign, after blanks and comments. */
  private static final Pattern HEADER_OR_KEY =
      Pattern.compile(
          "(?:\\s|#[^\n]*+)*+(\\[{0,2}+)((?:%s|[ \t.])++)(?:=|]{1,2}+)".formatted(NAME));

  /** A part of a value: a string, a comment, or characters that are neither. */
  private static final Pattern PART =
      Pattern.compile(
          "(?s)\"\"\"(?:[^\"\\\\]|\\\\.|\"{1,2}(?!\"))*+\"{3,5}+|'''(?:[^']|'{1,2}(?!'))*+'{3,5}+|"
              + STRING
              + "|#[^\n]*+|[^\"'#\\[\\]{}\n]++|.");

  private final String text;

  /** Null until a position is asked for: most documents have no mistake. */
  private @Nullable Map<String, Position> positions;

  KeyPositions(String text) {
    this.text = text;
  }

  /** The position of the key or table at {@code path}; null if there is none. */
  @Nullable Position at(String path) {
    if (positions == null) {
      positions = of(text);
    }
    return positions.get(path);
  }

  private static Map<String, Position> of(String text) {
    Position.Places places = new Position.Places(text);
    Map<String, Position> positions = new HashMap<>();
    Map<String, Integer> headerCounts = new HashMap<>();
    Matcher found = HEADER_OR_KEY.matcher(text);
    String table = "";
    for (int at = 0; found.region(at, text.length()).lookingAt(); ) {
      List<String> names =
          NAME.matcher(found.group(2))
              .results()
              .map(MatchResult::group)
              .map(name -> name.matches("[\"'].*") ? name.substring(1, name.length() - 1) : name)
              .toList();
      int brackets = found.group(1).length();
      String path;
      if (brackets == 0) {
        path = join(table, String.join(".", names));
        at = endOfValue(text, found.end());
      } else {
        path = header(names, brackets == 2, headerCounts);
        table = path;
        at = found.end();
      }
      positions.putIfAbsent(path, places.at(found.start(1)));
    }
    return positions;
  }

  private static String header(List<String> names, boolean isArray, Map<String, Integer> counts) {
    String path = "";
    for (int i = 0; i < names.size(); i++) {
      path = join(path, names.get(i));
      if (isArray && i == names.size() - 1) {
        counts.merge(path, 1, Integer::sum);
      }
      if (counts.containsKey(path)) {
        path += "[" + (counts.get(path) - 1) + "]";
      }
    }
    return path;
  }

  /** The position after the value: after the first newline outside strings and brackets. */
  private static int endOfValue(String text, int start) {
    Matcher part = PART.matcher(text).region(start, text.length());
    int depth = 0;
    while (part.find()) {
      switch (text.charAt(part.start())) {
        case '[', '{' -> depth++;
        case ']', '}' -> depth--;
        case '\n' -> {
          if (depth == 0) {
            return part.end();
          }
        }
        default -> {}
      }
    }
    return text.length();
  }

  private static String join(String table, String key) {
    return table.isEmpty() ? key : table + "." + key;
  }
}
