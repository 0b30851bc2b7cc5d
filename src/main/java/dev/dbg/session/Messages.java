package dev.dbg.session;

import dev.dbg.enter.GroupLimits;
import dev.dbg.enter.Shortage;
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

  static String about(Shortage shortage, GroupLimits limits) {
    return switch (shortage) {
      case MEMORY ->
          "out of memory: the kernel killed the tool, or a process of its: it may have %s (limits.memory)"
              .formatted(limits.memory());
      case PROCESSES ->
          "out of processes: the kernel started one less than the tool wanted: it may have %d (limits.processes)"
              .formatted(limits.processes());
    };
  }
}
