package dev.dbg.session;

import dev.dbg.cgroup.GroupLimits;
import dev.dbg.cgroup.ResourceUsage;
import dev.dbg.model.Outcome;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import java.util.Optional;

/** What an operator is told beside what the tool itself says. */
public final class Messages {
  private Messages() {}

  /** That a container's runtime was not asked, where it was not. */
  public static Optional<String> about(Target target) {
    return target.way() != ResolvedBy.DISK
        ? Optional.empty()
        : Optional.of(
            "%s is found by %s's state on the disk: its service does not answer%s"
                .formatted(
                    target.address(),
                    target
                        .owner()
                        .map(owner -> owner.user() + "'s " + target.runtime())
                        .orElse(target.runtime()),
                    target.labels().isEmpty() ? ", its labels are not known" : ""));
  }

  public static Optional<String> about(Outcome outcome, TimeLimit time) {
    return switch (outcome) {
      case Outcome.Exited exited -> Optional.empty();
      case Outcome.Signalled signalled -> Optional.empty();
      case Outcome.TimedOut timedOut -> Optional.of(time.over());
      case Outcome.Unrecordable unrecordable ->
          Optional.of("the tool was ended, as it is to be recorded: " + unrecordable.why());
      case Outcome.Unread unread -> Optional.of("the tool was ended: " + unread.why());
      case Outcome.NotRun notRun -> Optional.of("the tool was not run: " + notRun.why());
    };
  }

  public static String about(ResourceUsage.LimitHit hit, GroupLimits limits) {
    return switch (hit) {
      case MEMORY ->
          "out of memory: the kernel killed the tool, or a process of its: it may have %s (limits.memory)"
              .formatted(limits.memory());
      case PROCESSES ->
          "out of processes: the kernel started one less than the tool wanted: it may have %d (limits.processes)"
              .formatted(limits.processes());
    };
  }
}
