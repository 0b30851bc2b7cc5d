package dev.dbg.nativetests;

import static dev.dbg.nativetests.scene.Nsenter.nsenter;
import static dev.dbg.nativetests.scene.Nsenter.seenMeanwhile;
import static dev.dbg.nativetests.scene.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.Container;
import dev.dbg.nativetests.scene.Host;
import dev.dbg.nativetests.scene.HostUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A container of a user's own Podman is entered like a container of root, where a rule names the
 * user.
 */
@Tag("native")
final class RootlessPodmanTest {
  private static final String ON_DISK = "is known from dbgt-una's podman's state on the disk";

  private static final String POLICY =
      """
          [[rule]]
          who = ["user:dbgt-ann"]
          containers = ["dbgt-*", "podman://dbgt-una/*", "podman://dbgt-ugo/*"]
          namespaces = ["net", "uts", "mnt", "user"]
          tools = ["ss", "ip", "hostname", "ls", "head", "look"]

          [[rule]]
          who = ["user:dbgt-bob"]
          containers = ["*", "podman://dbgt-ugo/*", "image:*", "label:team"]
          except = ["*-vault", "label:secret"]
          namespaces = ["net", "uts"]
          tools = ["ss", "hostname"]
          """;

  @RegisterExtension static final Host host = Host.with(POLICY);

  @RegisterExtension static final Host readingAsRoot = Host.with(POLICY).without("rights-of-root");

  private static HostUser una;
  private static HostUser ugo;
  private static Container web;

  @BeforeAll
  static void start() {
    una = HostUser.called("dbgt-una");
    ugo = HostUser.called("dbgt-ugo");
    web = una.podman().starts("dbgt-web", "--hostname", "unas-web", "--label", "team=dns");
  }

  @AfterEach
  void endServices() {
    una.podman().endsService();
    ugo.podman().endsService();
  }

  @AfterAll
  static void end() {
    una.close();
    ugo.close();
  }

  @Test
  void without_the_service_it_is_found_by_its_name_in_the_state_on_the_disk() {
    seenMeanwhile(
            () -> host.ann().runs("dbgt-web net -- ip addr show").says(ON_DISK),
            web,
            "-n",
            "ip",
            "addr",
            "show")
        .leaves("intent")
        .says("/target/owner", "dbgt-una")
        .says("/target/way", "disk")
        .says("/target/runtime", "podman")
        .says("/target/id", web.id())
        .says("/target/name", "dbgt-web")
        .says("/target/pid", web.pid())
        .mentions("/target/image", "dbg-test/rootless");
    host.ann().runs("dbgt-web uts -- hostname").sees(nsenter(web, "-u", "hostname"));
  }

  @Test
  void with_the_service_it_is_asked() {
    una.podman().startsService();

    var ran = host.ann().runs("dbgt-web net,uts -- hostname");
    ran.sees(nsenter(web, "-n", "-u", "hostname"));
    ran.leaves("intent").says("/target/owner", "dbgt-una").says("/target/way", "api");
    assertFalse(ran.err().contains(ON_DISK), ran::toString);
  }

  @Test
  void it_is_found_by_a_prefix_of_its_id_and_as_that_users() {
    for (String name :
        new String[] {
          web.id().substring(0, 12),
          "podman://" + web.id().substring(0, 12),
          "podman://dbgt-web",
          "podman://dbgt-una/dbgt-web",
          "podman://dbgt-una/" + web.id().substring(0, 12)
        }) {
      host.ann()
          .runs(name + " uts -- hostname")
          .sees(nsenter(web, "-u", "hostname"))
          .leaves("intent")
          .says("/target/id", web.id());
    }
    host.ann().runs("podman://dbgt-ugo/dbgt-web uts -- hostname").fails(DBG_FAILED, "no container");
  }

  @Test
  void it_is_listed_with_its_owner() {
    String listed = host.ann().runs("ps").exits(0).out();

    assertTrue(
        listed
            .lines()
            .anyMatch(line -> line.matches("dbgt-web +podman +dbgt-una +[0-9a-f]{12} .*")),
        listed);
    assertFalse(host.bob().runs("ps").exits(0).out().contains("dbgt-web"));
  }

  @Test
  void a_rule_that_does_not_name_its_owner_does_not_reach_it() {
    una.podman().startsService();

    for (String name :
        new String[] {"dbgt-web", "podman://dbgt-web", "podman://dbgt-una/dbgt-web"}) {
      host.bob().runs(name + " uts -- hostname").isRefusedOrMissing();
    }
    assertTrue(
        host.bob()
            .runs("dbgt-web uts -- hostname")
            .err()
            .equals(
                host.bob().runs("dbgt-zzz uts -- hostname").err().replace("dbgt-zzz", "dbgt-web")),
        "what one may not see is not told from what there is not");
  }

  @Test
  void an_exception_of_a_rule_holds_for_it_and_for_labels_that_are_not_known() {
    Container plain = ugo.podman().starts("dbgt-plain");
    ugo.podman().starts("dbgt-a-vault");
    ugo.podman().starts("dbgt-labelled", "--label", "secret=1");

    // The state on disk has no labels, and one of the labels may be the excepted one.
    host.bob().runs("dbgt-plain uts -- hostname").isRefusedOrMissing();
    ugo.podman().startsService();
    host.bob().runs("dbgt-plain uts -- hostname").sees(nsenter(plain, "-u", "hostname"));
    host.bob().runs("dbgt-a-vault uts -- hostname").isRefusedOrMissing();
    host.bob().runs("dbgt-labelled uts -- hostname").isRefusedOrMissing();
  }

  @Test
  void one_that_has_ended_is_said_not_to_run() {
    Container ended = ugo.podman().starts("dbgt-ended");
    ended.stops();

    host.ann()
        .runs("podman://dbgt-ugo/dbgt-ended net -- ss -tlnH")
        .fails(DBG_FAILED, "dbgt-ended is not running", "start it first");
  }

  @Test
  void its_files_are_not_shown_to_the_hosts_root() {
    host.ann().runs("dbgt-web mnt -- ls /").isRefused("can be entered only together with user");
  }

  @Test
  void its_files_are_shown_as_that_user_sees_them() {
    Container trap = una.podman().starts("dbgt-trap", "--volume", "/etc:/hosts-etc");

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
  @ParameterizedTest
  @ValueSource(strings = {"/etc/resolv.conf", "/etc/hosts"})
  void its_names_are_read_with_the_rights_of_that_user(String names) throws IOException {
    Path secret = host.directory().resolve("secret");
    Files.writeString(secret, "SECRET-OF-THE-HOST\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    String name = "dbgt-lays" + names.replace('/', '-');
    una.podman().starts(name, "--volume", secret + ":" + names);

    for (String namespaces : List.of("net", "net,user")) {
      String line = name + " " + namespaces + " -- look file " + names;
      readingAsRoot.ann().runs(line).prints("SECRET-OF-THE-HOST\n");
      host.ann().runs(line).exits(0).prints("").isRecorded();
    }
    host.ann()
        .runs("dbgt-web net -- look file /etc/hosts")
        .sees(nsenter(web, "-m", "/look", "file", "/etc/hosts"));
  }

  @Test
  void a_name_that_two_users_have_is_refused_naming_both_and_each_is_reached() {
    Container unas = una.podman().starts("dbgt-both", "--hostname", "unas");
    Container ugos = ugo.podman().starts("dbgt-both", "--hostname", "ugos");

    host.ann()
        .runs("dbgt-both uts -- hostname")
        .fails(
            DBG_FAILED,
            "ambiguous",
            "podman://dbgt-una/dbgt-both (" + unas.id().substring(0, 12) + ")",
            "podman://dbgt-ugo/dbgt-both (" + ugos.id().substring(0, 12) + ")");
    host.ann().runs("podman://dbgt-ugo/dbgt-both uts -- hostname").prints("ugos\n").isRecorded();
    host.ann().runs(unas.id().substring(0, 12) + " uts -- hostname").prints("unas\n").isRecorded();
    // For an operator who may enter only one of them, the name is not ambiguous.
    ugo.podman().startsService();
    host.bob().runs("dbgt-both uts -- hostname").prints("ugos\n").isRecorded();
  }

  @Test
  void a_name_that_root_has_too_is_roots() {
    Container roots = host.podman().starts("dbgt-same", "--hostname", "roots");
    Container ugos = ugo.podman().starts("dbgt-same", "--hostname", "ugos");

    host.ann().runs("dbgt-same uts -- hostname").sees(nsenter(roots, "-u", "hostname"));
    host.ann()
        .runs("podman://dbgt-ugo/dbgt-same uts -- hostname")
        .sees(nsenter(ugos, "-u", "hostname"));
  }
}
