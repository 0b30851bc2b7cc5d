package dev.dbg.nativetests.scene.host;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The processes of one host: those of its sessions, of its dbgd and of its operators. */
public final class HostProcesses {
  /** Looks after the first one, ten milliseconds apart. */
  private static final int LOOKS = 3;

  private final long daemon;
  private final String variable;

  /**
   * @param daemon the process id of dbgd
   * @param socket the one at which its operators find it
   */
  HostProcesses(long daemon, Path socket) {
    this.daemon = daemon;
    this.variable = "DBG_SOCKET=" + socket + "\0";
  }

  /**
   * The tools that run now: dbgd's children that are still there after a few looks, without the one
   * that keeps the empty namespaces, and without readers. The children of a rehearsal live for some
   * milliseconds.
   */
  public List<Long> tools() {
    List<Long> stay = children();
    for (int looks = 0; looks < LOOKS && !stay.isEmpty(); looks++) {
      Patience.sleep();
      stay.retainAll(children());
    }
    return stay;
  }

  /** Ends the process that keeps the empty namespaces; dbgd makes another one when it needs it. */
  public void endsKeeper() {
    ProcessHandle.of(daemon).stream()
        .flatMap(ProcessHandle::children)
        .map(ProcessHandle::pid)
        .filter(pid -> Processes.startedAs("dbg-enter", "empty").contains(pid))
        .forEach(pid -> Processes.signal("KILL", pid));
  }

  private List<Long> children() {
    return ProcessHandle.of(daemon).stream()
        .flatMap(ProcessHandle::children)
        .map(ProcessHandle::pid)
        .filter(Processes::isAlive)
        .filter(pid -> !Processes.startedAs("dbg-enter", "empty").contains(pid))
        .filter(pid -> !readers().contains(pid))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /** The processes that read for dbgd what strangers wrote. */
  public List<Long> readers() {
    return ProcessHandle.of(daemon).stream()
        .flatMap(ProcessHandle::children)
        .map(ProcessHandle::pid)
        .filter(pid -> Processes.commandLine(pid).contains("\0dev.dbg.reader."))
        .toList();
  }

  /** Whether exactly one child of dbgd runs, and has been dbg-enter for a while. */
  public boolean isEntering() {
    List<Long> before = tools();
    Patience.sleep();
    return before.size() == 1
        && before.equals(tools())
        && Processes.wasStartedAs(before.getFirst(), "dbg-enter");
  }

  /** The processes of this host's sessions, and of its operators, that have these words. */
  public List<Long> startedAs(String... words) {
    return ours(Processes.startedAs(words));
  }

  /** The one process of this host's sessions, or of its operators, that has these words. */
  public long startedOnceAs(String... words) {
    List<Long> all = startedAs(words);
    if (all.size() != 1) {
      throw new AssertionError("not one process: " + String.join(" ", words) + ": " + all);
    }
    return all.getFirst();
  }

  /** Waits for a process with these words, and returns the one that is no child of another. */
  public long startedFirstAs(String... words) {
    Patience.until(String.join(" ", words) + " runs", () -> !startedAs(words).isEmpty());
    List<Long> all = startedAs(words);
    return all.stream()
        .filter(pid -> !all.contains(Processes.parent(pid)))
        .findFirst()
        .orElseThrow();
  }

  /** The processes of this host's sessions, and of its operators, that execute this file. */
  public List<Long> executing(Path file) {
    return ours(Processes.executing(file));
  }

  /**
   * Looks whether each of these has less memory than {@code most}, while {@code sleep 300} takes
   * nothing of what {@code line} prints. Then both end, and the tool.
   */
  public void haveLittleUnread(List<Long> these, long most, Running line) {
    for (long pid : these) {
      long resident = Processes.resident(pid);
      assertTrue(resident < most, () -> "%d bytes of %d".formatted(resident, pid));
    }
    Processes.signal("KILL", startedOnceAs("sleep", "300"));
    var _ = line.ends();
    Patience.until("the tool has ended", () -> tools().isEmpty());
  }

  /** Other tests run at the same time, with a dbgd and operators of theirs. */
  private List<Long> ours(List<Long> processes) {
    if (processes.isEmpty()) {
      return processes;
    }
    Set<Long> ours = Processes.of(daemon);
    return processes.stream()
        .filter(pid -> ours.contains(pid) || Processes.environment(pid).contains(variable))
        .toList();
  }
}
