package dev.dbg.complete;

import dev.dbg.model.Image;
import dev.dbg.model.RawText;
import dev.dbg.model.Target;
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

  /** Others, such as who makes images, choose how many there are. */
  static final int MOST = 1000;

  private final String typed;
  private final String target;
  private final TreeMap<String, String> words = new TreeMap<>();

  /** Who completes a line lists files and interfaces in the target, which is named beside those. */
  Candidates(String typed, String target) {
    this.typed = typed;
    this.target = target;
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
    if (words.size() > MOST) {
      // The last one stays, so that a shell inserts no more than what all of them begin with.
      words.remove(words.lowerKey(words.lastKey()));
    }
  }

  void add(String word) {
    add(word, "");
  }

  /** Adds an image by each of its names, or by its id if it has none. */
  void addImage(Target image) {
    add(image.address(), "an image");
    image.image().names().forEach(name -> add(Image.SCHEME + "://" + name, "an image"));
  }

  void addPaths() {
    words.put(PATHS, target);
  }

  void addInterfaces() {
    words.put(INTERFACES, target);
  }

  /** Prints a line for each: the word, and after a tab what it is. */
  void print(Consumer<String> out) {
    words.forEach(
        (word, about) ->
            out.accept(word + (about.isEmpty() ? "" : "\t" + RawText.printable(about)) + "\n"));
  }
}
