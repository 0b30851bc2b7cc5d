package dev.dbg.grammar;

import dev.dbg.model.QuotedText;
import dev.dbg.model.amount.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of exec. explain takes them as well, so that a line can be repeated as it is. */
final class LineOptions extends Verb.SessionOptions {
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

  @Option(names = "--wait", paramLabel = "DUR", arity = "0..1", fallbackValue = "30s")
  @Nullable String wait;

  /** dbg itself carries it out, where it comes first. */
  @Option(names = "--each", paramLabel = "PATTERN")
  @Nullable String each;

  /** How long to wait; empty if {@code --wait} is not typed. */
  Optional<Duration> waiting(List<String> operands) throws UsageMistake {
    if (each != null) {
      throw new UsageMistake("--each comes first: type dbg --each PATTERN [OPTION...] -- TOOL");
    }
    if (wait == null) {
      return Optional.empty();
    }
    if (!operands.isEmpty() && Durations.parse(operands.getFirst()).isPresent()) {
      throw UsageMistake.about(
          "'%s' would be TARGET here: type --wait=DUR, in one word",
          QuotedText.of(operands.getFirst()));
    }
    Duration time = Verb.duration(wait);
    if (time.compareTo(Invocation.Exec.MOST_WAITING) > 0) {
      throw new UsageMistake(
          "--wait may be up to %dm".formatted(Invocation.Exec.MOST_WAITING.toMinutes()));
    }
    return Optional.of(time);
  }
}
