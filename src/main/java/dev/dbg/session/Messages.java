package dev.dbg.session;

import dev.dbg.model.Outcome;
import java.time.Duration;
import java.util.Optional;

/** What an operator is told about an outcome that the tool itself did not speak of. */
final class Messages {
  private Messages() {}

  static Optional<String> about(Outcome outcome, Duration most) {
    return switch (outcome) {
      case Outcome.Exited exited -> Optional.empty();
      case Outcome.Signalled signalled -> Optional.empty();
      case Outcome.TimedOut timedOut ->
          Optional.of(
              "timed out: the tool was killed: --timeout gives it up to %ds"
                  .formatted(most.toSeconds()));
      case Outcome.NotRun notRun -> Optional.of("the tool was not run: " + notRun.why());
    };
  }
}
