package dev.dbg.nativetests.hostile;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.HostUser;
import dev.dbg.nativetests.scene.user.UserEngine;
import dev.dbg.resolve.user.AlteredUsers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Users with their own engine may lie, hang and set traps: they harm nobody but themselves. */
@Tag("native")
@Tag("whole")
@ResourceLock(HostUser.OF_THE_MACHINE)
final class HostileUsersTest {
  private static final String ID = "d".repeat(64);

  /** What hangs does so forever. */
  private static final Duration LONG = Duration.ofMinutes(1);

  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["dbgt-*", "podman://*/*", "docker://*/*"]
      namespaces = ["net", "uts"]
      tools = ["ss", "hostname"]
      """;

  private static final String NARROW =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["*"]
      namespaces = ["uts"]
      tools = ["hostname"]

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["docker://dbgt-mal*/*"]
      namespaces = ["uts"]
      tools = ["hostname"]
      """;

  @RegisterExtension static final Host host = Host.with(POLICY).withUsersEngines();

  @RegisterExtension static final Host narrow = Host.with(NARROW).withUsersEngines();

  /** It waits for files that did not come the last time. */
  @RegisterExtension
  static final Host patient =
      Host.with(POLICY).withUsersEngines().inWhich(AlteredUsers.Patient.class);

  /**
   * A kind of engine.
   *
   * @param socket where its service listens, below the runtime directory
   * @param state the file with its containers, below the home directory
   */
  record Kind(String scheme, String socket, String state) {
    @Override
    public String toString() {
      return scheme;
    }
  }

  private static final Kind PODMAN =
      new Kind(
          "podman",
          "podman/podman.sock",
          ".local/share/containers/storage/overlay-containers/containers.json");
  private static final Kind DOCKER =
      new Kind("docker", "docker.sock", ".local/share/docker/containers/" + ID + "/config.v2.json");
  private static final String PODMANS_PIDS =
      "containers/overlay-containers/" + ID + "/userdata/pidfile";

  static Stream<Kind> kinds() {
    return Stream.of(PODMAN, DOCKER);
  }

  static Stream<Arguments> endless() {
    return kinds()
        .flatMap(kind -> Stream.of("hang", "flood", "drip").map(how -> Arguments.of(kind, how)));
  }

  private static int users;
  private static HostUser una;
  private static Container honest;
  private static Container roots;

  /** A new user for each test: dbgd remembers for a while that a user's service hangs. */
  private HostUser mal;

  @BeforeAll
  static void start() {
    roots = host.docker().starts("dbgt-roots", "--hostname", "roots");
    una = HostUser.called("dbgt-una");
    honest = una.podman().starts("dbgt-honest", "--hostname", "honest");
  }

  @AfterAll
  static void end() {
    una.close();
  }

  @BeforeEach
  void come() {
    mal = HostUser.called("dbgt-mal" + users++);
  }

  @AfterEach
  void go() {
    mal.close();
  }

  private String line(Kind kind, String more) {
    return kind.scheme() + "://" + mal.name() + "/dbgt-trap " + more;
  }

  /** Lets the service answer that this process is the container. */
  private void claims(Kind kind, long pid) {
    claims(kind, ID, pid, "2100-01-01T00:00:00Z");
  }

  private void claims(Kind kind, String id, long pid, String startedAt) {
    Path answer = mal.home("answer");
    mal.writes(
        answer,
        """
        HTTP/1.0 200 OK\r
        \r
        {"Id":"%s","Name":"/dbgt-trap","Config":{"Image":"x","Labels":{}},
         "State":{"Status":"running","Pid":%d,"StartedAt":"%s"}}
        """
            .formatted(id, pid, startedAt));
    Path list = mal.home("list");
    mal.writes(
        list,
        """
        HTTP/1.0 200 OK\r
        \r
        [{"Id":"%s","Names":["/dbgt-trap"],"Image":"x","Labels":{},"State":"running"}]
        """
            .formatted(id));
    mal.serves(mal.runtime(kind.socket()), "answer", answer.toString(), list.toString());
  }

  /** Writes the same into the state on disk. */
  private void notes(Kind kind, long pid) {
    notes(kind, pid, "dbgt-trap");
  }

  private void notes(Kind kind, long pid, String name) {
    if (kind.equals(DOCKER)) {
      mal.writes(
          state(kind),
          """
          {"ID":"%s","Name":"/%s","Config":{"Image":"%s"},
           "State":{"Running":true,"Pid":%d,"StartedAt":"2100-01-01T00:00:00Z"}}
          """
              .formatted(ID, name, name, pid));
    } else {
      mal.writes(
          state(kind),
          "[{\"id\":\"%s\",\"names\":[\"%s\"],\"image\":\"%s\"}]".formatted(ID, name, name));
      mal.writes(mal.runtime(PODMANS_PIDS), Long.toString(pid));
    }
  }

  private Path state(Kind kind) {
    return mal.home(kind.state());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void a_users_service_cannot_name_another_containers_process(Kind kind) {
    claims(kind, roots.pid());
    isNotBelieved(kind);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void a_service_that_passes_off_another_users_container_as_theirs_is_not_believed(Kind kind) {
    claims(kind, honest.pid());
    isNotBelieved(kind);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void a_state_that_passes_off_another_containers_process_as_theirs_is_not_believed(Kind kind) {
    notes(kind, roots.pid());
    isNotBelieved(kind);
  }

  private void isNotBelieved(Kind kind) {
    host.ann()
        .persisting()
        .runs(line(kind, "uts -- hostname"))
        .fails(DBG_FAILED, "in no user namespace of that user's");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void what_is_theirs_is_believed(Kind kind) {
    claims(kind, mal.startsInOwnUserNamespace(Optional.empty()));

    host.ann()
        .persisting()
        .runs(line(kind, "uts -- hostname"))
        .isRefused("shares uts with the host");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void a_set_clock_takes_no_container_from_its_owner(Kind kind) {
    UserEngine engine = kind.equals(DOCKER) ? mal.docker() : mal.podman();
    Container container = engine.starts("dbgt-trap", "--hostname=own");
    long pid = container.pid();
    engine.endsService();

    claims(kind, container.id(), pid, "2000-01-01T00:00:00Z");
    host.ann()
        .persisting()
        .runs(line(kind, "uts -- hostname"))
        .prints("own\n")
        .leaves("intent")
        .says("/target/way", "api");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void a_younger_process_with_other_mounts_is_another_container(Kind kind) {
    claims(kind, ID, mal.startsInOwnUserNamespace(Optional.empty()), "2000-01-01T00:00:00Z");

    host.ann().persisting().runs(line(kind, "uts -- hostname")).fails(DBG_FAILED, "dbgt-trap");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void a_process_of_theirs_in_another_containers_network_lends_it_to_nobody(Kind kind) {
    claims(kind, mal.startsInOwnUserNamespace(Optional.of(roots)));

    host.ann()
        .persisting()
        .runs(line(kind, "net -- ss -tlnH"))
        .isRefused("its net does not belong to that user");
  }

  @ParameterizedTest
  @MethodSource("endless")
  void a_service_that_does_not_end_its_answer_delays_nobody_for_long(Kind kind, String how) {
    mal.serves(mal.runtime(kind.socket()), how);

    Ran first = quickly(LONG, "nobodys-name uts -- hostname");
    assertTrue(first.wasRefused() || first.isDbgsFailure(), first::toString);
    // dbgd does not wait for it again, and other operators never wait for it.
    quickly(AT_ONCE, "dbgt-honest uts -- hostname").prints("honest\n");
    quickly(AT_ONCE, "dbgt-roots uts -- hostname").prints("roots\n");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void a_name_of_roots_never_waits_for_a_users_service(Kind kind) {
    mal.serves(mal.runtime(kind.socket()), "hang");

    quickly(LONG, "dbgt-roots uts -- hostname").prints("roots\n");
    String uid = mal.does("id", "-u").strip();
    assertTrue(
        host.processes().readers().stream().noneMatch(reader -> Processes.isOf(uid, reader)),
        "a user was asked for a name of root's");
    quickly(LONG, "podman://dbgt-una/dbgt-honest uts -- hostname").prints("honest\n");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void a_container_of_a_user_whose_service_hangs_is_found_by_the_state_on_the_disk(Kind kind) {
    UserEngine engine = kind.equals(DOCKER) ? mal.docker() : mal.podman();
    engine.starts("dbgt-trap", "--hostname", "real");
    engine.startsService();
    engine.serviceGets("STOP");

    quickly(LONG, line(kind, "uts -- hostname"))
        .says("state on the disk")
        .prints("real\n")
        .isRecorded();
    engine.serviceGets("CONT");
  }

  /**
   * The first that takes no longer, and is not short of what una's files say: a busy machine may
   * delay many of them, and whoever waits for what hangs delays each. Of many equal refusals the
   * last ones have no records of their own.
   */
  private static Ran quickly(Duration within, String line) {
    var quick = new AtomicReference<Ran>();
    Patience.until(
        "it takes less than " + within,
        () -> {
          long start = System.nanoTime();
          Ran ran = host.ann().runs(line);
          quick.set(ran);
          return System.nanoTime() - start < within.toNanos()
              && !(ran.isUnheard() && ran.err().contains(" of dbgt-una"));
        },
        line);
    return quick.get();
  }

  /** How long a session of a dbgd takes that waits for what is blocked. */
  private static Duration patiently(String line) {
    long start = System.nanoTime();
    Ran _ = patient.ann().runs(line);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void a_link_at_the_sockets_place_is_not_followed(Kind kind) {
    // The link leads to a service that answers correctly, for a container of this user.
    claims(kind, mal.startsInOwnUserNamespace(Optional.of(roots)));
    mal.does("mv", mal.runtime(kind.socket()).toString(), mal.home("elsewhere.sock").toString());
    mal.does(
        "ln", "-s", mal.home("elsewhere.sock").toString(), mal.runtime(kind.socket()).toString());

    host.ann().runs(line(kind, "net -- ss -tlnH")).fails(DBG_FAILED, "no container");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void a_socket_that_somebody_else_answers_at_is_not_asked(Kind kind) {
    // A user can keep the socket of a service that root has started in their name.
    HostUser other = HostUser.called("dbgt-other");
    try (other) {
      claims(kind, mal.startsInOwnUserNamespace(Optional.of(roots)));
      Path theirs = mal.runtime(kind.socket());
      Path socket = other.runtime(kind.socket());
      other.does("mkdir", "-p", String.valueOf(socket.getParent()));
      Machine.gives(theirs, socket, other.name());

      host.ann()
          .runs(kind.scheme() + "://dbgt-other/dbgt-trap net -- ss -tlnH")
          .fails(DBG_FAILED, "no container");
    }
  }

  /** The names in the state come from that user. */
  @ParameterizedTest
  @MethodSource("kinds")
  void a_name_that_would_paint_a_terminal_or_split_a_line_is_none(Kind kind) {
    String name = "\\u001b]0;painted\\u0007\\n\\u009b2Jdbgt-roots";
    notes(kind, mal.startsInOwnUserNamespace(Optional.empty()), name);

    for (String verb : List.of("ps", "ps -q", "ps --json")) {
      String listed = host.ann().runs(verb).exits(0).out();
      assertTrue(listed.contains(mal.name()) && listed.contains(ID), listed);
      assertTrue(listed.chars().noneMatch(c -> (c < ' ' && c != '\n') || c == 0x9b), listed);
    }
    assertTrue(
        host.ann().runs("ps").lines().stream()
            .noneMatch(line -> line.startsWith("dbgt-roots") && line.contains(mal.name())));
    Ran ran = host.ann().runs(kind.scheme() + "://" + mal.name() + "/" + ID + " uts -- hostname");
    assertTrue(ran.err().chars().noneMatch(c -> c < ' ' && c != '\n'), ran::toString);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void a_link_in_the_state_is_not_followed(Kind kind) {
    notes(kind, mal.startsInOwnUserNamespace(Optional.of(roots)));
    host.ann()
        .persisting()
        .runs(line(kind, "net -- ss -tlnH"))
        .isRefused("its net does not belong to that user");

    mal.does("mv", state(kind).toString(), mal.home("elsewhere").toString());
    mal.does("ln", "-s", mal.home("elsewhere").toString(), state(kind).toString());

    host.ann().runs(line(kind, "net -- ss -tlnH")).fails(DBG_FAILED, "no container");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void a_state_of_another_owner_is_not_read(Kind kind) {
    notes(kind, mal.startsInOwnUserNamespace(Optional.of(roots)));
    Machine.chowns(state(kind), "dbgt-una");

    host.ann().runs(line(kind, "net -- ss -tlnH")).fails(DBG_FAILED, "no container");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void files_that_a_user_may_not_read_are_not_read_for_them(Kind kind) {
    notes(kind, mal.startsInOwnUserNamespace(Optional.of(roots)));
    mal.does("chmod", "0", state(kind).toString());

    host.ann().runs(line(kind, "net -- ss -tlnH")).fails(DBG_FAILED, "no container");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void a_pipe_in_the_states_place_keeps_nobody_waiting(Kind kind) {
    mal.does("mkdir", "-p", String.valueOf(state(kind).getParent()));
    mal.does("mkfifo", state(kind).toString());

    quickly(AT_ONCE, line(kind, "net -- ss -tlnH")).exits(DBG_FAILED).says("no container");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void a_state_without_an_end_fills_nobodys_memory(Kind kind) {
    mal.does("mkdir", "-p", String.valueOf(state(kind).getParent()));
    mal.does("truncate", "-s", "4T", state(kind).toString());

    quickly(AT_ONCE, line(kind, "net -- ss -tlnH")).exits(DBG_FAILED).says("no container");
    quickly(AT_ONCE, "dbgt-roots uts -- hostname").prints("roots\n");
  }

  /** As a home in the network whose server is away; dbgd's threads there cannot go on. */
  @Test
  void a_home_that_never_answers_delays_nobody_for_long_and_the_doctor_says_whose_it_is() {
    notes(DOCKER, mal.startsInOwnUserNamespace(Optional.empty()));
    host.ann()
        .persisting()
        .runs(line(DOCKER, "uts -- hostname"))
        .isRefused("shares uts with the host");
    Running silence = host.bystanders().silences(mal.home(".local"));
    try {
      Ran first = quickly(LONG, "nobodys-name uts -- hostname");
      assertTrue(first.wasRefused() || first.isDbgsFailure(), first::toString);
      quickly(AT_ONCE, line(DOCKER, "uts -- hostname"))
          .exits(DBG_FAILED)
          .says("no container", "no answer from docker of " + mal.name());
      quickly(AT_ONCE, "dbgt-honest uts -- hostname")
          .prints("honest\n")
          .says("there may be another one of that name: no answer from", "docker of " + mal.name());
      assertFalse(
          host.ann()
              .runs("podman://dbgt-una/dbgt-honest uts -- hostname")
              .err()
              .contains("another one"));
      Ran list =
          host.ann()
              .runs("ps")
              .says("containers are missing: no answer from", "docker of " + mal.name());
      assertTrue(list.out().contains("dbgt-honest"), list::toString);
      quickly(AT_ONCE, "dbgt-roots uts -- hostname").prints("roots\n");
      String doctor = host.root().runs("doctor").out();
      assertTrue(
          doctor
              .lines()
              .anyMatch(
                  said ->
                      said.startsWith("degraded ")
                          && said.contains("docker of " + mal.name())
                          && said.contains("cannot be read")),
          doctor);

      // Who may enter nothing of a user's does not learn that there is an engine.
      for (String line : List.of("dbgt-nobody uts -- hostname", "ps")) {
        Ran told = narrow.ann().runs(line);
        assertFalse(told.err().contains(mal.name()), told::toString);
      }
      String named = "docker of " + mal.name();
      narrow.bob().runs("dbgt-nobody uts -- hostname").fails(DBG_FAILED, "no answer from " + named);
      narrow.bob().runs("ps").says(named);

      patient.ann().runs("nobodys-name uts -- hostname").isRefusedOrMissing();
      Duration took = patiently("dbgt-honest uts -- hostname");
      assertTrue(took.toSeconds() > 0, () -> "it takes only " + took);
    } finally {
      host.bystanders().unmounts(mal.home(".local"), silence);
    }
    Patience.until(
        "its state is read again",
        () -> host.ann().runs(line(DOCKER, "uts -- hostname")).err().contains("shares uts"));
  }

  /**
   * Docker's state is a directory for each container. They are in memory: a disk that is told of
   * each block that is free again would take half a minute to remove them.
   */
  @Test
  void a_state_with_more_containers_than_anybody_has_keeps_nobody_waiting() {
    String containers = mal.home(".local/share/docker/containers").toString();
    mal.does("mkdir", "-p", containers);
    String _ = Command.must("mount", "-t", "tmpfs", "-o", "uid=" + mal.name(), "dbgt", containers);
    try {
      notes(DOCKER, mal.startsInOwnUserNamespace(Optional.of(roots)));
      host.ann()
          .persisting()
          .runs(line(DOCKER, "net -- ss -tlnH"))
          .isRefused("its net does not belong");
      mal.does("sh", "-c", "cd $0 && seq -f '%064.0f' 100000 | xargs mkdir", containers);

      quickly(LONG, line(DOCKER, "net -- ss -tlnH")).fails(DBG_FAILED, "no container");
      quickly(AT_ONCE, "dbgt-roots uts -- hostname").prints("roots\n");
    } finally {
      String _ = Command.must("umount", "--lazy", containers);
    }
  }

  @Test
  void a_link_in_the_place_of_all_containers_is_not_followed() {
    notes(DOCKER, mal.startsInOwnUserNamespace(Optional.of(roots)));
    host.ann()
        .persisting()
        .runs(line(DOCKER, "net -- ss -tlnH"))
        .isRefused("its net does not belong");
    String containers = mal.home(".local/share/docker/containers").toString();

    mal.does("mv", containers, mal.home("elsewhere").toString());
    mal.does("ln", "-s", mal.home("elsewhere").toString(), containers);

    host.ann().runs(line(DOCKER, "net -- ss -tlnH")).fails(DBG_FAILED, "no container");
  }
}
