package dev.dbg.nativetests.scene.host;

import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What a dbgd holds: everything that a session could leave behind. Only dbgd's own resources are
 * counted, so that other programs of the host may start and end meanwhile: the mounts are those of
 * dbgd's mount namespace, see {@link Host#inOwnMounts}; the processes are dbgd's descendants and
 * the members of its control groups.
 *
 * @param counts must be equal before and after any number of sessions
 * @param pools what dbgd keeps for later sessions; depends on how many sessions ran at one moment
 * @param residentKilobytes dbgd's resident memory
 */
public record Holdings(Map<String, Long> counts, Map<String, Long> pools, long residentKilobytes) {
  private static final Duration BETWEEN = Duration.ofMillis(50);

  /** For so long nothing that a session holds has changed, once it has ended. */
  private static final int LOOKS = 10;

  private static final int TRIES = 2400;

  /** dbgd gives memory back when nobody has been served for ten seconds. */
  private static final int LOOKS_UNTIL_IDLE = 240;

  /** What dbgd holds now. */
  public static Holdings of(Host host) {
    long pid = host.daemon().pid();
    List<Long> processes = processes(pid);
    List<String> descriptors = Processes.descriptorLinks(pid);
    long sockets = descriptors.stream().filter(link -> link.startsWith("socket:")).count();
    long groups = descriptors.stream().filter(link -> link.startsWith("/sys/fs/cgroup")).count();
    Map<String, Long> counts = new TreeMap<>();
    counts.put("other descriptors", descriptors.size() - sockets - groups);
    counts.put("processes, dbgd and zombies included", (long) processes.size());
    counts.put("mounts in dbgd's namespace", lines(Path.of("/proc/" + pid + "/mountinfo")));
    counts.put("mount namespaces", mountNamespaces(processes));
    counts.put("descriptors of pseudo-terminals", terminals(processes));
    Map<String, Long> pools = new TreeMap<>();
    pools.put("threads", Long.valueOf(Processes.status(pid, "Threads")));
    pools.put("sockets", sockets);
    pools.put("directories of control groups", directories(descriptors));
    return new Holdings(
        counts, pools, Long.parseLong(Processes.status(pid, "VmRSS").replace(" kB", "")));
  }

  /**
   * What dbgd holds once the counts stay as they are: a client has its result before dbgd has given
   * back what the session held.
   */
  public static Holdings settled(Host host) {
    Holdings now = of(host);
    int same = 0;
    for (int i = 0; i < TRIES && same < LOOKS; i++) {
      Holdings before = now;
      now = later(host);
      same = now.counts.equals(before.counts) ? same + 1 : 0;
    }
    return now;
  }

  /** The same once dbgd is idle and has given memory back: where it has the least of it. */
  public static Holdings idle(Host host) {
    Holdings least = settled(host);
    for (int i = 0; i < LOOKS_UNTIL_IDLE; i++) {
      Holdings now = later(host);
      least = now.residentKilobytes < least.residentKilobytes ? now : least;
    }
    return least;
  }

  /**
   * What dbgd holds once it is no more than before, or after waiting in vain. It may be less: what
   * was looked at before may have held something for a moment.
   */
  public static Holdings idleLike(Holdings before, Host host) {
    Holdings now = of(host);
    for (int i = 0; i < TRIES && !(now.countsNoMore(before) && now.isNoLarger(before)); i++) {
      now = later(host);
    }
    return now;
  }

  /** Whether there is no more of anything that is counted than before. */
  public boolean countsNoMore(Holdings before) {
    return counts.entrySet().stream()
        .allMatch(count -> count.getValue() <= before.counts.getOrDefault(count.getKey(), 0L));
  }

  /** Whether dbgd's memory is like that before, or less. */
  public boolean isNoLarger(Holdings before) {
    return residentKilobytes <= before.residentKilobytes * 1.1;
  }

  private static Holdings later(Host host) {
    try {
      Thread.sleep(BETWEEN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return of(host);
  }

  private static long directories(List<String> descriptors) {
    return descriptors.stream()
        .filter(link -> link.startsWith("/sys/fs/cgroup"))
        .filter(link -> Files.isDirectory(Path.of(link)))
        .count();
  }

  /** dbgd, its descendants, and the members of its control groups, whatever their parent is now. */
  private static List<Long> processes(long pid) {
    List<Long> all = new ArrayList<>(Processes.of(pid));
    all.add(pid);
    return all;
  }

  /** The mount namespaces of threads. One that only a descriptor holds counts as a descriptor. */
  private static long mountNamespaces(List<Long> processes) {
    return processes.stream()
        .flatMap(
            process ->
                ifItRuns(() -> Processes.threads(process)).stream()
                    .flatMap(
                        thread ->
                            ifItRuns(
                                () ->
                                    List.of(Processes.link(process, "task/" + thread + "/ns/mnt")))
                                .stream()))
        .distinct()
        .count();
  }

  private static long terminals(List<Long> processes) {
    return processes.stream()
        .flatMap(process -> ifItRuns(() -> Processes.descriptorLinks(process)).stream())
        .filter(link -> link.startsWith("/dev/pts/") || link.endsWith("/ptmx"))
        .count();
  }

  /** What has ended since it was listed has nothing. */
  private static <T> List<T> ifItRuns(Supplier<List<T>> look) {
    try {
      return look.get();
    } catch (UncheckedIOException e) {
      return List.of();
    }
  }

  private static long lines(Path file) {
    try (Stream<String> all = Files.lines(file, Text.BYTES)) {
      return all.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
