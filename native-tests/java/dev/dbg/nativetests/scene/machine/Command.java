package dev.dbg.nativetests.scene.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A command line, its standard input and its whole environment. */
public final class Command {
  private static final Path NOTHING = Path.of("/dev/null");

  private final List<String> words;
  private final Redirect input;
  private final Map<String, String> environment;

  private Command(List<String> words, Redirect input, Map<String, String> environment) {
    this.words = List.copyOf(words);
    this.input = input;
    this.environment = Map.copyOf(environment);
  }

  /** A command that runs as root, in the environment that dbgd gives tools. */
  public static Command of(List<String> words) {
    return new Command(
        words,
        Redirect.from(NOTHING.toFile()),
        Map.of("PATH", "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG", "C.UTF-8"));
  }

  public static Command of(String... words) {
    return of(List.of(words));
  }

  /** One that starts dbgd in the end, by the Java of the tests, which has made the cache. */
  public static Command ofDbgd(List<String> words) {
    Command command = of(words);
    Map<String, String> variables = new HashMap<>(command.environment);
    variables.put("JAVA_HOME", System.getProperty("java.home"));
    return command.in(variables);
  }

  public Command reading(Redirect other) {
    return new Command(words, other, environment);
  }

  public Command in(Map<String, String> other) {
    return new Command(words, input, other);
  }

  /** Starts it below {@code observe}, which tells an exit from a death by a signal. */
  public Running start() {
    Path report = World.get().file("report");
    List<String> observed = new ArrayList<>();
    observed.add(World.get().program("observe").toString());
    observed.add(report.toString());
    observed.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(observed).redirectInput(input);
    // Neither / nor a home directory: the working directory must not matter.
    builder.directory(Path.of("/usr").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return new Running(words, builder.start(), report);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Ran run() {
    return start().ends();
  }

  /** Removes a directory, and unmounts what is mounted below it. */
  public static void removes(Path directory) {
    String _ =
        must(
            "sh",
            "-c",
            "grep -o \" $0/[^ ]*\" /proc/self/mountinfo | sort -r | xargs -r -n1 umount -l;"
                + " rm -rf --one-file-system $0",
            directory.toString());
  }

  /** Runs a command of the set-up that must succeed, and returns its standard output, stripped. */
  public static String must(String... words) {
    return must(List.of(words));
  }

  public static String must(List<String> words) {
    try {
      Path complaints = Files.createTempFile("dbgt-", ".err");
      Process process =
          new ProcessBuilder(words)
              .redirectInput(NOTHING.toFile())
              // Engines print warnings there that do no harm here.
              .redirectError(complaints.toFile())
              .start();
      String output = new String(process.getInputStream().readAllBytes(), Text.BYTES);
      int status = process.waitFor();
      String complaint = Files.readString(complaints, Text.BYTES);
      Files.delete(complaints);
      if (status != 0) {
        throw new IllegalStateException(
            "set-up failed with %d: %s: %s%s"
                .formatted(status, String.join(" ", words), output, complaint));
      }
      return output.strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
