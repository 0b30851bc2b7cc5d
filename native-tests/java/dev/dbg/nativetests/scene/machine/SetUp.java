package dev.dbg.nativetests.scene.machine;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The functions of {@code src/setup}, by which engines of the tests' own are started. */
public final class SetUp {
  private static final List<String> SHARED = List.of("steps", "process", "machine");

  private final String sources;

  private SetUp(String sources) {
    this.sources = sources;
  }

  /** With the functions of a file, named without its ending. */
  public static SetUp of(String file) {
    return new SetUp(
        Stream.concat(SHARED.stream(), Stream.of(file))
            .map("source src/setup/%s.sh; "::formatted)
            .collect(Collectors.joining()));
  }

  /** Runs a line of bash, in which {@code $0} is this directory. */
  public void does(String line, Path directory) {
    String log = "steps_log_to " + World.get().file("engine-log") + "; ";
    String _ =
        Command.must(
            "bash", "-c", "set -euo pipefail; " + sources + log + line, directory.toString());
  }
}
