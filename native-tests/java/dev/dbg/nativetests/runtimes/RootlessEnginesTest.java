package dev.dbg.nativetests.runtimes;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static dev.dbg.nativetests.scene.target.Nsenter.seenMeanwhile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.HostUser;
import dev.dbg.nativetests.scene.user.UserEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A container of a user's own Docker or Podman is entered like a container of root, where a rule
 * names the user. {@code hostile.HostileUsersTest} has services that do not answer.
 */
@Tag("native")
@Tag("whole")
@ResourceLock(HostUser.OF_THE_MACHINE)
@ParameterizedClass
@EnumSource
final class RootlessEnginesTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-*", "docker://dbgt-u*/*", "podman://dbgt-u*/*"]
      namespaces = ["net", "uts", "mnt", "user"]
      tools = ["ss", "ip", "hostname", "ls", "head", "look"]

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["*", "docker://dbgt-ugo/*", "podman://dbgt-ugo/*", "image:*", "label:team", "compose:*"]
      namespaces = ["net", "uts"]
      tools = ["ss", "hostname"]

      [[rule]]
      who = ["user:dbgt-cal"]
      containers = ["docker://dbgt-una/*", "podman://dbgt-una/*"]
      except = ["*-vault", "label:secret"]
      namespaces = ["net", "uts"]
      tools = ["ss", "hostname"]
      """;

  @RegisterExtension static final Host host = Host.with(POLICY).withAnsweringEngines();

  @RegisterExtension
  static final Host readingAsRoot =
      Host.with(POLICY).withAnsweringEngines().without("rights-of-root");

  /** A kind of engine. */
  enum Kind {
    DOCKER,
    PODMAN;

    UserEngine of(HostUser user) {
      return this == DOCKER ? user.docker() : user.podman();
    }

    Engine ofRoot() {
      return this == DOCKER ? host.docker() : host.podman();
    }

    Kind other() {
      return this == DOCKER ? PODMAN : DOCKER;
    }

    /** Whether its state on the disk has the labels of containers. */
    boolean keepsLabels() {
      return this == DOCKER;
    }
  }

  private static HostUser una;
  private static HostUser ugo;

  private final Kind kind;
  private final UserEngine engine;
  private final String scheme;
  private final List<Container> made = new ArrayList<>();
  private Container web;

  RootlessEnginesTest(Kind kind) {
    this.kind = kind;
    engine = kind.of(una);
    scheme = engine.scheme();
  }

  @BeforeAll
  static void come() {
    una = HostUser.called("dbgt-una");
    ugo = HostUser.called("dbgt-ugo");
  }

  @AfterAll
  static void go() {
    una.close();
    ugo.close();
  }

  @BeforeEach
  void start() {
    engine.startsService();
    web =
        starts(
            named("web"),
            "--hostname=unas-web",
            "--label=team=dns",
            "--label=com.docker.compose.project=shop",
            "--label=com.docker.compose.service=dbgt-front");
  }

  @AfterEach
  void end() {
    made.forEach(Container::isRemoved);
    engine.endsService();
  }

  private Container starts(String name, String... options) {
    return removedLater(engine.starts(name, options));
  }

  private Container removedLater(Container container) {
    made.add(container);
    return container;
  }

  /** The same user has containers of both engines, with names of their own. */
  private String named(String what) {
    return "dbgt-%s-%s".formatted(scheme, what);
  }

  private String onDisk() {
    return "is known from dbgt-una's %s's state on the disk".formatted(scheme);
  }

  @Test
  void with_the_service_it_is_asked() {
    Ran ran =
        seenMeanwhile(
            () -> host.ann().runsAsked(web.name() + " net -- ip addr show"),
            web,
            "-n",
            "ip",
            "addr",
            "show");
    ran.leaves("intent")
        .says("/target/owner", "dbgt-una")
        .says("/target/way", "api")
        .says("/target/runtime", scheme)
        .says("/target/id", web.id())
        .says("/target/name", web.name())
        .says("/target/pid", web.pid())
        .mentions("/target/image", "dbg-test/rootless");
    assertFalse(ran.err().contains(onDisk()), ran::toString);
    host.ann().runs(web.name() + " uts -- hostname").sees(nsenter(web, "-u", "hostname"));
  }

  @Test
  void without_the_service_it_is_found_by_its_name_in_the_state_on_the_disk() {
    engine.endsService();

    seenMeanwhile(
            () -> host.ann().runs(web.name() + " net -- ip addr show").says(onDisk()),
            web,
            "-n",
            "ip",
            "addr",
            "show")
        .leaves("intent")
        .says("/target/owner", "dbgt-una")
        .says("/target/way", "disk")
        .says("/target/runtime", scheme)
        .says("/target/id", web.id())
        .says("/target/name", web.name())
        .says("/target/pid", web.pid())
        .mentions("/target/image", "dbg-test/rootless");
    host.ann().runs(web.name() + " uts -- hostname").sees(nsenter(web, "-u", "hostname"));
  }

  @Test
  void it_is_found_by_a_prefix_of_its_id_and_as_that_users() {
    String shortId = web.id().substring(0, 12);
    for (String name :
        List.of(
            shortId,
            scheme + "://" + shortId,
            scheme + "://" + web.name(),
            scheme + "://dbgt-una/" + web.name(),
            scheme + "://dbgt-una/" + shortId)) {
      host.ann()
          .runs(name + " uts -- hostname")
          .sees(nsenter(web, "-u", "hostname"))
          .leaves("intent")
          .says("/target/id", web.id());
    }
    String other = kind.other().of(una).scheme();
    for (String name :
        List.of(
            scheme + "://dbgt-ugo/" + web.name(),
            scheme + "://dbgt-ann/" + web.name(),
            other + "://dbgt-una/" + web.name(),
            other + "://" + web.name())) {
      host.ann().runs(name + " uts -- hostname").isRefusedOrMissing();
    }
  }

  @Test
  void a_name_that_begins_with_anothers_is_its_own() {
    Container other = starts(web.name() + "-1", "--hostname=another");

    for (boolean isThere : new boolean[] {true, false}) {
      if (!isThere) {
        engine.endsService();
      }
      host.ann().runs(other.name() + " uts -- hostname").prints("another\n").isRecorded();
      host.ann().runs(web.name() + " uts -- hostname").prints("unas-web\n").isRecorded();
      for (String name : List.of(named("we"), scheme + "://dbgt-una/" + named("we"))) {
        host.ann().runs(name + " uts -- hostname").isRefusedOrMissing();
      }
    }
  }

  @Test
  void it_is_listed_with_its_owner() {
    String listed = host.ann().runs("ps").exits(0).out();

    String line = "%s +%s +dbgt-una +[0-9a-f]{12} +running +.*".formatted(web.name(), scheme);
    assertTrue(listed.lines().anyMatch(one -> one.matches(line)), listed);
    assertFalse(host.bob().runs("ps").exits(0).out().contains(web.name()));
    assertTrue(
        host.ann().runs("ps -q").exits(0).lines().contains(scheme + "://dbgt-una/" + web.name()),
        "what is listed can be typed");
  }

  @Test
  void a_rule_that_does_not_name_its_owner_does_not_reach_it() {
    for (String name :
        List.of(
            web.name(),
            scheme + "://" + web.name(),
            scheme + "://dbgt-una/" + web.name(),
            "compose://shop/dbgt-front")) {
      host.bob().runs(name + " uts -- hostname").isRefusedOrMissing();
    }
    assertEquals(
        host.bob().runs("dbgt-zzz uts -- hostname").err().replace("dbgt-zzz", web.name()),
        host.bob().runs(web.name() + " uts -- hostname").err(),
        "what one may not see is not told from what there is not");
  }

  /**
   * Where the labels are not known, one of them may be the excepted one. A container has those that
   * its service has once said.
   */
  @Test
  void an_exception_of_a_rule_holds_for_it_and_for_labels_that_are_not_known() {
    Container vault = starts(named("a-vault"));
    Container labelled = starts(named("labelled"), "--label=secret=1");
    Container unheard = starts(named("unheard"));

    for (boolean isThere : new boolean[] {true, false}) {
      if (!isThere) {
        engine.endsService();
      }
      host.cal().runs(web.name() + " uts -- hostname").sees(nsenter(web, "-u", "hostname"));
      if (!isThere) {
        Ran plain = host.cal().runs(unheard.name() + " uts -- hostname");
        if (kind.keepsLabels()) {
          plain.sees(nsenter(unheard, "-u", "hostname"));
        } else {
          plain.isRefusedOrMissing();
        }
      }
      host.cal().runs(vault.name() + " uts -- hostname").isRefusedOrMissing();
      host.cal().runs(labelled.name() + " uts -- hostname").isRefusedOrMissing();
    }
  }

  @Test
  void one_that_has_ended_is_said_not_to_run() {
    Container ended = starts(named("ended"));
    ended.stops();

    for (boolean isThere : new boolean[] {true, false}) {
      if (!isThere) {
        engine.endsService();
      }
      host.ann()
          .runs("%s://dbgt-una/%s net -- ss -tlnH".formatted(scheme, ended.name()))
          .fails(DBG_FAILED, ended.name() + " is not running", "waits for its next start");
    }
  }

  @Test
  void a_users_files_are_not_shown_to_the_hosts_root() {
    host.ann()
        .runs(web.name() + " mnt -- ls /")
        .isRefused("can be entered only together with user");
  }

  @Test
  void a_users_files_are_shown_as_that_user_sees_them() {
    Container trap = starts(named("trap"), "--volume=/etc:/hosts-etc");

    host.ann()
        .runs(trap.name() + " mnt,user -- ls -1 /")
        .sees(nsenter(trap, "-m", "-U", "/look", "directory", "/"));
    host.ann()
        .runs(trap.name() + " mnt,user -- head -c 5 /hosts-etc/shadow")
        .exits(1)
        .says("Permission denied");
    nsenter(trap, "-m", "/look", "file", "/hosts-etc/shadow").exits(0);
  }

  /** A user can mount any file of the host that can be named where a container's names are. */
  @Test
  void a_users_names_files_are_read_with_that_users_rights() throws IOException {
    Path secret = host.directory().resolve("secret");
    Files.writeString(secret, "SECRET-OF-THE-HOST\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    for (String names : List.of("/etc/resolv.conf", "/etc/hosts")) {
      String name = named("lays" + names.replace('/', '-'));
      starts(name, "--volume=" + secret + ":" + names);

      for (String namespaces : List.of("net", "net,user")) {
        String line = "%s %s -- look file %s".formatted(name, namespaces, names);
        readingAsRoot.ann().runs(line).prints("SECRET-OF-THE-HOST\n");
        host.ann().runs(line).exits(0).prints("").isRecorded();
      }
    }
    host.ann()
        .runs(web.name() + " net -- look file /etc/hosts")
        .sees(nsenter(web, "-m", "/look", "file", "/etc/hosts"));
  }

  @Test
  void a_name_that_two_users_have_is_refused_naming_both_and_each_is_reached() {
    String name = named("both");
    Container unas = starts(name, "--hostname=unas");
    Container ugos = removedLater(kind.of(ugo).starts(name, "--hostname=ugos"));

    isAmbiguous(name, address("dbgt-una", unas), address("dbgt-ugo", ugos));
    host.ann()
        .runs("%s://dbgt-ugo/%s uts -- hostname".formatted(scheme, name))
        .prints("ugos\n")
        .isRecorded();
    host.ann().runs(unas.id().substring(0, 12) + " uts -- hostname").prints("unas\n").isRecorded();
    // For an operator who may enter only one of them, the name is not ambiguous.
    host.bob().runs(name + " uts -- hostname").prints("ugos\n").isRecorded();
  }

  private void isAmbiguous(String name, String... addresses) {
    host.ann().runs(name + " uts -- hostname").fails(DBG_FAILED, "ambiguous").says(addresses);
  }

  private String address(String user, Container container) {
    return "%s://%s/%s (%s)"
        .formatted(scheme, user, container.name(), container.id().substring(0, 12));
  }

  @Test
  void a_name_that_both_engines_of_a_user_have_is_refused_naming_both_and_each_is_reached() {
    String name = named("twice");
    Container one = starts(name, "--hostname=one");
    UserEngine others = kind.other().of(una);
    others.startsService();
    Container other = removedLater(others.starts(name, "--hostname=other"));

    isAmbiguous(
        name,
        address("dbgt-una", one),
        address("dbgt-una", other).replace(scheme + "://", others.scheme() + "://"));
    host.ann().runs(scheme + "://dbgt-una/" + name + " uts -- hostname").prints("one\n");
    host.ann().runs(others.scheme() + "://dbgt-una/" + name + " uts -- hostname").prints("other\n");
    others.endsService();
  }

  @Test
  void a_name_of_root_and_a_user_means_roots_container() {
    String name = named("same");
    Container roots = removedLater(kind.ofRoot().starts(name, "--hostname=roots"));
    Container unas = starts(name, "--hostname=unas");

    for (String typed : List.of(name, scheme + "://" + name)) {
      host.ann().runs(typed + " uts -- hostname").sees(nsenter(roots, "-u", "hostname"));
    }
    host.ann()
        .runs("%s://dbgt-una/%s uts -- hostname".formatted(scheme, name))
        .sees(nsenter(unas, "-u", "hostname"));
  }
}
