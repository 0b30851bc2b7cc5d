package dev.dbg.session;

import dev.dbg.authorize.Permission;
import dev.dbg.cgroup.GroupLimits;
import dev.dbg.cgroup.ResourceUsage;
import dev.dbg.model.Outcome;
import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.plan.ClosedFiles;
import dev.dbg.plan.CoveredFiles;
import dev.dbg.plan.View;
import dev.dbg.resolve.container.Candidate;
import dev.dbg.resolve.container.PinnedTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** dbgd's own messages about a session, besides the tool's output. */
public final class Messages {
  /**
   * What makes a container of processes that are the host's, by the last part of its name or path.
   * Podman calls each {@code oci}.
   */
  private static final Pattern NO_SANDBOX =
      Pattern.compile(
          "(.*/)?(|oci|(docker-|sysbox-)?runc|crun|youki|nvidia[a-z.-]*"
              + "|containerd-shim-runc-v[12]|io\\.containerd\\.run(c\\.v[12]|time\\.v1\\.linux))");

  private Messages() {}

  /**
   * Messages if the container is known only from its engine's state on disk, and if another one may
   * have been meant. A pod's is known so only of CRI-O, which nobody asks.
   *
   * @param unheard {@link Candidate#unheard}
   */
  public static List<String> about(Target target, List<String> unheard) {
    List<String> all = new ArrayList<>();
    if (target.way() == ResolvedBy.DISK && target.pod().isEmpty()) {
      all.add(
          "%s is known from %s's state on the disk: its service does not %s%s"
              .formatted(
                  target.address(),
                  target
                      .owner()
                      .map(owner -> owner.user() + "'s " + target.runtime())
                      .orElse(target.runtime()),
                  target.owner().isPresent() ? "run, or does not answer" : "answer",
                  target.labels().isEmpty() ? ", its labels are unknown" : ""));
    }
    if (!unheard.isEmpty()) {
      all.add(
          "this is %s: there may be another one of that name: no answer from %s"
              .formatted(target.address(), QuotedText.list(unheard)));
    }
    return all;
  }

  /** A message if another runtime than runc and its like has made the container's processes. */
  public static Optional<String> aboutSandbox(Target target) {
    return !target.isRunning() || NO_SANDBOX.matcher(target.oci()).matches()
        ? Optional.empty()
        : Optional.of(
            "%s is run by %s, which may be a sandbox: if it is, tools see the sandbox's network, files and processes, not the container's, which its engine's exec shows"
                .formatted(target.address(), RawText.quoted(target.oci())));
  }

  /**
   * A message if the files are those of a container that does not run.
   *
   * @param hidden where something of it is left out
   */
  public static Optional<String> aboutFiles(Candidate target, List<String> hidden) {
    return target.hasEnded()
        ? Optional.of(
            "%s is not running (%s): these are its files as it left them%s"
                .formatted(
                    target.target().name(),
                    target.target().state(),
                    hidden.isEmpty()
                        ? ""
                        : ", without what would be mounted at " + String.join(", ", hidden)))
        : Optional.empty();
  }

  /** A message if the tool is to read what it cannot read, whatever the policy permits. */
  public static Optional<String> aboutClosedFiles(Permission<?> permission) {
    return permission.view() == View.CONTAINER
        ? ClosedFiles.advice(permission.arguments().operands())
        : Optional.empty();
  }

  /** A message if the container itself would see another file at a path below {@code /proc}. */
  public static Optional<String> aboutCoveredFiles(Permission<PinnedTarget> permission) {
    List<String> paths = CoveredFiles.among(permission.arguments().paths());
    if (permission.view() != View.CONTAINER
        || paths.isEmpty()
        || permission.target().held().isEmpty()) {
      return Optional.empty();
    }
    return permission.target().proc().mounts().flatMap(all -> CoveredFiles.advice(paths, all));
  }

  public static Optional<String> about(Outcome outcome, TimeLimit time) {
    return switch (outcome) {
      case Outcome.Exited _, Outcome.Signalled _ -> Optional.empty();
      case Outcome.TimedOut timedOut -> Optional.of(time.over());
      case Outcome.Unrecordable unrecordable ->
          Optional.of(
              "the tool was killed because its output could not be recorded: "
                  + unrecordable.why());
      case Outcome.Unread unread -> Optional.of("the tool was killed: " + unread.why());
      case Outcome.Failed failed -> Optional.of(failed.why());
      case Outcome.NotRun notRun -> Optional.of("the tool was not run: " + notRun.why());
    };
  }

  public static String about(EndOrder order) {
    return switch (order) {
      case EndOrder.Killed killed ->
          "the tool was ended by %s with dbg kill".formatted(killed.by().user());
      case EndOrder.Stopped stopped ->
          "dbgd was %s: the tool was ended: try again in a moment".formatted(stopped.cause());
    };
  }

  public static String about(ResourceUsage.LimitHit hit, GroupLimits limits) {
    return switch (hit) {
      case MEMORY ->
          "out of memory: the kernel killed the tool or one of its processes: the limit is %s (limits.memory)"
              .formatted(limits.memory());
      case PROCESSES ->
          "out of processes: the kernel refused the tool another process: the limit is %d (limits.processes)"
              .formatted(limits.processes());
    };
  }
}
