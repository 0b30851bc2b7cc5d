package dev.dbg.authorize;

import dev.dbg.grammar.words.ShellWords;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.toml.DidYouMean;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The containers whose names are like a misspelt one. The answer depends only on containers that
 * the operator may enter, whether the misspelt name belongs to another container or to none.
 */
final class SimilarContainers {
  /** A name that is longer is not compared, because that takes time. */
  private static final int LONGEST = 64;

  private static final int SHORTEST_PART = 3;
  private static final int MOST = 3;

  private SimilarContainers() {}

  /**
   * {@code did you mean web-1 or web-2? }, to be put in front of other advice; or nothing.
   *
   * @param enterable running containers that the operator may enter
   */
  static String question(TargetName typed, List<Target> enterable) {
    String name = typed.container();
    if (name.length() > LONGEST) {
      return "";
    }
    Map<String, List<Target>> byName =
        enterable.stream()
            .filter(target -> !target.name().equals(name))
            .collect(Collectors.groupingBy(Target::name));
    List<String> near =
        Stream.concat(
                DidYouMean.of(name, byName.keySet()),
                byName.keySet().stream().sorted().filter(other -> isPart(name, other)))
            .distinct()
            .flatMap(other -> byName.getOrDefault(other, List.of()).stream())
            .map(target -> asTyped(target, typed, byName))
            .limit(MOST)
            .toList();
    return near.isEmpty() ? "" : "did you mean %s? ".formatted(alternatives(near));
  }

  private static boolean isPart(String typed, String name) {
    return typed.length() >= SHORTEST_PART && name.contains(typed);
  }

  private static String asTyped(Target target, TargetName typed, Map<String, List<Target>> all) {
    boolean isUnique = all.getOrDefault(target.name(), List.of()).size() == 1;
    return ShellWords.quoted(
        typed.scheme().isEmpty() && isUnique ? target.name() : target.address());
  }

  /** {@code a}, {@code a or b}, {@code a, b or c}. */
  static String alternatives(List<String> words) {
    int last = words.size() - 1;
    return last < 1
        ? String.join("", words)
        : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }
}
