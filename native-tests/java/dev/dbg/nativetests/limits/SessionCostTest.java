package dev.dbg.nativetests.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.SystemCalls;
import dev.dbg.nativetests.scene.machine.SessionGroups;
import dev.dbg.nativetests.scene.user.Operator;
import dev.dbg.session.AlteredSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A warm session costs at most what {@code native-tests/session-cost} says: system calls, threads,
 * programs, syncs, bytes of the log, and Java's memory. No clock is read. Whoever makes a session
 * dearer changes a line of that file, which somebody reviews.
 *
 * <p>Sessions run one after another, in several rounds. What else happens in dbgd meanwhile makes a
 * round dearer and never cheaper, so the cheapest round counts; and what happens in fewer than half
 * of a round's sessions counts as nothing.
 */
@Tag("native")
@EnabledOnOs(architectures = "amd64", disabledReason = "other processors have other system calls")
final class SessionCostTest {
  private static final Path BUDGET = Path.of("native-tests/session-cost");
  private static final Path SEEN = Path.of("target/session-cost");

  /** The columns of the file, in order. */
  private static final List<String> KINDS = List.of("net", "mnt", "net,pid", "-t net");

  /** Until the code that sessions run is compiled, and nothing is done for the first time. */
  private static final int WARM_UP = 60;

  private static final int ROUNDS = 4;

  private static final int TRIES = 9;
  private static final int SESSIONS = 4;

  /**
   * What the C library and the JVM do about memory, and when a thread starts or ends: their next
   * versions may do it otherwise. How many threads are started is counted. The last is strace's.
   */
  private static final Set<String> OF_LIBRARIES =
      Set.of(
          "arch_prctl",
          "brk",
          "exit",
          "gettid",
          "madvise",
          "mmap",
          "mprotect",
          "munmap",
          "rseq",
          "rt_sigprocmask",
          "sched_getaffinity",
          "set_robust_list",
          "set_tid_address",
          "restart_syscall");

  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["dbgt-cost"]
      namespaces = ["net", "mnt", "pid"]
      tools = ["act"]
      """;

  /**
   * As an installed one, dbgd reads the engine's state and does not ask it. It knows one engine:
   * how much others cost depends on what they have at the moment.
   */
  @RegisterExtension
  static final Host host =
      Host.with(POLICY)
          .asking(
              of ->
                  """
                  docker = ["%s"]
                  docker-state = ["%s"]
                  podman = []
                  podman-state = []
                  containerd = []
                  crio = []
                  lxc = []
                  incus = []
                  nspawn = false
                  units = false
                  """
                      .formatted(of.docker().socket(), of.docker().state()));

  /** A dbgd that looks for a file that nobody needs, and starts a thread that does nothing. */
  @RegisterExtension static final Host wasteful = host.inWhich(AlteredSession.Wasteful.class);

  /** A dbgd that says after each session how many bytes it has allocated since its start. */
  @RegisterExtension static final Host telling = host.inWhich(AlteredSession.Telling.class);

  private static final Pattern ALLOCATED = Pattern.compile("allocated so far: (\\d+)");

  private static int traces;

  /** On another host other calls are made, and the budget says nothing of them. */
  @BeforeAll
  static void start() {
    assumeTrue(
        !SessionGroups.mounts("pids").isEmpty() && !SessionGroups.mounts("cgroup2").isEmpty(),
        "it was counted with control groups of both versions");
    host.docker().starts("dbgt-cost");
  }

  @Test
  void a_session_costs_at_most_what_the_budget_says() throws IOException {
    Map<String, Map<String, Long>> seen = new TreeMap<>();
    List<String> grown = new ArrayList<>();
    for (String kind : KINDS) {
      grown.addAll(grownAlways(kind, seen));
    }
    Files.writeString(SEEN, table(seen));
    if (!grown.isEmpty()) {
      fail(
          """
          A session costs more than %s says:
            %s
          Do without it. If it must be, raise the line there to what %s says: the commit says why."""
              .formatted(BUDGET, String.join("\n  ", grown), SEEN));
    }
  }

  @Test
  void what_a_session_does_needlessly_exceeds_the_budget() throws IOException {
    Map<String, Map<String, Long>> seen = new TreeMap<>();
    runs(wasteful, "net", WARM_UP);
    costs(wasteful, "net", 2).forEach((what, much) -> seen.put(what, Map.of("net", much)));

    List<String> grown = grown("net", seen);
    assertTrue(grown.stream().anyMatch(line -> line.contains("dbgd clone3:")), grown::toString);
    assertTrue(grown.stream().anyMatch(line -> line.contains("dbgd newfstatat:")), grown::toString);
  }

  /**
   * What grew however often it is counted. Some files are looked at by the clock, and on a busy
   * machine in each of the sessions that are counted at first.
   */
  private static List<String> grownAlways(String kind, Map<String, Map<String, Long>> seen)
      throws IOException {
    runs(host, kind, WARM_UP);
    runs(telling, kind, WARM_UP);
    List<String> grown = List.of();
    for (int tries = 0; tries < TRIES; tries++) {
      Map<String, Long> costs = costs(host, kind, ROUNDS);
      costs.put("dbgd bytes-allocated", allocated(kind));
      seen.forEach(
          (what, much) ->
              much.computeIfPresent(
                  kind, (_, least) -> Math.min(least, costs.getOrDefault(what, 0L))));
      if (tries == 0) {
        costs.forEach(
            (what, much) -> seen.computeIfAbsent(what, _ -> new HashMap<>()).put(kind, much));
      }
      grown = grown(kind, seen);
      if (grown.isEmpty()) {
        break;
      }
    }
    return grown;
  }

  /** What grew, from how many to how many. */
  private static List<String> grown(String kind, Map<String, Map<String, Long>> seen)
      throws IOException {
    Map<String, List<Long>> budget = budget();
    int column = KINDS.indexOf(kind);
    List<String> grown = new ArrayList<>();
    seen.forEach(
        (what, costs) -> {
          long most = budget.containsKey(what) ? budget.get(what).get(column) : 0;
          long now = costs.getOrDefault(kind, 0L);
          if (now > most) {
            grown.add("%s: %s: %d, at most %d".formatted(kind, what, now, most));
          }
        });
    return grown;
  }

  private static Map<String, List<Long>> budget() throws IOException {
    Map<String, List<Long>> budget = new HashMap<>();
    for (String line : Files.readAllLines(BUDGET)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] words = line.strip().split(" +", -1);
        assertEquals(2 + KINDS.size(), words.length, line);
        List<Long> most = new ArrayList<>();
        for (int i = 2; i < words.length; i++) {
          most.add(Long.parseLong(words[i]));
        }
        budget.put(words[0] + " " + words[1], most);
      }
    }
    return budget;
  }

  private static String table(Map<String, Map<String, Long>> seen) {
    StringBuilder table = new StringBuilder("# " + String.join("  ", KINDS) + "\n");
    seen.forEach(
        (what, costs) -> {
          table.append("%-34s".formatted(what));
          for (String kind : KINDS) {
            table.append("%8d".formatted(costs.getOrDefault(kind, 0L)));
          }
          table.append('\n');
        });
    return table.toString();
  }

  private static Map<String, Long> costs(Host at, String kind, int rounds) {
    List<Map<String, Long>> all = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      long before = logged(at);
      Map<String, Long> round =
          SystemCalls.during(
              () -> runs(at, kind, SESSIONS),
              at.daemon(),
              at.directory().resolve("trace-" + traces++));
      round.put("dbgd bytes-logged", logged(at) - before);
      all.add(round);
    }
    Set<String> kinds = new TreeSet<>(all.getFirst().keySet());
    kinds.removeIf(
        what -> what.startsWith("tool ") || OF_LIBRARIES.contains(what.split(" ", 2)[1]));
    Map<String, Long> costs = new TreeMap<>();
    for (String what : kinds) {
      long least = all.stream().mapToLong(of -> of.getOrDefault(what, 0L)).min().orElse(0);
      long each = Math.round((double) least / SESSIONS);
      if (each > 0) {
        costs.put(what, each);
      }
    }
    return costs;
  }

  private static long logged(Host at) {
    try {
      return Files.size(at.audit().file());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is allocated from one session's end to the next one's. */
  private static long allocated(String kind) {
    runs(telling, kind, ROUNDS * SESSIONS);
    List<Long> told = new ArrayList<>();
    Matcher line = ALLOCATED.matcher(telling.daemon().log());
    while (line.find()) {
      told.add(Long.parseLong(line.group(1)));
    }
    long least = Long.MAX_VALUE;
    for (int round = 1; round <= ROUNDS; round++) {
      int last = told.size() - 1 - (ROUNDS - round) * SESSIONS;
      least = Math.min(least, told.get(last) - told.get(last - SESSIONS));
    }
    return least / SESSIONS;
  }

  private static void runs(Host at, String kind, int times) {
    boolean atTerminal = kind.startsWith("-t ");
    Operator operator = atTerminal ? at.ann().atTerminal() : at.ann();
    String line =
        "%sdbgt-cost %s -- act exit 0".formatted(atTerminal ? "-t " : "", kind.replace("-t ", ""));
    var _ =
        operator
            .startsScript(
                "i=0; while [ $i -lt %d ]; do $DBG %s || exit 1; i=$((i+1)); done"
                    .formatted(times, line))
            .endsWithinMinutes(5)
            .exits(0);
  }
}
