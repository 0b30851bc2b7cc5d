package dev.dbg.nativetests.view;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * With mnt, {@code /} is the container's {@code /}, and the host's tools work in it, on images
 * without any tools. The container's files are not changed, and none of its programs run.
 */
@Tag("native")
@Tag("whole")
final class ContainersFilesTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  private static Container scratch;
  private static Container readOnly;
  private static Container podman;

  @BeforeAll
  static void start() {
    scratch =
        host.docker()
            .starts("dbgt-files", Engine.BRIDGED, "--volume", "/usr/share/common-licenses:/volume");
    readOnly = host.docker().starts("dbgt-files-read-only", "--read-only", "--cap-drop=ALL");
    podman = host.podman().starts("dbgt-files-podman", Engine.BRIDGED);
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
  void nothing_is_written_created_mounted_or_left(Container container) {
    String mounts = container.mounts();
    List<String> changes = container.changes();

    for (int i = 0; i < 20; i++) {
      host.ann().runs(container.name() + " mnt -- ls -la /dev").exits(0);
    }

    assertEquals(mounts, container.mounts());
    assertEquals(changes, container.changes());
    Patience.until("no tool is left", () -> host.processes().tools().isEmpty());
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
  void a_tool_with_mnt_is_confined_as_one_without() {
    List<String> confinement =
        host.ann().runs("dbgt-files mnt -- look confinement").exits(0).lines();

    assertEquals(
        host.ann().runs("dbgt-files net -- look confinement").exits(0).lines(), confinement);
    host.ann().runs("dbgt-files mnt -- look descriptors").prints("0\n1\n2\n");
    host.ann().runs("dbgt-files mnt -- look directory").prints("/\n");
  }
}
