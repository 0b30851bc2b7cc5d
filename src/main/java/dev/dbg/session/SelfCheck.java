package dev.dbg.session;

import dev.dbg.cgroup.SessionGroup;
import dev.dbg.enter.Entry;
import dev.dbg.enter.StreamEnds;
import dev.dbg.grammar.words.RunAs;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.process.Terminal;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Outcome;
import dev.dbg.model.Pid;
import dev.dbg.model.Refusal;
import dev.dbg.model.TargetName;
import dev.dbg.plan.Plan;
import dev.dbg.plan.Streams;
import dev.dbg.plan.View;
import dev.dbg.resolve.container.Containers;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.TargetNotFound;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toolroot.ToolRoots;
import dev.dbg.tools.Tool;
import dev.dbg.tools.ToolFile;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A session that dbgd runs on itself at start: {@code true} in its own namespaces. It shows whether
 * sessions work on this host, and loads every class that a session's thread needs after it has
 * joined a mount namespace, where no class can be loaded.
 */
public final class SelfCheck {
  /** A tool that does nothing, for dbgd's own sessions. */
  public static final String TRUE =
      """
      name = "true"
      summary = "nothing"
      why = "dbgd runs it on itself"
      """;

  private static final StreamEnds.WantedStreams NO_STREAMS =
      new StreamEnds.WantedStreams(
          Streams.HANDED,
          false,
          false,
          Optional.empty(),
          Set.of(),
          new Terminal.Size(0, 0),
          Optional.empty());

  private SelfCheck() {}

  /**
   * Runs it without and with {@code mnt}.
   *
   * @return why sessions will fail on this host; empty if they will not
   */
  public static Optional<String> of(Services services) {
    Set<NamespaceKind> kinds =
        EnumSet.of(NamespaceKind.NET, NamespaceKind.UTS, NamespaceKind.IPC, NamespaceKind.CGROUP);
    Optional<String> own = enter(services, kinds);
    kinds.add(NamespaceKind.MNT);
    return own.or(() -> enter(services, kinds));
  }

  private static Optional<String> enter(Services services, Set<NamespaceKind> kinds) {
    return enter(services, ThisProcess.pid(), kinds)
        .map(why -> "entering %s of dbgd itself: %s".formatted(NamespaceKind.words(kinds), why));
  }

  /** Runs {@code true} in namespaces of a process; why it failed, or empty. */
  public static Optional<String> enter(Services services, Pid process, Set<NamespaceKind> kinds) {
    try (PinnedTarget target =
            services
                .resolver()
                .hold(TargetName.parse("pid://" + process), any -> true, Containers.Need.PROCESS);
        ToolRoots.Lease tool = services.toolRoots().ready(tool(), View.of(tool(), kinds));
        SessionGroup group = services.groups().take();
        StreamEnds streams = StreamEnds.open(NO_STREAMS)) {
      Plan plan =
          Plan.of(
              tool(),
              target.namespaces(kinds),
              RunAs.ROOT,
              Streams.of(kinds, false, false, false),
              List.of(),
              Optional.empty(),
              "");
      Entry entry =
          new Entry(
              new Entry.Needs(
                  plan,
                  target,
                  Optional.empty(),
                  tool,
                  services.helper(),
                  streams,
                  group,
                  Optional.empty()));
      entry.permit();
      return failure(entry.start().join().outcome());
    } catch (TomlMistake | TargetNotFound | RuntimeUnavailable | Refusal | KernelException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static Tool tool() throws TomlMistake {
    return ToolFile.parse("true", TRUE);
  }

  private static Optional<String> failure(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Exited exited ->
          exited.status() == 0 ? Optional.empty() : Optional.of("true exits " + exited.status());
      case Outcome.Signalled signalled -> Optional.of("true dies by signal " + signalled.signal());
      case Outcome.TimedOut timedOut -> Optional.of("true takes too long");
      case Outcome.Unrecordable unrecordable -> Optional.of(unrecordable.why());
      case Outcome.Unread unread -> Optional.of(unread.why());
      case Outcome.Failed failed -> Optional.of(failed.why());
      case Outcome.NotRun notRun -> Optional.of(notRun.why());
    };
  }
}
