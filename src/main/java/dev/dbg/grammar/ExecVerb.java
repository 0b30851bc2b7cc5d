package dev.dbg.grammar;

import dev.dbg.model.Durations;
import dev.dbg.model.Shortened;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** {@code dbg [OPTION...] TARGET NS [--] TOOL [ARG...]}, with or without the word exec. */
@Command(
    name = "exec",
    description = "Run a host's tool in namespaces of a container.",
    customSynopsis =
        "dbg [exec] [-t] [-u UID[:GID]] [-w DIR] [--reason TEXT] [--timeout DUR] [--record] TARGET [NS[,NS...]] [--] TOOL [ARG...]")
final class ExecVerb implements Verb {
  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  @Nullable String reason;

  @Option(
      names = "--timeout",
      paramLabel = "DUR",
      description = "End the tool after this long: 90s, 5m, 1h.")
  @Nullable String timeout;

  @Option(names = "-t", description = "Give the tool a terminal of its own.")
  boolean terminal;

  @Option(
      names = "-u",
      paramLabel = "UID[:GID]",
      description = "Run the tool as this user of the container, by number.")
  @Nullable String user;

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "DIR",
      description = "The tool's working directory in the container.")
  @Nullable String directory;

  @Option(names = "--record", description = "Keep what the tool writes: dbg audit replay.")
  boolean record;

  @Override
  public Invocation invocation(ParseResult parsed) throws UsageMistake {
    return new Invocation.Exec(
        CommandWords.line(parsed.unmatched(), user, directory),
        terminal,
        record,
        Optional.ofNullable(reason),
        timeout(timeout));
  }

  static Optional<Duration> timeout(@Nullable String timeout) throws UsageMistake {
    if (timeout == null) {
      return Optional.empty();
    }
    Optional<Duration> parsed = Durations.parse(timeout);
    if (parsed.isEmpty()) {
      throw new UsageMistake(
          "'%s' is not a length of time: %s".formatted(Shortened.of(timeout), Durations.FORM));
    }
    return parsed;
  }
}
