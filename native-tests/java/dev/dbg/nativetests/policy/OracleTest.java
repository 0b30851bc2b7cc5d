package dev.dbg.nativetests.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.Container;
import dev.dbg.nativetests.scene.Host;
import dev.dbg.nativetests.scene.Operator;
import dev.dbg.nativetests.scene.Packet;
import dev.dbg.nativetests.scene.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The time that a refusal takes does not reveal whether a container exists. The tries alternate, so
 * that other load on the machine affects both.
 */
@Tag("native")
final class OracleTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-dns-*", "label:team=dns"]
      except = ["*-vault-*"]
      namespaces = ["net"]
      tools = ["ss"]
      """;

  /** By chance once in three hundred thousand times, for independent tries. */
  private static final double BY_CHANCE = 4.5;

  private static final int TRIES = 250;

  @RegisterExtension static final Host host = Host.with(POLICY);

  /** A dbgd that asks the engines for the name, whoever the operator is. */
  @RegisterExtension
  static final Host asking =
      host.inWhich(
          "authorize/TargetFinder.java", "if (mayKnow()) {", "if (!mayKnow() || mayKnow()) {");

  private static Container payroll;

  @BeforeAll
  static void start() {
    payroll = host.docker().starts("dbgt-payroll");
  }

  /** How long the refusals of the hidden and of the missing name took. */
  private record Both(Times hidden, Times missing) {
    double difference() {
      return hidden.differsFrom(missing);
    }

    @Override
    public String toString() {
      return "hidden %s; missing %s; %.1f standard deviations apart"
          .formatted(hidden, missing, difference());
    }
  }

  private static Both asks(Host at, int tries, String line, String hidden, String missing)
      throws IOException {
    Operator ann = at.ann();
    Path one = at.directory().resolve("hidden");
    Path other = at.directory().resolve("missing");
    Files.write(one, Packet.request(line.formatted(hidden).split(" ")));
    Files.write(other, Packet.request(line.formatted(missing).split(" ")));
    List<String> lines =
        ann.startsProgram(
                "flood",
                "ask",
                at.socket().toString(),
                Integer.toString(tries),
                one.toString(),
                other.toString())
            .endsWithinMinutes(5)
            .exits(0)
            .lines();
    List<Long> first = new ArrayList<>();
    List<Long> second = new ArrayList<>();
    for (String both : lines) {
      first.add(Long.parseLong(both.split(" ", -1)[0]));
      second.add(Long.parseLong(both.split(" ", -1)[1]));
    }
    return new Both(Times.of(first), Times.of(second));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"explain %s net -- ss -tlnH", "%s net -- ss -tlnH", "tools %s", "tools --json %s"})
  void a_hidden_name_and_a_missing_one_take_as_long(String line) throws IOException {
    Both both = asks(host, TRIES, line, "dbgt-payroll", "dbgt-nothing");

    System.err.println(line + ": " + both);
    assertTrue(Math.abs(both.difference()) < BY_CHANCE, both::toString);
  }

  @Test
  void the_beginning_of_a_hidden_id_and_of_no_id_take_as_long() throws IOException {
    String id = payroll.id().substring(0, 12);
    Both both = asks(host, TRIES, "explain %s net -- ss -tlnH", id, "0123456789ab");

    System.err.println("id: " + both);
    assertTrue(Math.abs(both.difference()) < BY_CHANCE, both::toString);
  }

  @Test
  void an_engine_that_is_asked_for_the_name_gives_it_away() throws IOException {
    Both both =
        asks(asking, 6 * TRIES, "explain %s net -- ss -tlnH", "dbgt-payroll", "dbgt-nothing");

    System.err.println("asking: " + both);
    assertTrue(Math.abs(both.difference()) > 3, both::toString);
  }

  @Test
  void who_explains_and_is_refused_is_on_record() {
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
  void of_two_of_one_name_the_one_that_may_be_seen_is_meant() {
    host.docker().starts("dbgt-twice", "--label", "team=dns");
    host.podman().starts("dbgt-twice");

    host.ann().runs("dbgt-twice net -- ss -tlnH").exits(0).isRecorded();
  }
}
