package dev.dbg.toml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each key of a TOML document stands.
 *
 * <p>Jackson reads TOML into a tree and forgets where things stood; a person mending a file needs
 * to know. This walks text that Jackson has already found well-formed, so it only has to tell keys
 * from values: it knows table headers, dotted keys, and how to skip strings, comments and nested
 * brackets. Keys inside inline tables take the place of the key that holds them.
 *
 * <p>Paths are written {@code rule[0].who}: an array of tables counts its headers.
 */
final class KeyPositions {
  private final String text;
  private final Position.Places places;
  private final Map<String, Position> positions = new HashMap<>();
  private final Map<String, Integer> arrayCounts = new HashMap<>();
  private int at;

  private KeyPositions(String text) {
    this.text = text;
    this.places = new Position.Places(text);
  }

  static Map<String, Position> of(String text) {
    KeyPositions walk = new KeyPositions(text);
    walk.document();
    return walk.positions;
  }

  private void document() {
    String table = "";
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        skipLine();
      } else if (c == '[') {
        table = header();
      } else if (Character.isWhitespace(c)) {
        at++;
      } else {
        int start = at;
        String path = join(table, key('='));
        positions.putIfAbsent(path, places.at(start));
        at++;
        skipValue();
      }
    }
  }

  private String header() {
    int start = at;
    boolean array = text.startsWith("[[", at);
    at += array ? 2 : 1;
    List<String> parts = key(']');
    skipLine();
    String path = "";
    for (int i = 0; i < parts.size(); i++) {
      path = path.isEmpty() ? parts.get(i) : path + "." + parts.get(i);
      boolean last = i == parts.size() - 1;
      if (array && last) {
        int index = arrayCounts.merge(path, 1, Integer::sum) - 1;
        path += "[" + index + "]";
      } else if (arrayCounts.containsKey(path)) {
        path += "[" + (arrayCounts.get(path) - 1) + "]";
      }
    }
    positions.putIfAbsent(path, places.at(start));
    return path;
  }

  /** The parts of a dotted key, up to but without {@code end}. */
  private List<String> key(char end) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    while (at < text.length() && text.charAt(at) != end) {
      char c = text.charAt(at);
      if (c == '"' || c == '\'') {
        int start = at;
        skipString();
        part.append(text, start + 1, at - 1);
        continue;
      }
      if (c == '.') {
        parts.add(part.toString());
        part.setLength(0);
      } else if (!Character.isWhitespace(c)) {
        part.append(c);
      }
      at++;
    }
    parts.add(part.toString());
    return parts;
  }

  private void skipValue() {
    int depth = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"' || c == '\'') {
        skipString();
        continue;
      }
      if (c == '#') {
        skipLine();
        continue;
      }
      if (c == '\n' && depth == 0) {
        return;
      }
      if (c == '[' || c == '{') {
        depth++;
      } else if (c == ']' || c == '}') {
        depth--;
      }
      at++;
    }
  }

  private void skipString() {
    char quote = text.charAt(at);
    String triple = String.valueOf(quote).repeat(3);
    String close = text.startsWith(triple, at) ? triple : String.valueOf(quote);
    at += close.length();
    while (at < text.length() && !text.startsWith(close, at)) {
      at += quote == '"' && text.charAt(at) == '\\' ? 2 : 1;
    }
    at = Math.min(at + close.length(), text.length());
    // Up to two quotes before the closing three belong to the text: the last three are the close.
    while (close.length() == 3 && at < text.length() && text.charAt(at) == quote) {
      at++;
    }
  }

  private void skipLine() {
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end;
  }

  private static String join(String table, List<String> key) {
    String dotted = String.join(".", key);
    return table.isEmpty() ? dotted : table + "." + dotted;
  }
}
