package dev.dbg.nativetests.runtimes;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.dbg.nativetests.scene.engine.RemappedDocker;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.HostUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Docker with userns-remap: the container's root is an unprivileged user on the host, and the
 * container can be entered nevertheless.
 */
@Tag("native")
@Tag("whole")
@ResourceLock(HostUser.OF_THE_MACHINE)
final class RemappedDockerTest {
  private static @Nullable RemappedDocker docker;
  private static Container container;

  @RegisterExtension
  static final Host host = Host.with(Host.EVERYTHING).asking(host -> RemappedDockerTest.engine());

  private static String engine() {
    RemappedDocker started = RemappedDocker.start();
    docker = started;
    return "docker = [\"%s\"]\npodman = []".formatted(started.socket());
  }

  @BeforeAll
  static void start() {
    container =
        Objects.requireNonNull(docker).engine().starts("dbgt-remapped", "--hostname", "remapped");
  }

  @AfterAll
  static void end() {
    Objects.requireNonNull(docker).close();
  }

  @Test
  void its_root_is_nobody_on_the_host() throws Exception {
    Path ids = Path.of("/proc", Long.toString(container.pid()), "uid_map");
    assertEquals("0 2000000000 65536", Files.readString(ids).strip().replaceAll(" +", " "));
    assertNotEquals(
        Files.readSymbolicLink(Path.of("/proc/self/ns/user")),
        Files.readSymbolicLink(ids.resolveSibling("ns/user")));
  }

  @Test
  void its_sockets_and_names_are_seen_as_nsenter_sees_them() {
    host.ann()
        .runs("dbgt-remapped net -- netstat -tulpn")
        .sees(nsenter(container, "-n", "netstat", "-tulpn"))
        .leaves("intent")
        .says("/target/way", "api")
        .says("/target/id", container.id());
    host.ann()
        .runs("dbgt-remapped net,uts,ipc -- hostname")
        .sees(nsenter(container, "-n", "-u", "-i", "hostname"));
  }

  @Test
  void files_look_as_with_nsenter_and_stay_unchanged() throws Exception {
    Path mounts = Path.of("/proc", Long.toString(container.pid()), "mountinfo");
    String before = Files.readString(mounts);
    List<String> changes = container.changes();

    for (String directory : new String[] {"/", "/etc", "/dev"}) {
      host.ann()
          .runs("dbgt-remapped mnt,user -- ls -1 " + directory)
          .sees(nsenter(container, "-m", "-U", "/look", "directory", directory));
    }
    host.ann()
        .runs("dbgt-remapped mnt,net,user -- cat /etc/resolv.conf")
        .sees(nsenter(container, "-m", "-n", "-U", "/look", "file", "/etc/resolv.conf"));

    host.ann().runs("dbgt-remapped mnt -- ls /").isRefused("only together with user");

    host.ann()
        .runs("dbgt-remapped net -- look file /etc/hosts")
        .sees(nsenter(container, "-m", "/look", "file", "/etc/hosts"));

    assertEquals(before, Files.readString(mounts));
    assertEquals(changes, container.changes());
  }
}
