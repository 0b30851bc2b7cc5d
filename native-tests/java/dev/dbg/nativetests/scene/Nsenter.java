package dev.dbg.nativetests.scene;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The oracle: nsenter(1) as root, which is what dbg replaces. */
public final class Nsenter {
  private Nsenter() {}

  /**
   * Runs it.
   *
   * @param words its options, the tool, and the tool's arguments
   */
  public static Ran nsenter(Target target, String... words) {
    return Command.of(line(target, words)).run();
  }

  /** Runs it at a terminal. */
  public static Ran nsenterAtTerminal(Target target, String... words) {
    String line = String.join(" ", line(target, words));
    return Command.of("script", "-qefc", line, "/dev/null").run();
  }

  private static List<String> line(Target target, String... words) {
    List<String> whole = new ArrayList<>(List.of("nsenter", "-t", Long.toString(target.pid())));
    for (String word : words) {
      whole.add(isOurs(word) ? World.get().program(word).toString() : word);
    }
    return whole;
  }

  private static boolean isOurs(String word) {
    return Stream.of("look", "attempt", "act").anyMatch(word::equals);
  }
}
