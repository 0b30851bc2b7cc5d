package dev.dbg.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.CProgram;
import dev.dbg.audit.Logs;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.kernel.HookedLibrary;
import dev.dbg.kernel.PretendedKernel;
import dev.dbg.kernel.process.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Sessions of which one system call fails: each that dbgd makes, from each line of its code, the
 * first time and the last. Whatever fails, nothing is left, the record is complete, the operator is
 * told which call it was, and the next session runs.
 */
@Isolated("it counts the descriptors and threads of the whole process, and closes what is left")
class FailingCallsTest {
  /** What an operator is told if it is the process that is gone. */
  private static final List<String> GONE =
      List.of("no container 'pid://", "was restarted or ended just now: try again");

  /** As kill(1) would end the tool, because the client is thought to be gone. */
  private static final int HUNG_UP = 128 + 1;

  private static final int DBG_FAILED = 125;
  private static final int NO_SUCH_TOOL = 127;
  private static final int MOST_TRIES = 5;

  private static final List<Scene> SCENES =
      List.of(
          new Scene("net,uts,ipc -- true", Set.of(), SessionBench.Groups.VERSION_2),
          new Scene("mnt,net,pid,cgroup -- true", Set.of(), SessionBench.Groups.DELEGATED),
          new Scene("net -- true", Set.of(1, 2), SessionBench.Groups.VERSION_1),
          new Scene("-t --record net -- true", Set.of(0, 1, 2), SessionBench.Groups.VERSION_2));

  private final Set<String> seen = new HashSet<>();
  private final List<String> wrong = new ArrayList<>();
  private int cases;
  private int missed;

  private Path directory;
  private Process target;
  private ScheduledExecutorService deadlines;
  private AuditLog log;
  private PretendedKernel kernel;
  private SessionBench.Shared shared;
  private AutoCloseable hooked;

  /** A line of an operator's, who has these terminals, on a host with these control groups. */
  private record Scene(String line, Set<Integer> terminals, SessionBench.Groups groups) {}

  @BeforeEach
  void begin() throws Exception {
    Path memory = Path.of("/dev/shm");
    directory = Files.createTempDirectory(Files.isWritable(memory) ? memory : Path.of("/tmp"), "");
    Path standIn = directory.resolve("stand-in");
    CProgram.compile("stand_in.c", standIn);
    Path groups = Files.createDirectory(directory.resolve("groups"));
    PretendedKernel.fill(groups);
    kernel = new PretendedKernel(groups, standIn);
    deadlines =
        Executors.newScheduledThreadPool(
            1, Thread.ofPlatform().name("deadlines").daemon().factory());
    target = new ProcessBuilder("sleep", "600").start();
    log = Logs.open(Files.createDirectory(directory.resolve("log")));
    shared = new SessionBench.Shared(kernel, log, groups, deadlines);
    hooked = HookedLibrary.with(kernel);
    // dbgd keeps the file system of its terminals.
    Terminal.openMaster().close();
    try (SessionBench bench = new SessionBench(shared, SCENES.getFirst().groups)) {
      // Loads classes, which make calls too.
      assertTrue(isWell(run(bench, SCENES.getFirst())));
    }
  }

  @AfterEach
  void end() throws Exception {
    hooked.close();
    target.destroy();
    deadlines.shutdownNow();
    log.close();
    try (Stream<Path> all = Files.walk(directory)) {
      all.sorted(Comparator.reverseOrder()).forEach(file -> assertTrue(file.toFile().delete()));
    }
  }

  /** One that any failure would do for, and those of which dbgd makes something else. */
  private static List<Errno> errnos(String call) {
    return switch (call) {
      case "openat" -> List.of(Errno.EMFILE, Errno.ENOENT);
      case "open_tree" -> List.of(Errno.EMFILE, Errno.ENOENT);
      case "pidfd_open" -> List.of(Errno.EMFILE, Errno.ESRCH);
      case "read" -> List.of(Errno.EIO, Errno.ESRCH);
      case "readlinkat", "pread", "write" -> List.of(Errno.EIO);
      case "recvmsg" -> List.of(Errno.ECONNRESET, Errno.EAGAIN);
      case "send", "sendmsg" -> List.of(Errno.EPIPE, Errno.EAGAIN);
      case "setns", "unshare", "mount" -> List.of(Errno.EPERM);
      case "posix_spawn" -> List.of(Errno.EAGAIN);
      case "kill" -> List.of(Errno.ESRCH);
      // Only signals interrupt these.
      case "waitid", "wait4" -> List.of();
      default -> List.of(Errno.ENOMEM);
    };
  }

  /** The call as a message names it. */
  private static String word(String call) {
    return switch (call) {
      case "openat", "readlinkat" -> call.substring(0, call.length() - 2);
      case "pread" -> "read";
      case "umount2" -> "umount";
      default -> call;
    };
  }

  @Test
  void a_call_that_fails_ends_its_session_alone_and_the_operator_is_told_which() throws Exception {
    for (Scene scene : SCENES) {
      List<PretendedKernel.Site> first;
      Map<String, Integer> usual;
      try (SessionBench bench = new SessionBench(shared, scene.groups)) {
        kernel.note();
        assertTrue(isWell(run(bench, scene)));
        first = kernel.sites();
        kernel.note();
        assertTrue(isWell(run(bench, scene)));
        List<PretendedKernel.Site> second = kernel.sites();
        usual = bench.opened();
        for (PretendedKernel.Failure failure : failures(second)) {
          tries(() -> attempt(scene, bench, failure, usual));
        }
      }
      // What only the first session does: it makes what the others use.
      for (PretendedKernel.Failure failure : failures(first)) {
        tries(
            () -> {
              try (SessionBench bench = new SessionBench(shared, scene.groups)) {
                return attempt(scene, bench, failure, usual);
              }
            });
      }
    }
    assertEquals("", String.join("\n", wrong));
    assertTrue(cases > 300 && missed * 20 < cases, () -> missed + " of " + cases + " did not fail");
  }

  /** With EINTR, signal(7), a call is made again. */
  @Test
  void signals_interrupt_every_call_and_the_session_runs() throws Exception {
    for (Scene scene : SCENES) {
      try (SessionBench bench = new SessionBench(shared, scene.groups)) {
        kernel.interrupt();
        SessionBench.Ended ended = run(bench, scene);
        assertTrue(isWell(ended), ended::toString);
      }
    }
  }

  /** Of the calls from lines from which no other scene makes them. */
  private List<PretendedKernel.Failure> failures(List<PretendedKernel.Site> sites) {
    Map<String, List<PretendedKernel.Site>> byLines = new LinkedHashMap<>();
    for (PretendedKernel.Site site : sites) {
      String place = site.job() + " " + site.call() + " " + site.lines();
      if (!seen.contains(place)) {
        byLines.computeIfAbsent(place, _ -> new ArrayList<>()).add(site);
      }
    }
    seen.addAll(byLines.keySet());
    return byLines.values().stream()
        .flatMap(all -> Stream.of(all.getFirst(), all.getLast()).distinct())
        .flatMap(
            site ->
                errnos(site.call()).stream().map(errno -> new PretendedKernel.Failure(site, errno)))
        .toList();
  }

  private SessionBench.Ended run(SessionBench bench, Scene scene) throws Exception {
    List<String> words = new ArrayList<>(List.of(scene.line.split(" ", -1)));
    words.add(words.indexOf("--") - 1, "pid://" + target.pid());
    return bench.run(words, scene.terminals);
  }

  private static boolean isWell(SessionBench.Ended ended) {
    return ended.status().equals(Optional.of(0))
        && ended.escaped().isEmpty()
        && ended.ran()
        && events(ended).equals(List.of("intent", "result"))
        && outcome(ended).path("exit").asInt(-1) == 0;
  }

  private static List<String> events(SessionBench.Ended ended) {
    return ended.records().stream().map(record -> record.path("event").asText()).toList();
  }

  private static JsonNode outcome(SessionBench.Ended ended) {
    return ended.records().getLast().path("outcome");
  }

  /**
   * Of two threads sometimes this one makes the call, sometimes that one: such a case is repeated.
   */
  private void tries(Callable<Boolean> attempt) throws Exception {
    cases++;
    int tries = 1;
    while (!attempt.call()) {
      if (tries++ == MOST_TRIES) {
        missed++;
        return;
      }
    }
  }

  /** Returns whether the call has failed. */
  private boolean attempt(
      Scene scene, SessionBench bench, PretendedKernel.Failure failure, Map<String, Integer> usual)
      throws Exception {
    kernel.expect(failure);
    SessionBench.Ended ended = run(bench, scene);
    boolean hasFailed = kernel.hasFailed();
    kernel.succeed();
    SessionBench.Ended next = run(bench, scene);
    for (String trouble :
        List.of(
            trouble(ended, failure),
            isWell(next) ? "" : "the next session: " + next,
            bench.left(usual))) {
      if (!trouble.isEmpty()) {
        wrong.add("%s: %s: %s: %s".formatted(scene.line, failure, trouble, ended));
      }
    }
    return hasFailed;
  }

  /** What is wrong with the end of a session of which a call has failed; empty if nothing is. */
  private static String trouble(SessionBench.Ended ended, PretendedKernel.Failure failure) {
    String call = failure.site().call();
    List<String> events = events(ended);
    if (ended.escaped().isPresent()) {
      return "something escapes";
    }
    if (!events.equals(List.of("intent", "result"))
        && (ended.ran() || !events.equals(List.of("denied")))) {
      return "on record is " + events;
    }
    if (ended.ran() && outcome(ended).has("not_run")) {
      return "the tool ran";
    }
    // Who has an end of a pipe can hold whoever closes the other end last: dbgd, in this case.
    if (call.equals("posix_spawn") && ended.handed()) {
      return "the client has its streams";
    }
    int status = ended.status().orElse(-1);
    if (status == 0) {
      return ended.ran() ? "" : "the tool did not run";
    }
    if ((status == -1 && call.startsWith("send"))
        || (status == HUNG_UP && call.equals("recvmsg"))) {
      return "";
    }
    if (status != DBG_FAILED && !(status == NO_SUCH_TOOL && failure.errno() == Errno.ENOENT)) {
      return "the status is " + status;
    }
    return ended.said().contains(word(call)) || GONE.stream().anyMatch(ended.said()::contains)
        ? ""
        : "the message does not name the call";
  }
}
