package dev.dbg.nativetests.runtimes;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.HostUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A rootless container whose root is fuse-overlayfs(1): only who is in its user namespace may look
 * at its files, and root of the host is not.
 */
@Tag("native")
@Tag("whole")
@ResourceLock(HostUser.OF_THE_MACHINE)
final class FuseRootTest {
  @RegisterExtension
  static final Host host =
      Host.with(
              """
          [[rule]]
          who = ["group:dbgt-ops"]
          containers = ["podman://dbgt-urf/*"]
          namespaces = ["net", "mnt", "user"]
          tools = ["ls", "look"]
          """)
          .withAnsweringEngines();

  private static final Path DEVICE = Path.of("/dev/fuse");

  private static HostUser user;
  private static Set<PosixFilePermission> permissions;
  private static Container container;

  @BeforeAll
  static void start() throws IOException {
    // As udev has it, which does not run on every machine of the tests.
    permissions = Files.getPosixFilePermissions(DEVICE);
    Path _ = Files.setPosixFilePermissions(DEVICE, PosixFilePermissions.fromString("rw-rw-rw-"));
    user = HostUser.called("dbgt-urf");
    user.writes(
        user.home(".config/containers/storage.conf"),
        """
        [storage]
        driver = "overlay"
        [storage.options.overlay]
        mount_program = "/usr/bin/fuse-overlayfs"
        """);
    container = user.podman().starts("dbgt-fuse");
  }

  @AfterAll
  static void end() throws IOException {
    user.close();
    Path _ = Files.setPosixFilePermissions(DEVICE, permissions);
  }

  @Test
  void the_refusal_says_what_is_so_and_what_to_do() {
    nsenter(container, "-U", "-m", "/look", "directory", "/").exits(0);
    host.ann()
        .runs("podman://dbgt-urf/dbgt-fuse mnt,user -- ls /")
        .exits(DBG_FAILED)
        .says("is FUSE for its user alone", "storage.conf")
        .prints("");
  }

  /** By a process that is in that user namespace. */
  @Test
  void names_resolve_as_in_the_container() {
    nsenter(container, "-m", "/look", "file", "/etc/hosts").exits(126);
    for (String namespaces : List.of("net", "net,user")) {
      host.ann()
          .runs("podman://dbgt-urf/dbgt-fuse %s -- look file /etc/hosts".formatted(namespaces))
          .sees(nsenter(container, "-U", "-m", "/look", "file", "/etc/hosts"));
    }
  }

  @Test
  void what_needs_no_files_of_its_own_works() {
    host.ann().runs("podman://dbgt-urf/dbgt-fuse net,user -- look namespaces").exits(0);
  }
}
