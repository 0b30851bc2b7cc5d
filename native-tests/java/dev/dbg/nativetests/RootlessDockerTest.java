package dev.dbg.nativetests;

import static dev.dbg.nativetests.scene.Nsenter.nsenter;
import static dev.dbg.nativetests.scene.Nsenter.seenMeanwhile;
import static dev.dbg.nativetests.scene.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.Container;
import dev.dbg.nativetests.scene.Host;
import dev.dbg.nativetests.scene.HostUser;
import dev.dbg.nativetests.scene.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A container of a user's own Docker is entered like a container of root, where a rule names the
 * user. {@link RootlessPodmanTest} says the same of Podman.
 */
@Tag("native")
final class RootlessDockerTest {
  private static final String ON_DISK = "is known from dbgt-udo's docker's state on the disk";

  private static final String POLICY =
      """
          [[rule]]
          who = ["user:dbgt-ann"]
          containers = ["dbgt-*", "docker://dbgt-udo/*", "podman://dbgt-udo/*"]
          namespaces = ["net", "uts", "mnt", "user"]
          tools = ["ss", "ip", "hostname", "ls", "head", "look"]

          [[rule]]
          who = ["user:dbgt-bob"]
          containers = ["*", "podman://dbgt-udo/*", "image:*", "label:team", "compose:*"]
          namespaces = ["net", "uts"]
          tools = ["ss", "hostname"]

          [[rule]]
          who = ["user:dbgt-cal"]
          containers = ["docker://dbgt-udo/*"]
          except = ["*-vault", "label:secret"]
          namespaces = ["net", "uts"]
          tools = ["ss", "hostname"]
          """;

  @RegisterExtension static final Host host = Host.with(POLICY);

  @RegisterExtension static final Host readingAsRoot = Host.with(POLICY).without("rights-of-root");

  private static HostUser udo;
  private static Container web;

  @BeforeAll
  static void start() {
    udo = HostUser.called("dbgt-udo");
    web =
        udo.docker()
            .starts(
                "dbgt-web",
                "--hostname",
                "udos-web",
                "--label",
                "team=dns",
                "--label",
                "com.docker.compose.project=shop",
                "--label",
                "com.docker.compose.service=dbgt-front");
  }

  @BeforeEach
  void startService() {
    udo.docker().startsService();
  }

  @AfterAll
  static void end() {
    udo.close();
  }

  @Test
  void with_the_service_it_is_asked() {
    Ran ran =
        seenMeanwhile(
            () -> host.ann().runs("dbgt-web net -- ip addr show"), web, "-n", "ip", "addr", "show");
    ran.leaves("intent")
        .says("/target/owner", "dbgt-udo")
        .says("/target/way", "api")
        .says("/target/runtime", "docker")
        .says("/target/id", web.id())
        .says("/target/name", "dbgt-web")
        .says("/target/pid", web.pid())
        .mentions("/target/image", "dbg-test/rootless");
    assertFalse(ran.err().contains(ON_DISK), ran::toString);
    host.ann().runs("dbgt-web uts -- hostname").sees(nsenter(web, "-u", "hostname"));
  }

  @Test
  void without_the_service_it_is_found_by_its_name_in_the_state_on_the_disk() {
    udo.docker().endsService();

    host.ann()
        .runs("dbgt-web net,uts -- hostname")
        .says(ON_DISK)
        .sees(nsenter(web, "-n", "-u", "hostname"))
        .leaves("intent")
        .says("/target/owner", "dbgt-udo")
        .says("/target/way", "disk")
        .says("/target/id", web.id())
        .says("/target/pid", web.pid());
  }

  @Test
  void while_the_service_hangs_it_is_found_in_the_state_on_the_disk() {
    udo.docker().serviceGets("STOP");
    try {
      // nsenter's target would be asked of the service.
      host.ann()
          .runs("docker://dbgt-udo/dbgt-web net,uts -- hostname")
          .says(ON_DISK)
          .prints("udos-web\n")
          .leaves("intent")
          .says("/target/way", "disk");
    } finally {
      udo.docker().serviceGets("CONT");
    }
  }

  @Test
  void it_is_found_by_a_prefix_of_its_id_and_as_that_users() {
    for (String name :
        new String[] {
          web.id().substring(0, 12),
          "docker://" + web.id().substring(0, 12),
          "docker://dbgt-web",
          "docker://dbgt-udo/dbgt-web",
          "docker://dbgt-udo/" + web.id().substring(0, 12)
        }) {
      host.ann()
          .runs(name + " uts -- hostname")
          .sees(nsenter(web, "-u", "hostname"))
          .leaves("intent")
          .says("/target/id", web.id());
    }
    for (String name :
        new String[] {
          "docker://dbgt-ann/dbgt-web",
          "podman://dbgt-udo/dbgt-web",
          "podman://dbgt-web",
          "docker://dbgt-udo/dbgt-we",
          "dbgt-we"
        }) {
      host.ann().runs(name + " uts -- hostname").isRefusedOrMissing();
    }
  }

  @Test
  void a_name_that_begins_with_anothers_is_its_own() {
    Container other = udo.docker().starts("dbgt-web-1", "--hostname", "another");

    host.ann().runs("dbgt-web-1 uts -- hostname").sees(nsenter(other, "-u", "hostname"));
    host.ann().runs("dbgt-web uts -- hostname").sees(nsenter(web, "-u", "hostname"));
  }

  @Test
  void it_is_listed_with_its_owner() {
    String listed = host.ann().runs("ps").exits(0).out();

    assertTrue(
        listed
            .lines()
            .anyMatch(
                line -> line.matches("dbgt-web +docker +dbgt-udo +[0-9a-f]{12} +running +.*")),
        listed);
    assertFalse(host.bob().runs("ps").exits(0).out().contains("dbgt-web"));
    assertTrue(
        host.ann().runs("ps -q").exits(0).lines().contains("docker://dbgt-udo/dbgt-web"),
        "what is listed can be typed");
  }

  @Test
  void a_rule_that_does_not_name_its_owner_does_not_reach_it() {
    for (String name :
        new String[] {
          "dbgt-web", "docker://dbgt-web", "docker://dbgt-udo/dbgt-web", "compose://shop/dbgt-front"
        }) {
      host.bob().runs(name + " uts -- hostname").isRefusedOrMissing();
    }
    assertEquals(
        host.bob().runs("dbgt-zzz uts -- hostname").err().replace("dbgt-zzz", "dbgt-web"),
        host.bob().runs("dbgt-web uts -- hostname").err(),
        "what one may not see is not told from what there is not");
  }

  /** Docker's state on the disk has the labels, Podman's does not. */
  @Test
  void an_exception_of_a_rule_holds_for_it() {
    Container plain = udo.docker().starts("dbgt-plain");
    udo.docker().starts("dbgt-a-vault");
    udo.docker().starts("dbgt-labelled", "--label", "secret=1");

    for (boolean isThere : new boolean[] {true, false}) {
      if (!isThere) {
        udo.docker().endsService();
      }
      host.cal().runs("dbgt-plain uts -- hostname").sees(nsenter(plain, "-u", "hostname"));
      host.cal().runs("dbgt-a-vault uts -- hostname").isRefusedOrMissing();
      host.cal().runs("dbgt-labelled uts -- hostname").isRefusedOrMissing();
    }
  }

  @Test
  void one_that_has_ended_is_said_not_to_run() {
    udo.docker().starts("dbgt-ended").stops();

    for (boolean isThere : new boolean[] {true, false}) {
      if (!isThere) {
        udo.docker().endsService();
      }
      host.ann()
          .runs("docker://dbgt-udo/dbgt-ended net -- ss -tlnH")
          .fails(DBG_FAILED, "dbgt-ended is not running", "start it first");
    }
  }

  @Test
  void its_files_are_not_shown_to_the_hosts_root() {
    host.ann().runs("dbgt-web mnt -- ls /").isRefused("can be entered only together with user");
  }

  @Test
  void its_files_are_shown_as_that_user_sees_them() {
    Container trap = udo.docker().starts("dbgt-trap", "--volume", "/etc:/hosts-etc");

    host.ann()
        .runs("dbgt-trap mnt,user -- ls -1 /")
        .sees(nsenter(trap, "-m", "-U", "/look", "directory", "/"));
    host.ann()
        .runs("dbgt-trap mnt,user -- head -c 5 /hosts-etc/shadow")
        .exits(1)
        .says("Permission denied");
    nsenter(trap, "-m", "/look", "file", "/hosts-etc/shadow").exits(0);
  }

  /** A user can mount any file of the host that can be named where a container's names are. */
  @Test
  void its_names_are_read_with_the_rights_of_that_user() throws IOException {
    Path secret = host.directory().resolve("secret");
    Files.writeString(secret, "SECRET-OF-THE-HOST\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    udo.docker().starts("dbgt-lays", "--volume", secret + ":/etc/resolv.conf");

    String line = "dbgt-lays net -- look file /etc/resolv.conf";
    readingAsRoot.ann().runs(line).prints("SECRET-OF-THE-HOST\n");
    host.ann().runs(line).exits(0).prints("").isRecorded();
    host.ann()
        .runs("dbgt-web net -- look file /etc/hosts")
        .sees(nsenter(web, "-m", "/look", "file", "/etc/hosts"));
  }

  @Test
  void a_name_that_both_engines_of_a_user_have_is_refused_naming_both_and_each_is_reached() {
    Container inDocker = udo.docker().starts("dbgt-both", "--hostname", "in-docker");
    Container inPodman = udo.podman().starts("dbgt-both", "--hostname", "in-podman");

    host.ann()
        .runs("dbgt-both uts -- hostname")
        .fails(
            DBG_FAILED,
            "ambiguous",
            "docker://dbgt-udo/dbgt-both (" + inDocker.id().substring(0, 12) + ")",
            "podman://dbgt-udo/dbgt-both (" + inPodman.id().substring(0, 12) + ")");
    host.ann()
        .runs("docker://dbgt-udo/dbgt-both uts -- hostname")
        .prints("in-docker\n")
        .isRecorded();
    host.ann()
        .runs("podman://dbgt-udo/dbgt-both uts -- hostname")
        .prints("in-podman\n")
        .isRecorded();
  }

  @Test
  void a_name_that_root_has_too_is_roots() {
    Container roots = host.docker().starts("dbgt-same", "--hostname", "roots");
    Container udos = udo.docker().starts("dbgt-same", "--hostname", "udos");

    host.ann().runs("dbgt-same uts -- hostname").sees(nsenter(roots, "-u", "hostname"));
    host.ann().runs("docker://dbgt-same uts -- hostname").sees(nsenter(roots, "-u", "hostname"));
    host.ann()
        .runs("docker://dbgt-udo/dbgt-same uts -- hostname")
        .sees(nsenter(udos, "-u", "hostname"));
  }
}
