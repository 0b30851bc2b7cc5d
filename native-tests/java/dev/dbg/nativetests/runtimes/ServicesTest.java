package dev.dbg.nativetests.runtimes;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.HostUser;
import dev.dbg.resolve.AlteredResolve;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Containers by the names of Compose's services: the labels are those that Compose gives. */
@Tag("native")
@Tag("whole")
@ResourceLock(HostUser.OF_THE_MACHINE)
final class ServicesTest {
  private static final String POLICY =
      """
          [[rule]]
          who = ["user:dbgt-ann"]
          containers = ["*"]
          namespaces = ["net", "uts", "mnt"]
          tools = ["ss", "hostname", "ls", "logs"]

          [[rule]]
          who = ["user:dbgt-bob"]
          containers = ["dbgt-shop-back-2", "dbgt-lone*"]
          namespaces = ["net", "uts"]
          tools = ["ss", "hostname"]

          [[rule]]
          who = ["user:dbgt-cal"]
          containers = ["compose:dbgt-shop/*"]
          except = ["compose:*/dbgt-vault"]
          namespaces = ["net", "uts"]
          tools = ["ss", "hostname"]
          """;

  @RegisterExtension static final Host host = Host.with(POLICY).withAnsweringEngines();

  /** Docker takes requests and says nothing; its state is on disk. */
  @RegisterExtension
  static final Host hanging =
      Host.with(POLICY)
          .withUsersEngines()
          .asking(
              host ->
                  host.engineStates(
                      host.bystanders().hangsAt(host.directory().resolve("silent.sock")),
                      host.directory().resolve("nothing.sock")));

  @RegisterExtension
  static final Host seeingAll =
      Host.with(POLICY).withUsersEngines().inWhich(AlteredResolve.SeeingAll.class);

  private static Container front;
  private static Container back1;
  private static Container back2;
  private static Container back10;

  @BeforeAll
  static void start() {
    front = starts("dbgt-shop", "dbgt-front", 1);
    back10 = starts("dbgt-shop", "dbgt-back", 10);
    back1 = starts("dbgt-shop", "dbgt-back", 1);
    back2 = starts("dbgt-shop", "dbgt-back", 2);
  }

  /** Starts a container as {@code docker compose up} does. */
  private static Container starts(String project, String service, int number) {
    return starts(host.docker(), project, service, number);
  }

  private static Container starts(Engine engine, String project, String service, int number) {
    String name = "%s-%s-%d".formatted(project, service.substring("dbgt-".length()), number);
    List<String> options = new ArrayList<>(List.of("--hostname", name));
    options.addAll(labels(project, service, number));
    return engine.starts(name, options.toArray(String[]::new));
  }

  private static List<String> labels(String project, String service, int number) {
    String compose = "com.docker.compose.";
    return List.of(
        "--label",
        compose + "project=" + project,
        "--label",
        compose + "service=" + service,
        "--label",
        compose + "container-number=" + number,
        "--label",
        compose + "oneoff=False");
  }

  @Test
  void a_service_with_one_replica_is_that_replica() {
    for (String name :
        new String[] {
          "dbgt-front", "compose://dbgt-shop/dbgt-front", "compose://dbgt-shop/dbgt-front/1"
        }) {
      host.ann()
          .runs(name + " net -- ss -tlnH")
          .sees(nsenter(front, "-n", "ss", "-tlnH"))
          .leaves("intent")
          .says("/target/name", front.name())
          .says("/target/runtime", "docker")
          .says("/target/id", front.id())
          .says("/target/pid", front.pid());
      host.ann().runs(name + " uts -- hostname").prints(front.name() + "\n").isRecorded();
    }
    host.ann()
        .runs("dbgt-front mnt -- ls -1 /")
        .sees(nsenter(front, "-m", "/look", "directory", "/"));
  }

  @Test
  void a_service_with_several_is_refused_naming_them_as_a_person_would_pick() {
    Ran ran = host.ann().runs("dbgt-back uts -- hostname");

    ran.fails(
        DBG_FAILED,
        "docker://%s, docker://%s and docker://%s"
            .formatted(back1.name(), back2.name(), back10.name()));
    host.ann()
        .runs("compose://dbgt-shop/dbgt-back/10 uts -- hostname")
        .prints(back10.name() + "\n")
        .isRecorded();
    host.ann()
        .runs("compose://dbgt-shop/dbgt-back/3 uts -- hostname")
        .fails(DBG_FAILED, "no container");
  }

  @Test
  void each_that_was_started_counts_whether_or_not_it_runs_and_running_ones_come_first() {
    starts("dbgt-lone-shop", "dbgt-lone", 1).stops();
    String first = "docker://dbgt-lone-shop-lone-1 (exited)";
    host.ann()
        .runs("dbgt-lone uts -- hostname")
        .fails(DBG_FAILED, "dbgt-lone-shop-lone-1", "not running", "waits for its next start");
    host.ann().runs("logs dbgt-lone").exits(0);

    Container second = starts("dbgt-lone-shop", "dbgt-lone", 2);
    for (String line : List.of("dbgt-lone uts -- hostname", "logs dbgt-lone")) {
      host.ann().runs(line).fails(DBG_FAILED, "docker://%s and %s".formatted(second.name(), first));
    }
    host.ann()
        .runs("compose://dbgt-lone-shop/dbgt-lone/2 uts -- hostname")
        .prints(second.name() + "\n")
        .isRecorded();

    second.stops();
    host.ann()
        .runs("logs dbgt-lone")
        .fails(DBG_FAILED, "%s and docker://%s (exited)".formatted(first, second.name()));
  }

  @Test
  void the_next_start_of_a_service_can_be_waited_for() {
    Container only = starts("dbgt-wait-shop", "dbgt-waited", 1);
    only.stops();
    Running dbg =
        host.ann()
            .starts("--wait=2m dbgt-waited uts -- hostname")
            .prints("waiting 120 s for the start of ");
    only.isStarted();
    dbg.ends().prints(only.name() + "\n").isRecorded();
  }

  @Test
  void a_containers_own_name_comes_before_a_services() {
    Container replica = starts("dbgt-shop", "dbgt-same", 1);
    host.ann().runs("dbgt-same uts -- hostname").prints(replica.name() + "\n").isRecorded();

    host.podman().starts("dbgt-same", "--hostname", "own-name");

    host.ann().runs("dbgt-same uts -- hostname").prints("own-name\n").isRecorded();
  }

  @Test
  void a_service_that_two_projects_have_is_refused_naming_both_and_each_is_reached() {
    Container shops = starts("dbgt-shop", "dbgt-db", 1);
    Container blogs = starts(host.podman(), "dbgt-blog", "dbgt-db", 1);

    host.ann()
        .runs("dbgt-db uts -- hostname")
        .fails(DBG_FAILED, "docker://" + shops.name(), "podman://" + blogs.name());
    host.ann()
        .runs("compose://dbgt-blog/dbgt-db uts -- hostname")
        .sees(nsenter(blogs, "-u", "hostname"))
        .leaves("intent")
        .says("/target/runtime", "podman");
  }

  /** An image may have a service's labels, and wait for that service to be down. */
  @Test
  void a_container_with_the_labels_of_a_service_that_is_down_does_not_take_its_place() {
    for (int number : new int[] {1, 2, 0}) {
      String service = "dbgt-down" + number;
      Container replica = starts("dbgt-down-shop", service, 1);
      List<String> options = labels("dbgt-down-shop", service, number);
      Container other = host.docker().starts("dbgt-aping" + number, options.toArray(String[]::new));
      replica.stops();

      host.ann()
          .runs(service + " uts -- hostname")
          .fails(DBG_FAILED, "docker://" + other.name(), "docker://" + replica.name());
    }
  }

  @Test
  void a_part_of_a_name_is_no_service_and_a_scheme_says_that_none_is_meant() {
    for (String name :
        new String[] {
          "dbgt-fron",
          "dbgt-front-1",
          "docker://dbgt-front",
          "podman://dbgt-front",
          "compose://dbgt-front",
          "compose://dbgt-sho/dbgt-front",
          "compose://dbgt-shop/dbgt-fron",
          "compose://dbgt-shop/dbgt-front/2",
          "compose://dbgt-shop/dbgt-front/1/1"
        }) {
      host.ann().runs(name + " uts -- hostname").fails(DBG_FAILED, "no container");
    }
  }

  @Test
  void replicas_that_one_may_not_see_do_not_exist() {
    seeingAll.bob().runs("dbgt-back uts -- hostname").isRefused("no container of that name");
    host.bob().runs("dbgt-back uts -- hostname").prints(back2.name() + "\n").isRecorded();
    for (String name : List.of("dbgt-front", "compose://dbgt-shop/dbgt-front")) {
      Ran ran = host.bob().runs(name + " uts -- hostname").isRefused("no container of that name");
      assertEquals(
          host.bob().runs("dbgt-zzzzz uts -- hostname").err(),
          ran.err(),
          "what one may not see is not told from what there is not");
    }
  }

  @Test
  void a_rule_for_a_project_reaches_its_services_and_nothing_else() {
    Container vault = starts("dbgt-shop", "dbgt-vault", 1);
    Container other = starts("dbgt-shop2", "dbgt-aside", 1);

    host.cal().runs("dbgt-front uts -- hostname").prints(front.name() + "\n").isRecorded();
    host.cal().runs(front.name() + " uts -- hostname").prints(front.name() + "\n").isRecorded();
    for (String name :
        List.of(
            vault.name(),
            "dbgt-vault",
            "compose://dbgt-shop/dbgt-vault",
            other.name(),
            "compose://dbgt-shop2/dbgt-aside")) {
      host.cal().runs(name + " uts -- hostname").isRefusedOrMissing();
    }
    assertFalse(host.cal().runs("ps").exits(0).out().contains("vault"));
  }

  @Test
  void while_the_engine_hangs_a_service_is_found_in_its_state_on_the_disk() {
    for (String name : List.of("dbgt-front", "compose://dbgt-shop/dbgt-front")) {
      hanging
          .ann()
          .runs(name + " uts -- hostname")
          .says("state on the disk")
          .sees(nsenter(front, "-u", "hostname"))
          .leaves("intent")
          .says("/target/way", "disk")
          .says("/target/id", front.id());
    }
    hanging.cal().runs("dbgt-front uts -- hostname").sees(nsenter(front, "-u", "hostname"));
  }

  @Test
  void a_replica_that_was_replaced_is_entered_as_it_is_now() {
    starts("dbgt-renewed", "dbgt-new", 1).isFoundDead();
    Container second = starts("dbgt-renewed", "dbgt-new", 1);
    host.ann()
        .runs("dbgt-new uts -- hostname")
        .exits(0)
        .leaves("intent")
        .says("/target/id", second.id());

    second.isFoundDead();
    Container third = starts("dbgt-renewed", "dbgt-new", 1);

    host.ann()
        .runs("dbgt-new net -- ss -tlnH")
        .sees(nsenter(third, "-n", "ss", "-tlnH"))
        .leaves("intent")
        .says("/target/id", third.id());
  }

  @Test
  void labels_that_a_user_chose_are_no_service_and_reach_no_rule() {
    try (HostUser mal = HostUser.called("dbgt-mal")) {
      mal.podman()
          .starts("dbgt-theirs", labels("dbgt-shop", "dbgt-theirs", 1).toArray(String[]::new));
      mal.podman().startsService();
      mal.podman()
          .starts(
              "dbgt-shop-theirs-1", labels("dbgt-shop", "dbgt-users", 1).toArray(String[]::new));

      for (String name : List.of("dbgt-users", "compose://dbgt-shop/dbgt-users")) {
        host.ann().runs(name + " uts -- hostname").isRefusedOrMissing();
        host.cal().runs(name + " uts -- hostname").isRefusedOrMissing();
      }
      host.cal().runs("podman://dbgt-mal/dbgt-theirs uts -- hostname").isRefusedOrMissing();
      host.ann().runs("dbgt-front uts -- hostname").sees(nsenter(front, "-u", "hostname"));
    }
  }

  @Test
  void they_are_listed_by_runtime_and_found_by_their_labels() {
    List<String> listed = host.ann().runs("ps --filter name=dbgt-shop-back").exits(0).lines();
    assertTrue(
        listed.getFirst().matches("NAME +RUNTIME +OWNER +ID +STATUS +IMAGE"), listed::toString);
    assertEquals(4, listed.size(), listed::toString);

    String label = "label=com.docker.compose.service=dbgt-back";
    assertEquals(
        List.of(
            "docker://" + back1.name(), "docker://" + back10.name(), "docker://" + back2.name()),
        host.ann().runs("ps -q --filter " + label).exits(0).lines());
    assertEquals(
        List.of("docker://" + back2.name()), host.bob().runs("ps -q -f " + label).exits(0).lines());
    String json = host.ann().runs("ps --json --filter name=" + back2.name()).exits(0).out();
    assertTrue(
        json.contains("\"service\":\"compose://dbgt-shop/dbgt-back/2\"")
            && json.contains("\"state\":\"running\"")
            && json.contains("\"address\":\"docker://" + back2.name() + "\""),
        json);
  }

  @Test
  void the_status_is_what_docker_ps_prints() {
    Container _ =
        host.docker().starts("dbgt-lone-health", "--health-cmd", "true", "--health-interval", "1h");

    String listed = host.ann().runs("ps --filter name=dbgt-lone-health").exits(0).out();
    assertTrue(listed.matches("(?s).* Up .*\\(health: starting\\).*"), listed);
    String running =
        host.ann()
            .runs("ps --json --filter name=dbgt-lone-health --filter status=running")
            .exits(0)
            .out();
    assertTrue(running.contains("\"state\":\"running\""), running);
    assertTrue(running.contains("\"status\":\"Up "), running);
  }

  @Test
  void those_that_have_ended_are_listed_if_they_are_asked_for() {
    Container ended = host.docker().starts("dbgt-listed-ended");
    ended.stops();

    // Docker's list may be some milliseconds behind its container.
    Patience.until(
        "it is not listed", () -> !host.ann().runs("ps -q").exits(0).out().contains(ended.name()));
    for (String line : List.of("ps -aq", "ps -q --filter status=exited")) {
      assertTrue(host.ann().runs(line).exits(0).lines().contains("docker://" + ended.name()), line);
    }
    assertFalse(host.bob().runs("ps -aq").exits(0).out().contains(ended.name()));
  }

  @AfterAll
  static void checkChain() {
    host.audit().keepsItsChain();
  }
}
