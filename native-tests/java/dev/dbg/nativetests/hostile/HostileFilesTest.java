package dev.dbg.nativetests.hostile;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.target.BareProcess;
import dev.dbg.nativetests.scene.target.Container;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a tool under an attacker's control could do with the container's files, or from there with
 * the host's. Each attack is run twice: it must fail, and it must succeed with a dbg-enter that
 * lacks the defence that stopped it.
 */
@Tag("native")
@Tag("whole")
final class HostileFilesTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  @RegisterExtension static final Host writing = Host.with(Host.EVERYTHING).without("read-only");

  @RegisterExtension
  static final Host creating = Host.with(Host.EVERYTHING).without("read-only", "landlock");

  @RegisterExtension static final Host withDevices = Host.with(Host.EVERYTHING).without("nodev");

  @RegisterExtension
  static final Host withoutLandlock = Host.with(Host.EVERYTHING).without("landlock");

  @RegisterExtension
  static final Host executing = Host.with(Host.EVERYTHING).without("noexec", "seccomp");

  private static Container container;

  @BeforeAll
  static void start() {
    container = host.docker().starts("dbgt-hostile-files", "--tmpfs=/volume");
  }

  /** Two defences, either of which would suffice. */
  @ParameterizedTest
  @ValueSource(strings = {"/look", "/etc/resolv.conf", "/etc/hosts"})
  void a_tool_writes_no_file_of_the_containers(String path) {
    String line = "dbgt-hostile-files mnt -- attempt write " + path;

    host.ann().runs(line).exits(1).prints("EROFS\n").isRecorded();
    writing.ann().runs(line).exits(1).prints("EACCES\n");
    creating.ann().runs(line).prints("done\n");
  }

  /** Two defences, either of which would suffice. */
  @ParameterizedTest
  @ValueSource(strings = {"/new", "/etc/new", "/volume/new", "/dev/shm/new"})
  void a_tool_creates_no_file_in_the_container(String path) {
    String line = "dbgt-hostile-files mnt -- attempt write ";

    host.ann().runs(line + path).exits(1).prints("EROFS\n").isRecorded();
    writing.ann().runs(line + path).exits(1).prints("EACCES\n");
    creating.ann().runs(line + path).prints("done\n");
  }

  /** Two defences, either of which would suffice. */
  @Test
  void no_program_of_the_containers_is_executed() {
    String line = "dbgt-hostile-files mnt -- attempt execute /attempt";

    nsenter(container, "-m", "/attempt", "execute", "/attempt").prints("done\n");
    executing.ann().runs(line).prints("done\n");
    host.ann().runs(line).exits(1).prints("EPERM\n").isRecorded();
  }

  /** A device node that the container's device cgroup forbids cannot be opened by a tool either. */
  @Test
  void a_device_node_in_the_container_does_not_open() {
    String line = "dbgt-hostile-files mnt -- head -c 4 /zero";
    String node = "/proc/" + container.pid() + "/root/zero";
    nsenter(container, "-u", "mknod", "-m", "666", node, "c", "1", "5").exits(0);

    withDevices.ann().runs(line).exits(0).prints("\0\0\0\0");
    host.ann().runs(line).exits(1).says("Permission denied").isRecorded();
  }

  /**
   * Root without capabilities may inspect other such processes of root, and their /proc/PID/root
   * leads to the host's files: Landlock keeps a tool away from it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"net", "mnt", "mnt,net"})
  void the_root_link_of_a_host_process_does_not_open(String namespaces) {
    BareProcess powerless =
        BareProcess.in("--uts", "setpriv", "--bounding-set=-all", "--inh-caps=-all");
    String line =
        "dbgt-hostile-files %s -- attempt read /proc/%d/root/etc/shadow"
            .formatted(namespaces, powerless.pid());

    withoutLandlock.ann().runs(line).prints("done\n");
    host.ann().runs(line).exits(1).isRecorded();

    powerless.ends();
  }
}
