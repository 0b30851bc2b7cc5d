package dev.dbg.nativetests.scene.words;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Kinds of namespace, as an operator types them and as nsenter takes them. */
public record Selection(List<String> kinds) {
  /** All eight kinds, in the order of nsenter's letters for them. */
  public static final List<String> KINDS =
      List.of("net", "mnt", "pid", "ipc", "uts", "user", "cgroup", "time");

  private static final String LETTERS = "nmpiuUCT";

  public Selection {
    kinds = List.copyOf(kinds);
  }

  /** All 255 selections that are not empty. */
  public static List<Selection> all() {
    return IntStream.range(1, 1 << KINDS.size())
        .mapToObj(
            bits ->
                of(
                    IntStream.range(0, KINDS.size())
                        .filter(bit -> (bits >> bit & 1) != 0)
                        .mapToObj(KINDS::get)))
        .toList();
  }

  private static Selection of(Stream<String> kinds) {
    return new Selection(kinds.toList());
  }

  /** Whether all kinds are selected. */
  public boolean hasAll() {
    return KINDS.stream().allMatch(this::has);
  }

  public boolean has(String kind) {
    return kinds.contains(kind);
  }

  public Selection with(String kind) {
    List<String> more = new ArrayList<>(kinds);
    more.add(kind);
    return of(KINDS.stream().filter(more::contains));
  }

  public Selection without(String kind) {
    return of(kinds.stream().filter(other -> !other.equals(kind)));
  }

  /** The form for dbg, such as {@code net,uts}. */
  public String words() {
    return String.join(",", kinds);
  }

  /** The form for nsenter, such as {@code -n -u}. */
  public String options() {
    return kinds.stream()
        .map(kind -> "-" + LETTERS.charAt(KINDS.indexOf(kind)))
        .collect(Collectors.joining(" "));
  }

  @Override
  public String toString() {
    return words();
  }
}
