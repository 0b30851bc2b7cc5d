package dev.dbg.nativetests.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.measure.Whole;
import dev.dbg.nativetests.scene.target.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The log of real sessions: durable when dbgd says so, and verifiable by anybody who doubts it. */
@Tag("native")
@Tag("whole")
final class AuditTrustTest {
  private static final List<Integer> SEEDS = Whole.seeds(9, 3);
  private static final int NOT_INTACT = 1;

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-trust");
  }

  @Test
  void a_log_is_intact_and_an_edit_in_it_is_named() throws IOException {
    host.ann().runs("dbgt-trust net -- ss -tlnH").exits(0).isRecorded();
    host.daemon().stops();
    String whole = host.installed().verifies().exits(0).out();
    host.installed().verifies().exits(0).prints(whole);
    assertTrue(whole.startsWith("unbroken: "), whole);
    String key = host.audit().file().resolveSibling("verify.key").toString();
    String kept = host.installed().verifies("--key", key).exits(0).out();
    assertTrue(kept.startsWith("intact: ") && kept.contains(", says seal.key\n"), kept);
    assertTrue(whole.contains("; 1 record after it is not"), "the end is sealed");

    List<String> lines = Files.readAllLines(host.audit().file());
    int line = 0;
    while (!lines.get(line).contains("\"event\":\"intent\"")) {
      line++;
    }
    String genuine = lines.get(line);
    lines.set(line, genuine.replace("\"user\":\"" + host.ann().name(), "\"user\":\"somebody"));
    assertNotEquals(genuine, lines.get(line));
    Files.write(host.audit().file(), lines);
    String found = host.installed().verifies().exits(NOT_INTACT).out();
    assertTrue(found.contains("edited: audit.jsonl line " + (line + 1) + ": record "), found);

    lines.set(line, genuine);
    Files.write(host.audit().file(), lines);
    host.installed().verifies().exits(0);
    Files.write(host.audit().file(), lines.subList(0, line));
    assertTrue(
        host.installed().verifies().exits(NOT_INTACT).out().contains("truncated: "),
        "cut, not noticed");
    Files.write(host.audit().file(), lines);
    host.daemon().starts();
  }

  /** What root of the host does who wants the last sessions forgotten. */
  @Test
  void a_log_cut_at_an_older_seal_lacks_the_journals_head() throws IOException {
    host.ann().runs("dbgt-trust net -- ss -tlnH").exits(0).isRecorded();
    host.daemon().stops();
    host.daemon().starts();
    host.ann().runs("dbgt-trust net -- ss -tlnH").exits(0).isRecorded();
    host.daemon().stops();
    Path copy = Files.createTempDirectory(host.directory(), "copy");
    List<String> lines = Files.readAllLines(host.audit().file());
    List<String> seals = lines.stream().filter(line -> line.contains("\"seal\":{")).toList();
    Files.write(copy.resolve("audit.jsonl"), lines.subList(0, lines.indexOf(seals.get(0)) + 1));
    String key = host.audit().file().resolveSibling("verify.key").toString();
    Path heads = host.directory().resolve("heads");
    Files.write(
        heads,
        host.daemon().log().lines().filter(line -> line.contains("sealed: epoch ")).toList());

    String cut = host.installed().verifies(copy, "--key", key).exits(0).out();
    assertTrue(cut.startsWith("unbroken: ") && !cut.contains("intact"), cut);
    cut =
        host.installed()
            .verifies(copy, "--key", key, "--heads", heads.toString())
            .exits(NOT_INTACT)
            .out();
    assertTrue(cut.contains("truncated: the end: the log ends with record "), cut);

    Files.write(copy.resolve("audit.jsonl"), lines);
    String whole =
        host.installed().verifies(copy, "--key", key, "--heads", heads.toString()).exits(0).out();
    assertTrue(whole.startsWith("intact: ") && whole.contains(", says the given head\n"), whole);
    host.daemon().starts();
  }

  /** Sessions run at the same time, so their records are interleaved. */
  @Test
  void the_beginning_of_a_number_shows_one_session_whole_whatever_went_on_beside_it() {
    host.ann().startsOften(160, 4, "dbgt-trust net -- ss -tlnH").ends().exits(0);
    List<String> newest = host.ann().runs("audit --json -n 16").exits(0).out().lines().toList();
    for (String digits :
        newest.stream().map(AuditTrustTest::session).map(n -> n.substring(0, 4)).toList()) {
      List<String> lines =
          host.ann().runs("audit show --json " + digits).exits(0).out().lines().toList();
      Set<String> sessions =
          lines.stream().map(AuditTrustTest::session).collect(Collectors.toSet());
      assertEquals(1, sessions.size(), lines.toString());
      assertTrue(sessions.iterator().next().startsWith(digits), lines.toString());
      assertEquals(2, lines.size(), lines.toString());
    }
  }

  private static String session(String line) {
    return line.replaceFirst("^.*\"session\":\"([0-9a-f]{16})\".*$", "$1");
  }

  /** Stopped, so that only dbgd can end it. */
  @Test
  void nobody_verifies_on_for_a_client_that_is_gone() throws Exception {
    var asking = new AtomicReference<Running>();
    var stopped = new AtomicReference<ProcessHandle>();
    // It may end before it is stopped.
    Patience.until(
        "it is stopped while it verifies",
        () -> {
          Running asks = host.root().starts("audit verify");
          asking.set(asks);
          Patience.until(
              "it is verified", () -> asks.hasEnded() || verifying().findAny().isPresent());
          verifying().findFirst().ifPresent(stopped::set);
          return stopped.get() != null && isStopped(stopped.get().pid());
        });
    asking.get().gets("KILL").ends();
    Patience.until("the verifying ends", () -> !stopped.get().isAlive());
  }

  private static boolean isStopped(long pid) {
    String stop =
        "s=/proc/$0/status; kill -STOP $0 && until grep -q '^State:.T' $s; do grep -q '^State:.[RSDT]' $s || exit; done";
    return Command.of("sh", "-c", stop, Long.toString(pid)).run().end().equals("Exited[status=0]");
  }

  private static Stream<ProcessHandle> verifying() {
    String directory = host.directory().resolve("audit").toString();
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                Arrays.asList(process.info().arguments().orElse(new String[0]))
                    .containsAll(List.of("verify", directory, "--live")));
  }

  /** When the record is read, the name may belong to another image. */
  @Test
  void a_record_has_the_id_of_the_image_that_the_container_was_made_from() {
    for (Container container :
        List.of(host.docker().starts("dbgt-image-d"), host.podman().starts("dbgt-image-p"))) {
      host.ann()
          .runs(container.name() + " net -- ss -tlnH")
          .exits(0)
          .leaves("intent")
          .says("/target/way", "api")
          .says("/target/image_id", container.image());
      assertTrue(container.image().matches("sha256:[0-9a-f]{64}"), container.image());
    }
  }

  /** dbgd knows how far its log goes, whatever the file contains. */
  @Test
  void the_log_that_is_being_written_is_verified_against_what_dbgd_knows() throws IOException {
    host.ann().runs("dbgt-trust net -- ss -tlnH").exits(0).isRecorded();
    assertTrue(host.root().runs("audit verify").exits(0).out().startsWith("intact: "));
    assertTrue(
        host.root().runs("audit verify --json").exits(0).out().startsWith("{\"intact\":true"));

    List<String> lines = Files.readAllLines(host.audit().file());
    // In place, as dbgd has the file open: dbgd goes on writing at the end that it knows.
    Files.write(host.audit().file(), lines.subList(0, lines.size() - 1));
    String cut = host.root().runs("audit verify").exits(NOT_INTACT).out();
    assertTrue(cut.contains("removed: ") || cut.contains("truncated: "), cut);

    host.daemon().stops();
    List<String> after = Files.readAllLines(host.audit().file());
    List<String> whole = new ArrayList<>(lines);
    whole.addAll(after.subList(lines.size() - 1, after.size()));
    Files.write(host.audit().file(), whole);
    host.daemon().starts();
    assertTrue(host.root().runs("audit verify").exits(0).out().startsWith("intact: "));
  }

  /** Whatever dbgd was doing: accepting, deciding, entering, writing, spawning or sealing. */
  @Test
  void dbgd_killed_at_any_moment_leaves_a_log_in_which_every_session_has_its_end() {
    for (int seed : SEEDS) {
      Running often = host.ann().startsOften(200, 4, "dbgt-trust net -- ss -tlnH");
      int before = intents();
      Patience.until("sessions are going on", () -> intents() > before);
      pause(Whole.random(seed).nextInt(120));
      host.daemon().isKilled();
      often.ends();
      host.daemon().starts();
    }
    host.ann().runs("dbgt-trust net -- ss -tlnH").exits(0).isRecorded();
    host.daemon().stops();
    host.installed().verifies().exits(0);
    Set<String> open = sessions("intent");
    open.removeAll(sessions("result"));
    open.removeAll(sessions("orphaned"));
    assertEquals(Set.of(), open, "sessions without an end, seeds " + SEEDS);
    Set<String> ended = sessions("result");
    ended.removeAll(sessions("intent"));
    assertEquals(Set.of(), ended, "ends without a beginning, seeds " + SEEDS);
    host.daemon().starts();
  }

  private static Set<String> sessions(String event) {
    return host.audit().wholeRecords().stream()
        .filter(record -> record.event().equals(event))
        .map((AuditRecord record) -> record.text("/session"))
        .collect(Collectors.toSet());
  }

  private static int intents() {
    return sessions("intent").size();
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the manual promises, as the system calls show it. */
  @Test
  void an_intent_is_synced_before_the_tool_and_a_result_before_the_client_hears_of_it()
      throws IOException {
    // A tool's first session asks the loader for the tool's libraries, and executes the loader.
    host.ann().runs("dbgt-trust net -- ss -tlnH").exits(0).isRecorded();
    Path trace = host.directory().resolve("trace");
    Running strace = host.daemon().isTraced("write,fdatasync,execveat,execve,sendto", trace);
    host.ann().runs("dbgt-trust net -- ss -tlnH").exits(0).isRecorded();
    strace.gets("INT").ends();

    List<String> calls = new ArrayList<>(Files.readAllLines(trace));
    // Warm-up sessions write to a separate log, from a separate thread.
    calls.removeIf(call -> call.contains("\\\"boot\\\":\\\"rehearsal"));
    int intent = after(calls, 0, "write(", "\\\"event\\\":\\\"intent\\\"");
    String thread = calls.get(intent).split(" ", 2)[0] + " ";
    int synced = after(calls, intent, thread, "fdatasync(");
    int executed = after(calls, 0, "execve(", "/ss\", [\"ss\"");
    int result = after(calls, intent, thread, "write(", "\\\"event\\\":\\\"result\\\"");
    int resultSynced = after(calls, result, thread, "fdatasync(");
    int told = after(calls, executed, thread, "sendto(");
    assertTrue(intent < synced && synced < executed, intent + " " + synced + " " + executed);
    assertTrue(
        executed < result && result < resultSynced && resultSynced < told,
        executed + " " + result + " " + resultSynced + " " + told);
  }

  private static int after(List<String> calls, int from, String... parts) {
    for (int i = from; i < calls.size(); i++) {
      String call = calls.get(i);
      if (List.of(parts).stream().allMatch(call::contains)) {
        return i;
      }
    }
    throw new AssertionError("no call %s in %s".formatted(List.of(parts), calls));
  }
}
