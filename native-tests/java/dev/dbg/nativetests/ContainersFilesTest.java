package dev.dbg.nativetests;

import static dev.dbg.nativetests.scene.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.BareProcess;
import dev.dbg.nativetests.scene.Container;
import dev.dbg.nativetests.scene.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With mnt the container's {@code /} is {@code /} and the host's tools work in it, on images that
 * have none; nothing of it is touched, and nothing in it runs.
 */
@Tag("native")
final class ContainersFilesTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  private static Container scratch;
  private static Container readOnly;
  private static Container podman;

  @BeforeAll
  static void start() {
    scratch = host.docker().starts("dbgt-files", "--volume", "/usr/share/common-licenses:/volume");
    readOnly = host.docker().starts("dbgt-files-read-only", "--read-only", "--cap-drop=ALL");
    podman = host.podman().starts("dbgt-files-podman");
  }

  static Stream<Container> containers() {
    return Stream.of(scratch, readOnly, podman);
  }

  @ParameterizedTest
  @MethodSource("containers")
  void the_containers_root_is_the_root(Container container) {
    for (String directory : List.of("/", "/etc", "/dev")) {
      host.ann()
          .runs(container.name() + " mnt -- ls -1 " + directory)
          .sees(nsenter(container, "-m", "/look", "directory", directory));
    }
  }

  @ParameterizedTest
  @MethodSource("containers")
  void files_are_the_containers(Container container) {
    host.ann()
        .runs(container.name() + " mnt -- cat /etc/resolv.conf")
        .sees(nsenter(container, "-m", "/look", "file", "/etc/resolv.conf"));
  }

  @ParameterizedTest
  @MethodSource("containers")
  void mnt_goes_with_the_other_namespaces(Container container) {
    host.ann()
        .runs(container.name() + " mnt,net,uts,ipc -- ls -1 /sys/class/net")
        .sees(nsenter(container, "-m", "-n", "/look", "directory", "/sys/class/net"));
  }

  @Test
  void a_volume_is_seen_where_it_is_mounted() {
    host.ann()
        .runs("dbgt-files mnt -- sha256sum /volume/GPL-3")
        .exits(0)
        .prints(
            nsenter(scratch, "-u", "sha256sum", "/usr/share/common-licenses/GPL-3")
                .out()
                .replace("/usr/share/common-licenses", "/volume"))
        .isRecorded();
  }

  @Test
  void a_static_tool_works_as_well_as_a_dynamic_one() {
    host.ann()
        .runs("dbgt-files mnt -- look directory /")
        .sees(nsenter(scratch, "-m", "/look", "directory", "/"));
  }

  @Test
  void what_is_not_there_is_said_by_the_tool() {
    host.ann()
        .runs("dbgt-files mnt -- cat /nothing")
        .exits(1)
        .says("cat: /nothing: No such file or directory")
        .isRecorded();
  }

  @ParameterizedTest
  @MethodSource("containers")
  void nothing_is_written_created_mounted_or_left(Container container) throws IOException {
    String mounts = mountsOf(container);
    String changes = container.changes();

    for (int i = 0; i < 20; i++) {
      host.ann().runs(container.name() + " mnt -- ls -la /dev").exits(0);
    }

    assertEquals(mounts, mountsOf(container));
    assertEquals(changes, container.changes());
    assertEquals(List.of(), host.tools());
  }

  private static String mountsOf(Container container) throws IOException {
    return Files.readString(Path.of("/proc", Long.toString(container.pid()), "mountinfo"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/new", "/server", "/etc/resolv.conf", "/volume/new", "/dev/shm/new"})
  void a_tool_writes_nothing_of_the_containers(String path) {
    host.ann().runs("dbgt-files mnt -- attempt write " + path).exits(1).isRecorded();
  }

  @Test
  void no_program_of_the_containers_is_executed() {
    nsenter(scratch, "-m", "/attempt", "execute", "/attempt").prints("done\n");
    host.ann().runs("dbgt-files mnt -- attempt execute /attempt").exits(1).isRecorded();
  }

  /** CVE-2019-14271: the container's ld.so.preload, run by a host's tool with the host's rights. */
  @Test
  void a_planted_library_runs_in_nothing_of_ours() throws IOException {
    Path planted = planted();
    Container container =
        host.docker()
            .starts(
                "dbgt-planted",
                "--volume=/usr:/usr:ro",
                "--volume=/lib64:/lib64:ro",
                "--volume=/lib:/lib:ro",
                "--volume=" + planted + ":/planted.so:ro",
                "--volume=" + planted.resolveSibling("preload") + ":/etc/ld.so.preload:ro");
    assertTrue(nsenter(container, "-m", "/usr/bin/cat", "/etc/hosts").out().contains("PLANTED"));

    String seen = host.ann().runs("dbgt-planted mnt -- cat /etc/hosts").exits(0).out();

    assertFalse(seen.contains("PLANTED"), seen);
    assertTrue(seen.contains("localhost"), seen);
  }

  /** What the operator hands over lies on a mount where code may be mapped: no path leads to it. */
  @Test
  void a_library_that_the_operator_hands_over_does_not_run_either() throws IOException {
    Path planted = planted();
    Files.writeString(planted.resolveSibling("handed-over"), "/proc/self/fd/0\n");
    Container _ =
        host.docker()
            .starts(
                "dbgt-handed-over",
                "--volume=" + planted.resolveSibling("handed-over") + ":/etc/ld.so.preload:ro");

    String seen =
        host.ann().reading(planted).runs("dbgt-handed-over mnt -- cat /etc/hosts").exits(0).out();

    assertFalse(seen.contains("PLANTED"), seen);
    assertTrue(seen.contains("localhost"), seen);
    for (String fd : List.of("/proc/self/fd", "/proc/thread-self/fd")) {
      host.ann().runs("dbgt-handed-over mnt -- ls -A " + fd).exits(0).prints("");
    }
  }

  private static Path planted() throws IOException {
    Path source = host.directory().resolve("planted.c");
    Files.writeString(
        source,
        """
        #include <unistd.h>
        __attribute__((constructor)) static void run(void)
        {
        \tssize_t unused = write(1, "PLANTED\\n", 8);
        \t(void)unused;
        }
        """);
    Path library = host.directory().resolve("planted.so");
    host.compiles("-shared", "-fPIC", "-o", library.toString(), source.toString());
    Files.writeString(host.directory().resolve("preload"), "/planted.so\n");
    return library;
  }

  /** A node that the container's device cgroup would not let it open opens for no tool either. */
  @Test
  void a_device_of_the_containers_is_no_device() {
    String root = "/proc/" + scratch.pid() + "/root";
    nsenter(scratch, "-u", "mknod", "-m", "666", root + "/zero", "c", "1", "5").exits(0);
    nsenter(scratch, "-u", "head", "-c", "4", root + "/zero").exits(0).prints("\0\0\0\0");

    host.ann().runs("dbgt-files mnt -- head -c 4 /zero").exits(1).says("Permission denied");
  }

  /**
   * Root without capabilities may look at root without capabilities, and /proc/PID/root of that is
   * the host's: Landlock keeps a tool from it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"net", "mnt", "mnt,net"})
  void another_process_of_roots_is_no_way_to_the_hosts_files(String namespaces) {
    BareProcess powerless =
        BareProcess.in("--uts", "setpriv", "--bounding-set=-all", "--inh-caps=-all");
    String secret = "/proc/" + powerless.pid() + "/root/etc/shadow";
    nsenter(scratch, "-n", "setpriv", "--bounding-set=-all", "attempt", "read", secret)
        .prints("done\n");

    host.ann()
        .runs("dbgt-files " + namespaces + " -- attempt read " + secret)
        .exits(1)
        .isRecorded();

    powerless.ends();
  }

  @Test
  void the_box_holds_the_tool_and_its_libraries_and_nothing_else() {
    List<String> box = host.ann().runs("dbgt-files mnt -- ls -1 /dev/mqueue").exits(0).lines();

    assertTrue(box.contains("ls"), box::toString);
    for (String name : box) {
      assertTrue(name.equals("ls") || name.contains(".so"), box::toString);
    }
  }

  @Test
  void what_holds_without_mnt_holds_with_it() {
    List<String> confinement =
        host.ann().runs("dbgt-files mnt -- look confinement").exits(0).lines();

    assertEquals(
        host.ann().runs("dbgt-files net -- look confinement").exits(0).lines(), confinement);
    host.ann().runs("dbgt-files mnt -- look descriptors").prints("0\n1\n2\n");
    host.ann().runs("dbgt-files mnt -- look directory").prints("/\n");
  }
}
