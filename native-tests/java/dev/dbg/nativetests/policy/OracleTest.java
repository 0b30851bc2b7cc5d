package dev.dbg.nativetests.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.authorize.AlteredAuthorize;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.words.Packet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A refusal does not reveal whether a container exists, not by its time either: dbgd makes the same
 * system calls for a container that the operator may not know of as for none. Where it would look
 * for the name, it would make others.
 */
@Tag("native")
@Tag("whole")
final class OracleTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-dns-*", "label:team=dns"]
      except = ["*-vault-*"]
      namespaces = ["net"]
      tools = ["ss"]
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-dns-*", "label:team=dns"]
      except = ["*-vault-*"]
      tools = ["status"]
      """;

  /** Each is a number of requests of which the system calls are counted. */
  private static final int ROUNDS = 5;

  /** With those before they are counted, a few fewer than what pacing lets through. */
  private static final int ASKED_A_ROUND = 4;

  private static final int TIMES = 10;

  private static final Pattern CALL = Pattern.compile("\\d+ +([a-z0-9_]+)\\(");

  private static int traces;

  @RegisterExtension static final Host host = Host.with(POLICY);

  /** A dbgd that asks the engines for the name, whoever the operator is. */
  @RegisterExtension static final Host asking = host.inWhich(AlteredAuthorize.Asking.class);

  private static Container payroll;

  @BeforeAll
  static void start() {
    payroll = host.docker().starts("dbgt-payroll");
  }

  /**
   * The system calls for files and sockets that dbgd makes for some requests. It makes others now
   * and then that belong to no request, for example when an engine reports an event. These only add
   * to a round, so the fewest calls of several rounds are those of the request.
   */
  private static Map<String, Long> calls(Host at, String... words) throws IOException {
    Path request = at.directory().resolve("request");
    Files.write(request, Packet.request(words));
    asks(at, request); // the first time classes are loaded
    Map<String, Long> fewest = callsOfARound(at, request);
    for (int round = 1; round < ROUNDS; round++) {
      fewest = fewest(fewest, callsOfARound(at, request));
    }
    return fewest;
  }

  /** The smaller number of each call, without the calls that are in one map only. */
  private static Map<String, Long> fewest(Map<String, Long> one, Map<String, Long> other) {
    Map<String, Long> fewest = new TreeMap<>();
    one.forEach(
        (call, count) -> {
          if (other.containsKey(call)) {
            fewest.put(call, Math.min(count, other.get(call)));
          }
        });
    return fewest;
  }

  private static Map<String, Long> callsOfARound(Host at, Path request) throws IOException {
    Path trace = at.directory().resolve("trace-" + traces++);
    Running strace = at.daemon().isTraced("%file,%network", trace);
    asks(at, request);
    var _ = strace.gets("INT").ends();
    try (Stream<String> lines = Files.lines(trace, StandardCharsets.ISO_8859_1)) {
      return lines
          .map(CALL::matcher)
          .filter(Matcher::lookingAt)
          .collect(Collectors.groupingBy(call -> call.group(1), Collectors.counting()));
    }
  }

  private static void asks(Host at, Path request) {
    String file = request.toString();
    String pairs = Integer.toString(ASKED_A_ROUND / 2);
    var _ =
        at.ann()
            .startsProgram("flood", "ask", at.socket().toString(), pairs, file, file)
            .endsWithinMinutes(5)
            .exits(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "explain %s net -- ss -tlnH",
        "%s net -- ss -tlnH",
        "tools %s",
        "tools --json %s",
        "status %s"
      })
  void for_a_hidden_name_dbgd_does_what_it_does_for_a_missing_one(String line) throws IOException {
    assertSame(line, "dbgt-payroll", "dbgt-nothing");
  }

  /**
   * Compares the fewest calls of all rounds so far, and makes more rounds while they differ: calls
   * that belong to no request come in any round, calls for a name in each round of that name.
   */
  private static void assertSame(String line, String there, String notThere) throws IOException {
    String[] asksHidden = line.formatted(there).split(" ");
    String[] asksMissing = line.formatted(notThere).split(" ");
    Map<String, Long> hidden = calls(host, asksHidden);
    Map<String, Long> missing = calls(host, asksMissing);
    for (int time = 1; time < TIMES && !hidden.equals(missing); time++) {
      hidden = fewest(hidden, calls(host, asksHidden));
      missing = fewest(missing, calls(host, asksMissing));
    }
    assertTrue(hidden.containsKey("sendto"), hidden::toString);
    assertEquals(missing, hidden);
  }

  @Test
  void for_the_beginning_of_a_hidden_id_it_does_what_it_does_for_no_id() throws IOException {
    String id = payroll.id().substring(0, 12);

    assertSame("explain %s net -- ss -tlnH", id, "0123456789ab");
  }

  @Test
  void where_an_engine_is_asked_for_the_name_more_is_done_for_one_of_the_two() throws IOException {
    String line = "explain %s net -- ss -tlnH";
    Map<String, Long> hidden = calls(asking, line.formatted("dbgt-payroll").split(" "));
    Map<String, Long> missing = calls(asking, line.formatted("dbgt-nothing").split(" "));

    assertNotEquals(missing, hidden);
  }

  @Test
  void a_refused_explanation_is_recorded() {
    host.ann()
        .runs("explain dbgt-payroll net -- ss -tlnH")
        .exits(126)
        .leaves("denied")
        .says("/operator/user", "dbgt-ann")
        .says("/target/asked", "dbgt-payroll")
        .says("/argv/0", "explain")
        .says("/outcome/status", 126);
    host.ann()
        .runs("tools dbgt-payroll")
        .exits(126)
        .leaves("denied")
        .says("/target/asked", "dbgt-payroll")
        .says("/argv/0", "tools");
  }

  /** Neither the questions to the engine nor the record depend on it. */
  @Test
  void the_record_of_a_hidden_name_is_that_of_a_missing_one() {
    String hidden =
        host.ann()
            .runs("dbgt-payroll net -- ss -tlnH")
            .isRefused()
            .leaves("denied")
            .text("/decision/detail");
    String missing =
        host.ann()
            .runs("dbgt-nothing net -- ss -tlnH")
            .isRefused()
            .leaves("denied")
            .text("/decision/detail");

    assertEquals(missing, hidden.replace("dbgt-payroll", "dbgt-nothing"));
  }

  @Test
  void a_shared_name_means_the_visible_container() {
    host.docker().starts("dbgt-twice", "--label", "team=dns");
    host.podman().starts("dbgt-twice");

    host.ann().runs("dbgt-twice net -- ss -tlnH").exits(0).isRecorded();
  }
}
