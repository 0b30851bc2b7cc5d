package dev.dbg.nativetests.scene;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a dbgd and the host hold: all that a session could leave behind.
 *
 * @param counts what is the same before and after, whatever was done
 * @param pools what dbgd keeps for the next sessions; how many depends on how many there were at
 *     one moment
 * @param residentKilobytes how much memory dbgd has
 */
public record Holdings(Map<String, Long> counts, Map<String, Long> pools, long residentKilobytes) {
  private static final int TRIES = 200;

  /** What is held now. */
  public static Holdings of(Host host) {
    long pid = host.daemonPid();
    Path proc = Path.of("/proc", Long.toString(pid));
    List<String> descriptors = Processes.descriptorLinks(pid);
    long sockets = descriptors.stream().filter(link -> link.startsWith("socket:")).count();
    long groups = descriptors.stream().filter(link -> link.startsWith("/sys/fs/cgroup")).count();
    Map<String, Long> counts = new TreeMap<>();
    counts.put("other descriptors", descriptors.size() - sockets - groups);
    counts.put(
        "children, zombies among them",
        ProcessHandle.of(pid).stream().flatMap(ProcessHandle::children).count());
    counts.put("mounts of dbgd's", lines(proc.resolve("mountinfo")));
    counts.put("mounts of the host's", lines(Path.of("/proc/1/mountinfo")));
    counts.put("mount namespaces", namespaces());
    counts.put("pseudo-terminals", number(Path.of("/proc/sys/kernel/pty/nr")));
    Map<String, Long> pools = new TreeMap<>();
    pools.put("threads", Long.valueOf(Processes.status(pid, "Threads")));
    pools.put("sockets", sockets);
    pools.put("directories of control groups", directories(descriptors));
    return new Holdings(
        counts, pools, Long.parseLong(Processes.status(pid, "VmRSS").replace(" kB", "")));
  }

  /** What is held when it has settled, or when waiting longer makes no sense. */
  public static Holdings settledLike(Holdings before, Host host) {
    Holdings now = of(host);
    for (int i = 0; i < TRIES && !now.counts.equals(before.counts); i++) {
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
      now = of(host);
    }
    return now;
  }

  private static long directories(List<String> descriptors) {
    return descriptors.stream()
        .filter(link -> link.startsWith("/sys/fs/cgroup"))
        .filter(link -> Files.isDirectory(Path.of(link)))
        .count();
  }

  /** Those that some process is in. Those that only a descriptor holds are descriptors. */
  private static long namespaces() {
    return Long.parseLong(
        Command.must(
            "sh", "-c", "readlink /proc/[0-9]*/task/*/ns/mnt 2>/dev/null | sort -u | wc -l"));
  }

  private static long lines(Path file) {
    try (Stream<String> all = Files.lines(file, Text.BYTES)) {
      return all.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long number(Path file) {
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
