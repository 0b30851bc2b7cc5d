package dev.dbg.nativetests.log;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.recording.AlteredRecording;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.policy.rule.AlteredRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A tool's output is recorded where a rule or the operator asks for it; scriptreplay(1) is the
 * oracle.
 */
@Tag("native")
final class RecordingTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["dbgt-kept"]
      namespaces = ["net", "pid"]
      tools = ["ss", "act", "look"]
      record = true

      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-free"]
      namespaces = ["net"]
      tools = ["ss", "act"]
      record = "allowed"

      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-bare"]
      namespaces = ["net"]
      tools = ["ss", "act"]

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["dbgt-free"]
      namespaces = ["net"]
      tools = ["ss", "act"]
      record = "allowed"
      """;

  @RegisterExtension static final Host host = Host.with(POLICY).limitedTo("recording = \"1M\"");

  @RegisterExtension static final Host unlimited = host.without("limits");

  @RegisterExtension static final Host small = smallWith("recordings = \"6M\"");

  /** A host where no quota of recordings is reached, and where operators need no rule to record. */
  @RegisterExtension
  static final Host lenient =
      smallWith("recordings = \"60M\"")
          .inWhich(AlteredRecording.Lenient.class, AlteredRules.LettingRecord.class);

  private static Host smallWith(String inAll) {
    return Host.with(POLICY).limitedTo("recording = \"1M\"", "recordings-per-user = \"4M\"", inAll);
  }

  private static final int MORE_THAN_MOST = 3 << 20;

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-kept");
    host.docker().starts("dbgt-free");
    host.docker().starts("dbgt-bare");
  }

  @Test
  void what_a_rule_wants_recorded_is_recorded_whatever_the_operator_says() throws Exception {
    for (String line : List.of("dbgt-kept net -- ss -tlnH", "--record dbgt-kept net -- ss -tlnH")) {
      Ran ran = host.ann().runs(line).exits(0).isRecorded();
      ran.leaves("intent").says("/recorded", true).says("/confinement/streams", "pipes");
      assertArrayEquals(ran.bytes(), kept(session(ran)));
      assertArrayEquals(ran.bytes(), replayed(session(ran)));
    }
  }

  @Test
  void an_operator_may_record_what_no_rule_wants_recorded() throws Exception {
    Ran plain = host.ann().runs("dbgt-free net -- ss -tlnH").exits(0).isRecorded();
    assertFalse(Files.exists(output(session(plain))));
    plain.leaves("intent").says("/recorded", "");

    Ran ran = host.ann().runs("--record dbgt-free net -- ss -tlnH").exits(0).isRecorded();
    assertArrayEquals(ran.bytes(), kept(session(ran)));
  }

  @Test
  void where_no_rule_allows_it_nothing_is_recorded_and_the_refusal_says_what_to_write()
      throws Exception {
    String line = "--record dbgt-bare net -- ss -tlnH";
    host.ann()
        .runs(line)
        .isRefused("does not permit --record: leave it out, or ask for record = \"allowed\"");
    host.ann().runs("dbgt-bare net -- ss -tlnH").exits(0).isRecorded();
    lenient.ann().runs(line).exits(0).isRecorded().leaves("intent").says("/recorded", true);
    assertTrue(
        host.ann()
            .runs("explain dbgt-free net -- ss")
            .exits(0)
            .out()
            .contains("the tool's output is recorded if --record is given"));
  }

  /** Finished recordings, running ones, and what this session may still write, all count. */
  @Test
  void an_operators_recording_budget_holds_after_a_restart() throws Exception {
    String megabyte = "--record dbgt-free net -- act print 1000000";
    assertTrue(takes(small, megabyte) == 3);
    small
        .ann()
        .runs(megabyte)
        .fails(DBG_FAILED, "your recordings take 2M", "limits.recordings-per-user", "audit.keep");
    small.daemon().stops();
    small.daemon().starts();
    small.ann().runs(megabyte).fails(DBG_FAILED, "limits.recordings-per-user");
    small.ann().runs("dbgt-free net -- act print 10").exits(0).isRecorded();

    // Another operator has a separate quota, as far as there is space.
    Running going = small.bob().starts("--record dbgt-free net -- act wait").prints("waiting");
    small.bob().runs("--record dbgt-free net -- ss -tlnH").fails(DBG_FAILED, "all recordings take");
    going.gets("TERM").ends();
    small.bob().runs("--record dbgt-free net -- ss -tlnH").exits(0).isRecorded();

    assertTrue(takes(lenient, megabyte) >= 5);
  }

  private static int takes(Host at, String line) {
    for (int i = 0; i < 6; i++) {
      if (at.ann().runs(line).err().contains("cannot be recorded")) {
        return i;
      }
    }
    return 6;
  }

  @Test
  void bytes_are_kept_as_they_are_in_a_pid_namespace_too() throws Exception {
    byte[] bytes = new byte[10_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 7 + i / 256);
    }
    Ran ran = host.ann().pipes(bytes, "dbgt-kept net,pid -- act copy").exits(0).prints(bytes);

    assertArrayEquals(bytes, kept(session(ran)));
    host.ann().runs("audit replay " + session(ran)).exits(0).prints(bytes);
  }

  /** asciicast, as other programs play it: all that was printed, and the size at the beginning. */
  @Test
  void a_recording_is_printed_as_asciicast() {
    Ran ran = host.ann().runs("dbgt-kept net -- act print 2000").exits(0);
    List<String> lines = cast(ran);
    AuditRecord.of(lines.getFirst()).says("/version", 2);
    String all =
        lines.stream()
            .skip(1)
            .map(AuditRecord::of)
            .map(event -> event.says("/1", "o").text("/2"))
            .collect(Collectors.joining());
    assertEquals(ran.out(), all);

    Ran drawn =
        host.ann()
            .atTerminal()
            .runsScript("stty rows 33 cols 99; exec $DBG -t dbgt-kept net -- act print 9");
    AuditRecord.of(cast(drawn).get(1)).says("/1", "r").says("/2", "99x33");
  }

  private static List<String> cast(Ran ran) {
    return host.ann().runs("audit replay --json " + session(ran)).exits(0).out().lines().toList();
  }

  @Test
  void the_result_has_the_hashes_and_what_was_changed_is_not_played() throws Exception {
    Ran ran = host.ann().runs("dbgt-kept net -- act print 2000").exits(0).isRecorded();
    String session = session(ran);
    ran.leaves("result")
        .says("/recording/bytes", Files.size(output(session)))
        .says("/recording/sha256", sha256(output(session)))
        .says("/recording/timing_sha256", sha256(timing(session)));
    host.ann().runs("audit replay " + session).exits(0).prints(ran.bytes());

    assertFalse(verified().contains(session), "told of nothing");

    Files.write(output(session), new byte[] {'x'}, StandardOpenOption.APPEND);
    isFound("recording-edited: audit.jsonl", "the recording of session " + session);
    host.ann().runs("audit replay " + session).exits(1).says("was changed or removed").prints("");
    Files.delete(output(session));
    isFound("recording-missing: audit.jsonl");
    host.root().runs("audit replay " + session).exits(1).says("was changed or removed");
  }

  @Test
  void a_recording_of_a_killed_dbgd_is_kept_and_verified() throws Exception {
    Running dbg = host.ann().starts("dbgt-kept net -- act wait").prints("waiting");
    String session = host.audit().last("intent").text("/session");
    assertFalse(Files.exists(output(session)), "it goes on");

    host.daemon().isKilled();
    dbg.ends();
    Patience.until("the tool is dead", () -> host.processes().tools().isEmpty());
    host.daemon().starts();

    host.audit()
        .waitsFor("orphaned", session)
        .says("/recording/sha256", sha256(output(session)))
        .says("/recording/timing_sha256", sha256(timing(session)));
    assertTrue(new String(kept(session), StandardCharsets.US_ASCII).startsWith("waiting"));
    host.ann().runs("audit replay " + session).exits(0).prints(kept(session));
    Files.write(output(session), new byte[] {'x'}, StandardOpenOption.APPEND);
    isFound("the recording of session " + session);
    Files.delete(output(session));
    Files.delete(timing(session));
  }

  @Test
  void control_characters_are_escaped_in_a_replay_as_text() {
    byte[] title = "\033]0;mine\007\u00e4\r\nend".getBytes(StandardCharsets.UTF_8);
    Ran ran = host.ann().pipes(title, "dbgt-kept net -- act copy").exits(0);

    byte[] shown = host.ann().runs("audit replay --text " + session(ran)).exits(0).bytes();
    String text = new String(shown, StandardCharsets.UTF_8);

    assertFalse(text.contains("\033") || text.contains("\007") || text.contains("\r"), text);
    assertTrue(text.contains("]0;mine") && text.contains("\u00e4") && text.endsWith("end\n"), text);
  }

  @Test
  void a_replay_at_a_terminal_draws_and_drops_other_control_sequences() throws Exception {
    byte[] title = "\033]0;mine\007end\n".getBytes(StandardCharsets.US_ASCII);
    Ran piped = host.ann().pipes(title, "dbgt-kept net -- act copy").exits(0);
    Running typing = host.ann().atTerminal().starts("-t dbgt-kept net -- act copy");
    Ran typed =
        typing
            .types("\033[2;5H\033[1mdrawn\033[6n\033[?1049h\033(0\033[8m\033]52;c;eA==\007\n")
            .prints("\033]52;c;eA==\007\r\n")
            .types("\u0004")
            .ends()
            .exits(0);

    host.ann()
        .atTerminal()
        .runs("audit replay " + session(piped))
        .exits(0)
        .prints("^[]0;mine^Gend\r\n");
    // Root reads, and somebody else chose the bytes.
    String replay = "audit replay " + session(typed);
    String replayed = host.root().atTerminal().runs(replay).exits(0).out();
    assertTrue(replayed.contains("\033[2;5H\033[1mdrawn^[]52;c;eA==^G\r"), replayed);
    for (String obeyed : List.of("\033[6n", "\033[?", "\033(", "\033[8m", "\033]", "\007")) {
      assertFalse(replayed.contains(obeyed), replayed);
    }
    assertTrue(replayed.endsWith("\033[m\r\n"), "the style ends with the drawing");
    String raw = host.root().atTerminal().runs(replay + " --raw").exits(0).out();
    assertTrue(raw.contains("drawn\033[6n\033[?1049h\033(0\033[8m\033]52;c;eA==\007\r"), raw);
    assertArrayEquals(kept(session(typed)), host.root().runs(replay).exits(0).bytes());
  }

  @Test
  void a_terminal_is_recorded_too() throws Exception {
    Ran ran = host.ann().atTerminal().runs("-t dbgt-kept net,pid -- act print 640");
    ran.exits(0);
    String shown = new String(kept(session(ran)), StandardCharsets.US_ASCII);
    assertEquals(10, shown.split("\r\n").length, shown);
  }

  @Test
  void a_session_that_does_not_begin_leaves_no_file() throws Exception {
    Path kept = host.audit().file().resolveSibling("recordings");
    host.ann().runs("dbgt-kept net -- ss -tlnH").exits(0);
    long before = files(kept);
    host.ann().runs("-t dbgt-kept net -- ss -tlnH").fails(DBG_FAILED, "-t needs a terminal");
    assertEquals(before, files(kept));
  }

  private static long files(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.count();
    }
  }

  @Test
  void others_neither_read_nor_play_it() throws Exception {
    Ran ran = host.ann().runs("dbgt-kept net -- ss -tlnH").exits(0).isRecorded();
    host.bob().runs("audit replay " + session(ran)).exits(DBG_FAILED).says("no session").prints("");
    host.root().runs("audit replay " + session(ran)).exits(0).prints(ran.bytes());
    for (Path file : List.of(output(session(ran)), timing(session(ran)))) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      assertEquals(0, Files.getAttribute(file, "unix:uid"));
    }
    host.ann().runs("audit replay 0123456789abcdef").exits(DBG_FAILED).says("no session");
    Ran plain = host.ann().runs("dbgt-free net -- ss -tlnH").exits(0);
    host.ann().runs("audit replay " + session(plain)).exits(DBG_FAILED).says("has no recording");
  }

  @Test
  void nothing_is_shown_that_cannot_be_recorded() throws Exception {
    Ran ran =
        host.ann()
            .runs("dbgt-kept net -- act print " + MORE_THAN_MOST)
            .exits(DBG_FAILED)
            .says("limits.recording");
    AuditRecord result = ran.leaves("result");
    result.mentions("/outcome/unrecordable", "limits.recording");
    byte[] kept = kept(session(ran));
    assertTrue(ran.bytes().length <= kept.length, ran.bytes().length + " > " + kept.length);
    assertArrayEquals(ran.bytes(), Arrays.copyOf(kept, ran.bytes().length));
    assertTrue(Files.size(output(session(ran))) <= 1 << 20);
    Patience.until("the tool is dead", () -> host.processes().tools().isEmpty());
  }

  @Test
  void without_the_limit_a_recording_grows_beyond_it() {
    Ran ran = unlimited.ann().runs("dbgt-kept net -- act print " + MORE_THAN_MOST).exits(0);
    assertEquals(MORE_THAN_MOST, ran.bytes().length);
  }

  @Test
  void the_tool_has_no_descriptor_of_the_recording() {
    for (String namespaces : List.of("net", "net,pid")) {
      host.ann()
          .runs("dbgt-kept %s -- look descriptors".formatted(namespaces))
          .exits(0)
          .prints("0\n1\n2\n");
    }
  }

  private static String session(Ran ran) {
    return ran.leaves("intent").text("/session");
  }

  private static Path output(String session) {
    return host.audit().file().resolveSibling("recordings").resolve(session + ".out");
  }

  private static Path timing(String session) {
    return output(session).resolveSibling(session + ".timing");
  }

  /** The recorded bytes, without the heading. */
  private static byte[] kept(String session) throws IOException {
    byte[] all = Files.readAllBytes(output(session));
    int end = 0;
    while (all[end] != '\n') {
      end++;
    }
    return Arrays.copyOfRange(all, end + 1, all.length);
  }

  /** scriptreplay ends its output with a line feed. */
  private static byte[] replayed(String session) throws Exception {
    byte[] played =
        asRoot(
            "scriptreplay",
            "--log-timing",
            timing(session).toString(),
            "--log-out",
            output(session).toString());
    return Arrays.copyOf(played, played.length - 1);
  }

  private static String sha256(Path file) throws Exception {
    return new String(asRoot("sha256sum", file.toString()), StandardCharsets.US_ASCII)
        .split(" ", 2)[0];
  }

  /** Whether a verification says all of these. */
  private static void isFound(String... parts) {
    String said = verified();
    for (String part : parts) {
      assertTrue(said.contains(part), said);
    }
  }

  /** What {@code dbg audit verify} tells root about the log that is being written. */
  private static String verified() {
    return host.root().runs("audit verify").out();
  }

  private static byte[] asRoot(String... words) throws Exception {
    Process process =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    byte[] out = process.getInputStream().readAllBytes();
    assertEquals(0, process.waitFor());
    return out;
  }
}
