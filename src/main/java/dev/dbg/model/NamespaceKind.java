package dev.dbg.model;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The eight kinds of namespace, namespaces(7), with the word an operator types, nsenter(1)'s letter
 * for it, its name under {@code /proc/PID/ns} and its clone(2) flag.
 *
 * <p>{@link #joinedBy} says what joins it: a thread of the JVM, or the single-threaded helper.
 * setns(2) refuses user and time to a multi-threaded process. A process that shares the JVM's
 * memory must not join a container's pid (compare CVE-2016-9962). Files in mnt may hang the process
 * that opens them, and only the helper can be killed.
 */
public enum NamespaceKind {
  NET("net", 'n', 0x4000_0000, Joiner.THREAD),
  MNT("mnt", 'm', 0x0002_0000, Joiner.HELPER),
  PID("pid", 'p', 0x2000_0000, Joiner.HELPER),
  IPC("ipc", 'i', 0x0800_0000, Joiner.THREAD),
  UTS("uts", 'u', 0x0400_0000, Joiner.THREAD),
  USER("user", 'U', 0x1000_0000, Joiner.HELPER),
  CGROUP("cgroup", 'C', 0x0200_0000, Joiner.THREAD),
  TIME("time", 'T', 0x0000_0080, Joiner.HELPER);

  public enum Joiner {
    THREAD,
    HELPER
  }

  private final String word;
  private final char letter;
  private final int cloneFlag;
  private final Joiner joinedBy;

  NamespaceKind(String word, char letter, int cloneFlag, Joiner joinedBy) {
    this.word = word;
    this.letter = letter;
    this.cloneFlag = cloneFlag;
    this.joinedBy = joinedBy;
  }

  /** The word an operator types and the file below {@code /proc/PID/ns}. */
  public String word() {
    return word;
  }

  /** The CLONE_NEW… bit that setns(2) and unshare(2) take. */
  public int cloneFlag() {
    return cloneFlag;
  }

  public Joiner joinedBy() {
    return joinedBy;
  }

  @Override
  public String toString() {
    return word;
  }

  private boolean isNamed(String text) {
    return text.equals(word) || text.equals(String.valueOf(letter));
  }

  /** Whether it is a kind's word or nsenter(1)'s letter. */
  public static boolean isOne(String text) {
    return Arrays.stream(values()).anyMatch(kind -> kind.isNamed(text));
  }

  /** The kind for a word or nsenter(1)'s letter. */
  public static NamespaceKind of(String text) {
    for (NamespaceKind kind : values()) {
      if (kind.isNamed(text)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "unknown namespace '%s': one or more of %s, or all"
            .formatted(
                QuotedText.of(RawText.printable(text)), words(EnumSet.allOf(NamespaceKind.class))));
  }

  /**
   * A selection as typed: kinds separated by commas, or {@code all}.
   *
   * @throws IllegalArgumentException with a message for the operator
   */
  public static Set<NamespaceKind> selection(String text) {
    if (text.equals("all")) {
      return EnumSet.allOf(NamespaceKind.class);
    }
    Set<NamespaceKind> selected = EnumSet.noneOf(NamespaceKind.class);
    for (String word : text.split(",", -1)) {
      if (!selected.add(of(word))) {
        throw new IllegalArgumentException(
            "namespace '%s' is named twice".formatted(QuotedText.of(word)));
      }
    }
    return selected;
  }

  /** A set of these kinds that can be changed. */
  public static Set<NamespaceKind> setOf(Collection<NamespaceKind> kinds) {
    Set<NamespaceKind> set = EnumSet.noneOf(NamespaceKind.class);
    set.addAll(kinds);
    return set;
  }

  /** The words of all kinds, in the order of this table. */
  public static List<String> allWords() {
    return Arrays.stream(values()).map(NamespaceKind::word).toList();
  }

  /** {@code net,uts}: a selection for printing, in the order of this table. */
  public static String words(Set<NamespaceKind> kinds) {
    return Arrays.stream(values())
        .filter(kinds::contains)
        .map(NamespaceKind::word)
        .collect(Collectors.joining(","));
  }
}
