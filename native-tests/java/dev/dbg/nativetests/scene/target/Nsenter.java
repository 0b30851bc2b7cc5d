package dev.dbg.nativetests.scene.target;

import dev.dbg.nativetests.scene.machine.Batch;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The oracle: nsenter(1) as root, which is what dbg replaces. */
public final class Nsenter {
  private Nsenter() {}

  /**
   * Runs nsenter in a target.
   *
   * @param words options of nsenter, the tool, and the tool's arguments
   */
  public static Ran nsenter(Target target, String... words) {
    return Command.of(whole(target.pid(), List.of(words))).run();
  }

  /**
   * Asserts that a tool run by dbg sees what nsenter shows, for output that changes by itself, such
   * as counters: repeated until nsenter has shown the same before and after the tool.
   *
   * @param seen runs the tool
   */
  public static Ran seenMeanwhile(Supplier<Ran> seen, Target target, String... words) {
    var steady = new AtomicReference<Ran>();
    Patience.until(
        "nsenter shows twice the same",
        () -> {
          Ran before = nsenter(target, words);
          Ran meanwhile = seen.get();
          if (nsenter(target, words).out().equals(before.out())) {
            steady.set(meanwhile.sees(before));
          }
          return steady.get() != null;
        },
        List.of(words));
    return steady.get();
  }

  /** Runs nsenter with each of these lines, several at once; returns the results in that order. */
  public static List<Ran> nsenterAll(int atOnce, Target target, List<String> lines) {
    long pid = target.pid();
    return Batch.run(
        Command::of,
        atOnce,
        lines.stream().map(line -> whole(pid, List.of(line.split(" ")))).toList());
  }

  /** Runs nsenter at a terminal. */
  public static Ran nsenterAtTerminal(Target target, String... words) {
    String line = String.join(" ", whole(target.pid(), List.of(words)));
    return Command.of("script", "-qefc", line, "/dev/null").run();
  }

  /** Without options there is nothing to join: the tool runs as root on the host. */
  private static List<String> whole(long pid, List<String> words) {
    List<String> whole = new ArrayList<>();
    if (words.get(0).startsWith("-")) {
      whole.addAll(List.of("nsenter", "-t", Long.toString(pid)));
    }
    for (String word : words) {
      whole.add(isOurs(word) ? World.get().program(word).toString() : word);
    }
    return whole;
  }

  private static boolean isOurs(String word) {
    return Stream.of("look", "attempt", "act").anyMatch(word::equals);
  }
}
