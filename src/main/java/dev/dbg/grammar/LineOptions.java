package dev.dbg.grammar;

import dev.dbg.model.Durations;
import dev.dbg.model.Shortened;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of exec. explain takes them as well, so that a line can be repeated as it is. */
final class LineOptions {
  @Option(names = "--reason", paramLabel = "TEXT")
  @Nullable String reason;

  @Option(names = "--timeout", paramLabel = "DUR")
  @Nullable String timeout;

  @Option(names = {"-t", "--tty"})
  boolean terminal;

  /** Has no effect: docker's {@code -it} means {@code -t}. */
  @Option(names = {"-i", "--interactive"})
  boolean interactive;

  @Option(
      names = {"-u", "--user"},
      paramLabel = "UID[:GID]")
  @Nullable String user;

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "DIR")
  @Nullable String directory;

  @Option(names = "--record")
  boolean record;

  Optional<Duration> timeout() throws UsageMistake {
    if (timeout == null) {
      return Optional.empty();
    }
    Optional<Duration> parsed = Durations.parse(timeout);
    if (parsed.isEmpty()) {
      throw UsageMistake.about(
          "'%s' is not a length of time: " + Durations.FORM, Shortened.of(timeout));
    }
    return parsed;
  }
}
