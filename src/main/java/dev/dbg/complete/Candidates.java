package dev.dbg.complete;

import dev.dbg.model.RawText;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The words that could be typed next, each with a few words about it. Only those that begin with
 * what has been typed are kept. A word with characters that a terminal would obey is left out: it
 * may be a container's. For one thread.
 */
final class Candidates {
  /** Begins the lines that are not candidates themselves. */
  private static final String MARK = "@";

  /** Names of files of the container, which the shell's side lists with ls(1), on record. */
  private static final String PATHS = MARK + "path";

  /** Names of interfaces of the container, which it lists with ip(8). */
  private static final String INTERFACES = MARK + "interface";

  private final String typed;
  private final Map<String, String> words = new TreeMap<>();

  Candidates(String typed) {
    this.typed = typed;
  }

  boolean isEmpty() {
    return words.isEmpty();
  }

  /** The word, as far as it has been typed. */
  String typed() {
    return typed;
  }

  void add(String word, String about) {
    if (word.startsWith(typed) && !word.startsWith(MARK) && RawText.printable(word).equals(word)) {
      words.putIfAbsent(word, about);
    }
  }

  void add(String word) {
    add(word, "");
  }

  void addPaths() {
    words.put(PATHS, "");
  }

  void addInterfaces() {
    words.put(INTERFACES, "");
  }

  /** Prints a line for each: the word, and after a tab what it is. */
  void print(Consumer<String> out) {
    words.forEach(
        (word, about) ->
            out.accept(word + (about.isEmpty() ? "" : "\t" + RawText.printable(about)) + "\n"));
  }
}
