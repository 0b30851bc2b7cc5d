package dev.dbg.nativetests;

import static dev.dbg.nativetests.scene.Nsenter.nsenter;
import static dev.dbg.nativetests.scene.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.Container;
import dev.dbg.nativetests.scene.Host;
import dev.dbg.nativetests.scene.HostUser;
import dev.dbg.nativetests.scene.Ran;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users with their own Podman may lie, hang and set traps: they harm nobody but themselves. */
@Tag("native")
final class HostileUsersTest {
  private static final String SOCKET = "podman/podman.sock";
  private static final String GRAPH = ".local/share/containers/storage/overlay-containers/";
  private static final String LIST = GRAPH + "containers.json";
  private static final String RUN = "containers/overlay-containers/";
  private static final String ID = "d".repeat(64);
  private static final Duration LONG = Duration.ofSeconds(4);

  @RegisterExtension
  static final Host host =
      Host.with(
          """
          [[rule]]
          who = ["group:dbgt-ops"]
          containers = ["dbgt-*", "podman://*/*"]
          namespaces = ["net", "uts"]
          tools = ["ss", "hostname"]
          """);

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

  private String line(String more) {
    return "podman://" + mal.name() + "/dbgt-trap " + more;
  }

  /** Lets the service answer that this process is the container. */
  private void claims(long pid) {
    Path answer = mal.home("answer");
    mal.writes(
        answer,
        """
        HTTP/1.0 200 OK\r
        \r
        {"Id":"%s","Name":"/dbgt-trap","Config":{"Image":"x","Labels":{}},
         "State":{"Status":"running","Pid":%d,"StartedAt":"2100-01-01T00:00:00Z"}}
        """
            .formatted(ID, pid));
    Path list = mal.home("list");
    mal.writes(
        list,
        """
        HTTP/1.0 200 OK\r
        \r
        [{"Id":"%s","Names":["/dbgt-trap"],"Image":"x","Labels":{},"State":"running"}]
        """
            .formatted(ID));
    mal.serves(mal.runtime(SOCKET), "answer", answer.toString(), list.toString());
  }

  /** Writes the same into the state on disk. */
  private void notes(long pid) {
    mal.writes(mal.home(LIST), "[{\"id\":\"%s\",\"names\":[\"dbgt-trap\"]}]".formatted(ID));
    mal.writes(mal.runtime(RUN + ID + "/userdata/pidfile"), Long.toString(pid));
  }

  @Test
  void a_service_that_passes_off_another_containers_process_as_theirs_is_not_believed() {
    claims(roots.pid());

    host.ann()
        .runs(line("uts -- hostname"))
        .fails(DBG_FAILED, "in no user namespace of that user's");
  }

  @Test
  void a_service_that_passes_off_another_users_container_as_theirs_is_not_believed() {
    claims(honest.pid());

    host.ann()
        .runs(line("uts -- hostname"))
        .fails(DBG_FAILED, "in no user namespace of that user's");
  }

  @Test
  void a_state_that_passes_off_another_containers_process_as_theirs_is_not_believed() {
    notes(roots.pid());

    host.ann()
        .runs(line("uts -- hostname"))
        .fails(DBG_FAILED, "in no user namespace of that user's");
  }

  @Test
  void what_is_theirs_is_believed() {
    claims(mal.startsInOwnUserNamespace(Optional.empty()));

    host.ann().runs(line("uts -- hostname")).isRefused("shares uts with the host");
  }

  @Test
  void a_process_of_theirs_in_another_containers_network_lends_it_to_nobody() {
    claims(mal.startsInOwnUserNamespace(Optional.of(roots)));

    host.ann().runs(line("net -- ss -tlnH")).isRefused("its net does not belong to that user");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hang", "flood", "drip"})
  void a_service_that_does_not_end_its_answer_delays_nobody_for_long(String how) {
    mal.serves(mal.runtime(SOCKET), how);

    Ran first = quickly(LONG, "nobodys-name uts -- hostname");
    first.isRefusedOrMissing();
    // dbgd does not wait for it again, and other operators never wait for it.
    quickly(Duration.ofSeconds(1), "dbgt-honest uts -- hostname").prints("honest\n");
    quickly(Duration.ofSeconds(1), "dbgt-roots uts -- hostname").prints("roots\n");
  }

  @Test
  void a_name_of_roots_never_waits_for_a_users_service() {
    mal.serves(mal.runtime(SOCKET), "hang");

    quickly(Duration.ofSeconds(1), "dbgt-roots uts -- hostname").prints("roots\n");
    quickly(Duration.ofSeconds(1), "podman://dbgt-una/dbgt-honest uts -- hostname")
        .prints("honest\n");
  }

  @Test
  void a_container_of_a_user_whose_service_hangs_is_found_by_the_state_on_the_disk() {
    Container real = mal.podman().starts("dbgt-trap", "--hostname", "real");
    mal.podman().startsService();
    mal.podman().serviceGets("STOP");

    quickly(LONG, line("uts -- hostname"))
        .says("state on the disk")
        .sees(nsenter(real, "-u", "hostname"));
  }

  private static Ran quickly(Duration within, String line) {
    long start = System.nanoTime();
    Ran ran = host.ann().runs(line);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(took.compareTo(within) < 0, () -> "it takes " + took + ": " + ran);
    return ran;
  }

  @Test
  void a_link_at_the_sockets_place_is_not_followed() {
    // The link leads to a service that answers correctly, for a container of this user.
    claims(mal.startsInOwnUserNamespace(Optional.of(roots)));
    mal.does("mv", mal.runtime(SOCKET).toString(), mal.home("elsewhere.sock").toString());
    mal.does("ln", "-s", mal.home("elsewhere.sock").toString(), mal.runtime(SOCKET).toString());

    host.ann().runs(line("net -- ss -tlnH")).fails(DBG_FAILED, "no container");
  }

  @Test
  void a_socket_that_somebody_else_answers_at_is_not_asked() {
    // A user can keep the socket of a service that root has started in their name.
    HostUser other = HostUser.called("dbgt-other");
    try (other) {
      claims(mal.startsInOwnUserNamespace(Optional.of(roots)));
      Path theirs = mal.runtime(SOCKET);
      Path socket = other.runtime(SOCKET);
      other.does("mkdir", "-p", other.runtime("podman").toString());
      host.gives(theirs, socket, other);

      host.ann()
          .runs("podman://dbgt-other/dbgt-trap net -- ss -tlnH")
          .fails(DBG_FAILED, "no container");
    }
  }

  /** The names in the state come from that user. */
  @Test
  void a_name_that_would_paint_a_terminal_or_split_a_line_is_shown_and_not_sent() {
    long pid = mal.startsInOwnUserNamespace(Optional.empty());
    notes(pid);
    String name = "\\u001b]0;painted\\u0007\\n\\u009b2Jdbgt-roots";
    mal.writes(
        mal.home(LIST),
        "[{\"id\":\"%s\",\"names\":[\"%s\"],\"image\":\"%s\"}]".formatted(ID, name, name));

    for (String verb : List.of("ps", "ps --json")) {
      String listed = host.ann().runs(verb).exits(0).out();
      assertTrue(listed.contains("painted"), listed);
      assertTrue(listed.chars().noneMatch(c -> (c < ' ' && c != '\n') || c == 0x9b), listed);
    }
    assertTrue(
        host.ann().runs("ps").lines().stream()
            .noneMatch(line -> line.startsWith("dbgt-roots") && line.contains(mal.name())));
    Ran ran = host.ann().runs("podman://" + mal.name() + "/" + ID + " uts -- hostname");
    assertTrue(ran.err().chars().noneMatch(c -> c < ' ' && c != '\n'), ran::toString);
  }

  @Test
  void a_link_in_the_state_is_not_followed() {
    notes(mal.startsInOwnUserNamespace(Optional.of(roots)));
    host.ann().runs(line("net -- ss -tlnH")).isRefused("its net does not belong to that user");

    mal.does("mv", mal.home(LIST).toString(), mal.home("elsewhere").toString());
    mal.does("ln", "-s", mal.home("elsewhere").toString(), mal.home(LIST).toString());

    host.ann().runs(line("net -- ss -tlnH")).fails(DBG_FAILED, "no container");
  }

  @Test
  void a_state_of_another_owner_is_not_read() {
    notes(mal.startsInOwnUserNamespace(Optional.of(roots)));
    host.chowns(mal.home(LIST), "dbgt-una");

    host.ann().runs(line("net -- ss -tlnH")).fails(DBG_FAILED, "no container");
  }

  @Test
  void what_that_user_may_not_read_is_not_read_by_root_instead() {
    notes(mal.startsInOwnUserNamespace(Optional.of(roots)));
    mal.does("chmod", "0", mal.home(LIST).toString());

    host.ann().runs(line("net -- ss -tlnH")).fails(DBG_FAILED, "no container");
  }

  @Test
  void a_pipe_in_the_states_place_keeps_nobody_waiting() {
    mal.does("mkdir", "-p", mal.home(GRAPH).toString());
    mal.does("mkfifo", mal.home(LIST).toString());

    quickly(Duration.ofSeconds(1), line("net -- ss -tlnH")).fails(DBG_FAILED, "no container");
  }

  @Test
  void a_state_without_an_end_fills_nobodys_memory() {
    mal.does("mkdir", "-p", mal.home(GRAPH).toString());
    mal.does("truncate", "-s", "4T", mal.home(LIST).toString());

    quickly(Duration.ofSeconds(1), line("net -- ss -tlnH")).fails(DBG_FAILED, "no container");
    quickly(Duration.ofSeconds(1), "dbgt-roots uts -- hostname").prints("roots\n");
  }
}
