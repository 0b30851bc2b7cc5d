package dev.dbg.nativetests.scene.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Many command lines, several at once, started by one shell: starting a Java process for each would
 * take longer than the command. A death by signal N appears as in a shell, as exit status 128 + N.
 */
public final class Batch {
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private Batch() {}

  /**
   * Runs all lines.
   *
   * @param as makes a command of words that runs as the intended user
   * @param lines words without line breaks
   */
  public static List<Ran> run(
      Function<List<String>, Command> as, int atOnce, List<? extends List<String>> lines) {
    Path results = World.get().file("batch");
    Path list = World.get().file("lines");
    try {
      Files.createDirectories(results);
      Files.setPosixFilePermissions(results, PosixFilePermissions.fromString("rwxrwxrwx"));
      Files.writeString(list, numbered(lines), StandardCharsets.UTF_8);
      // The line starts with its number; the command follows.
      String one =
          "n=$0; \"$@\" </dev/null >%1$s/$n.out 2>%1$s/$n.err; echo exited $? >%1$s/$n.end"
              .formatted(results);
      Ran _ =
          as.apply(List.of("xargs", "-P" + atOnce, "-L1", "sh", "-c", one))
              .reading(Redirect.from(list.toFile()))
              .start()
              .endsWithin(PATIENCE)
              .exits(0);
      List<Ran> all = new ArrayList<>();
      for (int i = 0; i < lines.size(); i++) {
        all.add(result(lines.get(i), results, i));
      }
      String _ = Command.must("rm", "-r", results.toString(), list.toString());
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String numbered(List<? extends List<String>> lines) {
    return IntStream.range(0, lines.size())
        .mapToObj(i -> i + lines.get(i).stream().map(Batch::quoted).collect(Collectors.joining()))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  /** Quotes a word for xargs(1); a blank at the end of a line would join it with the next line. */
  private static String quoted(String word) {
    return word.contains("\"")
        ? " " + word.replaceAll("[\\s\"'\\\\]", "\\\\$0")
        : " \"" + word + "\"";
  }

  private static Ran result(List<String> words, Path results, int number) throws IOException {
    return new Ran(
        words,
        End.of(Files.readAllLines(results.resolve(number + ".end"))),
        Files.readAllBytes(results.resolve(number + ".out")),
        new String(Files.readAllBytes(results.resolve(number + ".err")), StandardCharsets.UTF_8),
        List.of());
  }
}
