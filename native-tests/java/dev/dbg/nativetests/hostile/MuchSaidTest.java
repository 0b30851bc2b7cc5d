package dev.dbg.nativetests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.answer.AlteredAnswers;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.HostUser;
import dev.dbg.resolve.untrusted.AlteredUntrusted;
import dev.dbg.wire.AlteredWire;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Users of the host whose engines say so much of their containers that a list of them would fill
 * dbgd's memory, and end it and all sessions. Instead theirs are left out, or without their labels.
 */
@Tag("native")
@Tag("whole")
@ResourceLock(HostUser.OF_THE_MACHINE)
final class MuchSaidTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-*", "podman://*/*", "docker://*/*"]
      namespaces = ["net", "uts"]
      tools = ["act", "hostname"]
      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["label:team=dns"]
      namespaces = ["uts"]
      tools = ["hostname"]
      """;

  private static final String PODMANS =
      ".local/share/containers/storage/overlay-containers/containers.json";

  @RegisterExtension static final Host host = Host.with(POLICY).withUsersEngines();

  /** It counts nothing of what it makes, shortens nothing, and makes it also when nobody waits. */
  @RegisterExtension
  static final Host uncounted =
      Host.with(POLICY)
          .withUsersEngines()
          .inWhich(
              AlteredUntrusted.Uncounted.class,
              AlteredUntrusted.LongWinded.class,
              AlteredAnswers.Wide.class,
              AlteredWire.InOnePiece.class);

  private static final int USERS = 4;

  private static HostUser una;
  private static int users;
  private static int typos;

  private final List<HostUser> hostile = new ArrayList<>();

  /** What hostile users have, and whether the doctor has to name them. */
  private record Attack(String what, boolean isNamed, Consumer<MuchSaidTest> how) {
    @Override
    public String toString() {
      return what;
    }
  }

  /** The last two may not be read to the end in their time: then there is not much of them. */
  static Stream<Attack> attacks() {
    return Stream.of(
        new Attack("350,000 empty names", true, MuchSaidTest::haveEmptyNames),
        new Attack("160,000 labels each", false, MuchSaidTest::haveLabels),
        new Attack("an image of 900,000 characters in 44 rows", true, MuchSaidTest::haveLongImage),
        new Attack("25,000 containers each", true, MuchSaidTest::haveManyContainers),
        new Attack("labels of services", false, MuchSaidTest::tellLabels));
  }

  private static String id(int number) {
    return "%064x".formatted(number);
  }

  private static String repeated(int times, String text) {
    return IntStream.range(0, times).mapToObj(i -> text).collect(Collectors.joining(","));
  }

  private HostUser mal() {
    HostUser mal = HostUser.called("dbgt-much" + users++);
    hostile.add(mal);
    return mal;
  }

  private void haveEmptyNames() {
    HostUser mal = mal();
    mal.writes(
        mal.home(PODMANS),
        "[{\"id\":\"%s\",\"names\":[%s]}]".formatted(id(1), repeated(349_000, "\"\"")));
    mal.does("mkdir", "-p", mal.runtime("containers").toString());
  }

  private void haveManyContainers() {
    for (int i = 0; i < USERS; i++) {
      HostUser mal = mal();
      mal.writes(
          mal.home(PODMANS),
          IntStream.range(0, 25_000)
              .mapToObj(number -> "{\"id\":\"%s\"}".formatted(id(number)))
              .collect(Collectors.joining(",", "[", "]")));
      mal.does("mkdir", "-p", mal.runtime("containers").toString());
    }
  }

  private static String manyLabels() {
    return IntStream.range(0, 80_000)
        .mapToObj(number -> "\"l%d\":\"\"".formatted(number))
        .collect(Collectors.joining(","));
  }

  private void haveLabels() {
    for (int i = 0; i < USERS; i++) {
      HostUser mal = mal();
      for (int number = 0; number < 2; number++) {
        mal.writes(
            mal.home(".local/share/docker/containers/" + id(number) + "/config.v2.json"),
            "{\"ID\":\"%s\",\"Name\":\"/m\",\"Config\":{\"Labels\":{%s}}}"
                .formatted(id(number), manyLabels()));
      }
    }
  }

  private void haveLongImage() {
    HostUser mal = mal();
    mal.writes(
        mal.home(PODMANS),
        IntStream.range(0, 44)
            .mapToObj(
                number ->
                    "{\"id\":\"%s\",\"names\":[\"m%d\"],\"metadata\":\"{\\\"image-name\\\":\\\"%s\\\"}\"}"
                        .formatted(id(number), number, "x".repeat(number == 0 ? 900_000 : 1)))
            .collect(Collectors.joining(",", "[", "]")));
    mal.does("mkdir", "-p", mal.runtime("containers").toString());
  }

  private void tellLabels() {
    for (int i = 0; i < USERS; i++) {
      HostUser mal = mal();
      mal.writes(
          mal.home("list"),
          "HTTP/1.0 200 OK\r\n\r\n[{\"Id\":\"%s\",\"Names\":[\"/m\"],\"State\":\"running\",\"Labels\":{%s}}]"
              .formatted(id(1), manyLabels()));
      String list = mal.home("list").toString();
      mal.serves(mal.runtime("docker.sock"), "answer", list, list);
    }
  }

  @BeforeAll
  static void start() {
    Container _ = host.docker().starts("dbgt-much-roots", "--hostname", "roots");
    una = HostUser.called("dbgt-una");
    var _ = una.podman().starts("dbgt-much-honest", "--hostname", "honest");
  }

  @AfterAll
  static void end() {
    una.close();
  }

  @AfterEach
  void go() {
    hostile.forEach(HostUser::close);
  }

  private static void isAsUsual(Host at) {
    listsBoth(at, "ps -a");
    listsBoth(at, "ps");
    at.ann().runs("ps --json").exits(0);
    at.ann().runs("completion --line -- dbgt-").exits(0);
    // A refusal that is like another one has no record of its own.
    at.ann().runs("dbgt-hones%d uts -- hostname".formatted(typos++)).isRefusedOrMissing();
    // On a busy machine what reads for a user may take longer than dbgd waits.
    Patience.until(
        "her container is entered",
        () -> at.ann().runs("dbgt-much-honest uts -- hostname").out().equals("honest\n"));
    at.ann().runs("dbgt-much-roots uts -- hostname").prints("roots\n");
  }

  private static void listsBoth(Host at, String line) {
    Patience.until(
        line + " lists both",
        () -> {
          String out = at.ann().runs(line).exits(0).out();
          return out.contains("dbgt-much-roots") && out.contains("dbgt-much-honest");
        });
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void sessions_go_on_and_others_containers_are_listed(Attack attack) {
    Running session = host.ann().starts("dbgt-much-roots net -- act wait").prints("waiting");
    long daemon = host.daemon().pid();
    attack.how.accept(this);

    for (int i = 0; i < 3; i++) {
      isAsUsual(host);
    }

    // A reader that is late is told of first.
    Patience.until("the doctor names who says too much", () -> attack.isNamed == isNamed());
    assertEquals(daemon, host.daemon().pid());
    assertTrue(Processes.isAlive(session.pid()), host.daemon()::log);
    Ran _ = session.gets("TERM").ends();
  }

  private boolean isNamed() {
    return host.root().runs("doctor").lines().stream()
        .anyMatch(
            said ->
                said.startsWith("degraded ")
                    && said.contains(hostile.getFirst().name())
                    && said.contains("too large"));
  }

  /** What reads for a user has a heap of its own, and ends when that is full. */
  @Test
  void where_nothing_is_counted_who_says_much_ends_their_own_reader_and_nothing_else() {
    haveEmptyNames();
    long daemon = uncounted.daemon().pid();

    for (int i = 0; i < 3; i++) {
      isAsUsual(uncounted);
    }

    String doctor = uncounted.root().runs("doctor").out();
    assertTrue(doctor.lines().anyMatch(said -> said.contains(hostile.getFirst().name())), doctor);
    assertEquals(daemon, uncounted.daemon().pid());
  }

  /** What is kept of labels is seen by what a rule for a label reaches. */
  @Test
  void labels_without_an_end_are_unknown() {
    List<String> options = new ArrayList<>(List.of("--hostname", "labelled"));
    options.addAll(List.of("--label", "team=dns"));
    for (int number = 0; number < 300; number++) {
      options.addAll(List.of("--label", "l%d=".formatted(number)));
    }
    Container _ = host.docker().starts("dbgt-much-labelled", options.toArray(String[]::new));

    host.bob().runs("dbgt-much-labelled uts -- hostname").isRefusedOrMissing();
    uncounted.bob().runs("dbgt-much-labelled uts -- hostname").prints("labelled\n");
  }

  @Test
  void no_word_of_a_users_widens_the_rows_of_others() {
    HostUser mal = mal();
    mal.writes(
        mal.home("list"),
        "HTTP/1.0 200 OK\r\n\r\n[{\"Id\":\"%s\",\"Names\":[\"/m\"],\"State\":\"running\",\"Status\":\"%s\"}]"
            .formatted(id(1), "x".repeat(4000)));
    String list = mal.home("list").toString();
    mal.serves(mal.runtime("docker.sock"), "answer", list, list);

    assertTrue(rowOfRoots(host) < 2000, "characters: " + rowOfRoots(host));
    Patience.until("it widens them", () -> rowOfRoots(uncounted) > 4000);
  }

  private static int rowOfRoots(Host at) {
    return at.ann()
        .runs("ps")
        .exits(0)
        .out()
        .lines()
        .filter(line -> line.startsWith("dbgt-much-roots "))
        .findFirst()
        .orElseThrow()
        .length();
  }

  @Test
  void many_users_each_at_the_limit_leave_room_for_others() {
    for (int i = 0; i < 2 * USERS; i++) {
      HostUser mal = mal();
      mal.writes(
          mal.home(PODMANS),
          IntStream.range(0, 150)
              .mapToObj(
                  number ->
                      "{\"id\":\"%s\",\"names\":[\"%s\"],\"image\":\"%s\"}"
                          .formatted(id(number), "n".repeat(400), "i".repeat(400)))
              .collect(Collectors.joining(",", "[", "]")));
      mal.does("mkdir", "-p", mal.runtime("containers").toString());
    }
    long daemon = host.daemon().pid();

    Ran _ = host.ann().runsOften(100, 8, "ps -a --json");
    isAsUsual(host);

    assertEquals(daemon, host.daemon().pid());
  }
}
