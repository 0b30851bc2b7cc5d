package dev.dbg.nativetests.log;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.Operator;
import dev.dbg.nativetests.scene.user.Pty;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dbg sessions} and {@code dbg kill}: who runs what, and ending it. */
@Tag("native")
@Tag("whole")
final class OversightTest {
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;

  @RegisterExtension
  static final Host host =
      Host.with(Host.EVERYTHING.replace("tools = [", "tools = [\"strace\", "))
          .limitedTo("drain = \"1m\"");

  private static Container container;

  @BeforeAll
  static void start() {
    container = host.docker().starts("dbgt-oversight");
  }

  /**
   * Soon: a client may have ended before dbgd has taken its session from the list. What a test that
   * failed has left would let each of the others wait.
   */
  @AfterEach
  void none_is_left() {
    try {
      Patience.until("none is left", () -> left().isEmpty());
    } finally {
      for (String session : left()) {
        Ran _ = host.root().runs("kill " + session);
      }
    }
  }

  private static List<String> left() {
    return host.root().runs("sessions --json").lines().stream()
        .map(line -> AuditRecord.of(line).text("/session"))
        .toList();
  }

  private static Running starts(Operator operator, String line) {
    return operator.starts("dbgt-oversight " + line).prints("ing");
  }

  /** The number of the session that was started last. */
  private static String session() {
    return host.audit().last("intent").text("/session");
  }

  @Test
  void an_operator_sees_their_own_sessions_and_root_sees_all() {
    Running anns = starts(host.ann(), "net,uts -- act wait http://me:topsecret@here/");
    String ann = session();
    Running bobs = starts(host.bob(), "mnt -- act wait");
    String bob = session();

    String own = host.ann().runs("sessions").exits(0).out();
    String all = host.root().runs("sessions").exits(0).out();

    assertTrue(own.matches("(?s)SESSION .*\n" + ann + "  dbgt-ann .*"), own);
    assertTrue(own.contains("dbgt-oversight"), own);
    assertTrue(own.contains("net,uts -- act wait 'http://***@here/'\n"), own);
    assertEquals(2, own.lines().count(), own);
    assertEquals(3, all.lines().count(), all);
    assertTrue(all.indexOf(ann) < all.indexOf(bob), all);
    assertFalse(all.contains("topsecret"), all);

    Ran json = host.bob().runs("sessions --json").exits(0);
    assertTrue(
        json.out()
            .matches(
                "\\{\"session\":\"%s\",\"operator\":\"dbgt-bob\",.*\"namespaces\":\\[\"mnt\"],\"tool\":\"act\",\"argv\":\\[\"wait\"],\"terminal\":false,\"recorded\":false,.*}\n"
                    .formatted(bob)),
        json.out());
    anns.gets("TERM").ends();
    bobs.gets("TERM").ends();
  }

  @Test
  void the_list_says_what_a_session_uses() {
    Running idle = starts(host.ann(), "net -- act wait");
    Running big = host.ann().starts("dbgt-oversight net -- act allocate 50").prints("allocated");
    Running busy = host.ann().startsInto("cat >/dev/null", "dbgt-oversight net -- act flood");

    Patience.until("it has used the processor", () -> uses("flood", "cpu_us") > 300_000);
    assertTrue(uses("allocate", "memory_bytes") > 50 << 20);
    assertTrue(uses("wait", "memory_bytes") < 20 << 20);
    assertTrue(uses("wait", "cpu_us") < 200_000);

    for (String line : host.ann().runs("sessions --json").lines()) {
      host.ann().runs("kill " + line.replaceAll(".*\"session\":\"([0-9a-f]+)\".*", "$1")).exits(0);
    }
    for (Running running : List.of(idle, big, busy)) {
      Ran _ = running.ends();
    }
  }

  /** A number in the line of the session whose first argument is {@code what}. */
  private static long uses(String what, String member) {
    return host.ann().runs("sessions --json").lines().stream()
        .filter(line -> line.contains("\"argv\":[\"" + what + "\""))
        .mapToLong(line -> Long.parseLong(line.replaceAll(".*\"" + member + "\":([0-9]+).*", "$1")))
        .findFirst()
        .orElse(0);
  }

  @Test
  void a_session_of_ones_own_is_ended_gently_and_both_records_say_so() {
    Running dbg = starts(host.ann(), "net -- act tidy");
    String session = session();

    Ran kill = host.ann().runs("kill " + session.substring(0, 6)).exits(0);

    assertEquals("session " + session + ", act in dbgt-oversight, has ended\n", kill.out());
    dbg.ends()
        .exits(0)
        .prints("waiting\ntidied\n")
        .says("dbg: the tool was ended by dbgt-ann with dbg kill\n");
    AuditRecord killing = host.audit().last("kill");
    killing
        .says("/operator/user", "dbgt-ann")
        .says("/killed/session", session)
        .says("/killed/user", "dbgt-ann")
        .says("/target/name", "dbgt-oversight")
        .says("/tool/name", "act");
    host.audit()
        .waitsFor("result", session)
        .says("/outcome/exit", 0)
        .says("/ended/how", "kill")
        .says("/ended/user", "dbgt-ann")
        .says("/ended/session", killing.text("/session"));
    assertTrue(
        killing.json().path("seq").asLong()
            < host.audit().waitsFor("result", session).json().path("seq").asLong());
  }

  @ParameterizedTest
  @CsvSource({"wait,15", "cling,9"})
  void root_ends_anybodys_session(String what, int signal) {
    for (String namespaces : List.of("net", "mnt,pid")) {
      Running dbg = starts(host.ann(), namespaces + " -- act " + what);
      String session = session();

      Ran kill = host.root().runs("kill " + session).exits(0);

      assertTrue(kill.out().contains("session " + session + " of dbgt-ann, act in"), kill.out());
      dbg.ends().diesBy(signal).says("dbg: the tool was ended by root with dbg kill\n");
      host.audit()
          .waitsFor("result", session)
          .says("/outcome/signal", signal)
          .says("/ended/user", "root")
          .says("/ended/uid", 0);
    }
  }

  /** Whoever could tell the two apart would learn which sessions others have. */
  @Test
  void a_session_of_another_and_a_missing_one_are_refused_with_the_same_words() {
    Running dbg = starts(host.ann(), "net -- act wait");
    String session = session();
    String missing = session.startsWith("0000") ? "1111" : "0000";

    Ran others = host.bob().runs("kill " + session).exits(DBG_FAILED);
    Ran none = host.bob().runs("kill " + missing).exits(DBG_FAILED);

    assertEquals(others.err().replace(session, "X"), none.err().replace(missing, "X"));
    others.leaves("denied").mentions("/decision/why", "no session '" + session + "'");
    assertEquals(0, host.audit().count("kill") - killsOf("dbgt-ann") - killsOf("root"));
    assertTrue(host.ann().runs("sessions").out().contains(session));
    dbg.gets("TERM").ends().diesBy(SIGTERM);
  }

  private static long killsOf(String user) {
    return host.audit().records().stream()
        .filter(record -> record.event().equals("kill"))
        .filter(record -> record.text("/operator/user").equals(user))
        .count();
  }

  @Test
  void a_tracer_that_is_ended_lets_go_of_the_process() {
    Running dbg =
        host.ann().starts("dbgt-oversight pid -- strace -p 1").prints("Process 1 attached");

    host.root().runs("kill " + session()).exits(0);

    dbg.ends().says("detached", "ended by root with dbg kill");
    assertEquals("0", Processes.status(container.pid(), "TracerPid"));
    assertTrue("SR".indexOf(Processes.state(container.pid())) >= 0);
  }

  @Test
  void a_recording_is_kept_up_to_the_end() {
    Running dbg = host.ann().starts("--record dbgt-oversight net -- act tidy").prints("waiting");
    String session = session();

    host.root().runs("kill " + session).exits(0);

    dbg.ends().exits(0);
    assertEquals(
        "waiting\ntidied\n", host.ann().runs("audit replay --text " + session).exits(0).out());
  }

  @Test
  void a_terminal_is_given_back_to_the_operator() {
    Pty pty = host.ann().atShell();
    String before = pty.modes();
    pty.types("$DBG -t dbgt-oversight net -- act cling\n").shows("clinging");

    host.root().runs("kill " + session()).exits(0);

    pty.shows("dbg: the tool was ended by root with dbg kill\r\n");
    assertEquals(128 + SIGKILL, pty.showsPrompt());
    assertEquals(before, pty.modes());
    pty.ends();
  }

  @Test
  void the_list_is_shown_again_until_it_is_interrupted() {
    Pty pty = host.root().atShell();
    pty.types("$DBG sessions --watch\n").shows("SESSION");

    Running dbg = starts(host.ann(), "net -- act wait");
    pty.shows(session()).shows("net -- act wait");
    pty.shows(session());
    pty.types(Pty.CTRL_C);

    assertEquals(128 + SIGINT, pty.showsPrompt());
    dbg.gets("TERM").ends();
    pty.ends();
  }

  @Test
  void at_a_pipe_the_list_is_printed_again() {
    Running dbg = starts(host.ann(), "net -- act wait");
    String session = session();
    Running watching = host.ann().starts("sessions --watch --json");

    Patience.until(
        "it is printed three times",
        () -> watching.printed().lines().filter(line -> line.contains(session)).count() >= 3);

    watching.gets("TERM").ends().diesBy(SIGTERM);
    dbg.gets("TERM").ends();
  }

  @ParameterizedTest
  @ValueSource(strings = {"kill 0", "kill", "kill 00000 00001", "kill -9 0000"})
  void nothing_is_ended_by_what_names_no_session(String line) {
    host.root().runs(line).exits(DBG_FAILED).says("dbg");
  }

  /** The drain of this host is long enough for all that happens here. */
  @Test
  void sessions_may_end_by_themselves_while_dbgd_is_being_stopped() throws Exception {
    Running dbg = starts(host.ann(), "net -- act wait");
    String session = session();
    Thread stopping = Thread.ofPlatform().start(host.daemon()::stops);
    Ran refused = turnedAway();

    assertEquals(
        "dbg: dbgd is being stopped by its administrator: try again in a moment\n", refused.err());
    dbg.gets("TERM").ends().diesBy(SIGTERM);
    stopping.join();

    host.audit()
        .waitsFor("result", session)
        .says("/outcome/signal", SIGTERM)
        .says("/ended/how", "");
    host.daemon().starts();
  }

  private static Ran turnedAway() {
    while (true) {
      Ran ran = host.bob().runs("sessions");
      if (!ran.err().isEmpty()) {
        return ran.exits(DBG_FAILED);
      }
    }
  }
}
