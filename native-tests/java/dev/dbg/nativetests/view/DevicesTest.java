package dev.dbg.nativetests.view;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.toolroot.AlteredToolRoot;
import java.util.ArrayList;
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
 * A tool that sees the container's files can open the devices that tools rely on. They are the
 * host's: no node of the container's is opened, and none of the host's is changed.
 */
@Tag("native")
@Tag("whole")
final class DevicesTest {
  private static final List<String> DEVICES =
      List.of("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty");

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  @RegisterExtension static final Host without = withoutDevices();

  /** The container's own nodes can be opened. */
  @RegisterExtension static final Host withContainers = withoutDevices().without("nodev");

  @RegisterExtension
  static final Host writable =
      Host.with(Host.EVERYTHING).inWhich(AlteredToolRoot.WritableDevices.class);

  private static Host withoutDevices() {
    return Host.with(Host.EVERYTHING).inWhich(AlteredToolRoot.WithoutDevices.class);
  }

  private static Container scratch;
  private static Container podman;
  private static Container odd;

  @BeforeAll
  static void start() {
    scratch = host.docker().starts("dbgt-devices");
    podman = host.podman().starts("dbgt-devices-podman");
    odd =
        host.docker()
            .starts(
                "dbgt-devices-odd",
                Image.named("devices"),
                List.of(),
                "/arrange remove /dev/null file /dev/null text remove /dev/full link zero /dev/full"
                    .split(" ", -1));
    odd.prints("arranged");
    for (String mode : List.of("600 /dev/random", "000 /dev/urandom")) {
      String[] words = mode.split(" ", -1);
      nsenter(odd, "-u", "chmod", words[0], odd.file(words[1]).toString()).exits(0);
    }
  }

  static Stream<Container> containers() {
    return Stream.of(scratch, podman);
  }

  @ParameterizedTest
  @MethodSource("containers")
  void a_tool_with_the_containers_files_has_the_devices(Container container) {
    String line = container.name() + " mnt -- ";

    host.ann().runs(line + "head -c 4 /dev/zero").exits(0).prints("\0\0\0\0").isRecorded();
    for (String random : List.of("/dev/random", "/dev/urandom")) {
      assertEquals(4, host.ann().runs(line + "head -c 4 " + random).exits(0).bytes().length);
    }
    host.ann().runs(line + "cat /dev/null").exits(0).prints("");
    host.ann().runs(line + "attempt write /dev/null").prints("done\n");
    // Among the container's files it opens nothing else for writing.
    host.ann().runs(line + "attempt write /dev/full").exits(1).prints("EACCES\n");
    host.ann().runs(container.name() + " net -- attempt write /dev/full").prints("done\n");
    without.ann().runs(line + "attempt write /dev/null").exits(1).prints("EACCES\n");
  }

  @Test
  void a_tool_with_a_terminal_can_open_it_by_name() {
    host.ann().atTerminal().runs("-t dbgt-devices mnt -- attempt write /dev/tty").exits(0);
    host.ann().runs("dbgt-devices mnt -- attempt write /dev/tty").exits(1).prints("ENXIO\n");
  }

  @Test
  void no_node_of_the_containers_is_opened() {
    List<String> nodes = DEVICES.stream().map(device -> scratch.file(device).toString()).toList();
    List<String> lines = new ArrayList<>();
    for (String namespaces : List.of("mnt", "mnt,pid", "net,mnt,uts,ipc")) {
      DEVICES.forEach(
          device -> lines.add("dbgt-devices %s -- attempt read %s".formatted(namespaces, device)));
    }

    Running noticing = host.bystanders().notices(nodes);
    lines.forEach(line -> host.ann().runs(line).isRecorded());
    assertEquals("noticing\n", noticing.printed());

    Ran bitten = withContainers.ann().runs("dbgt-devices mnt -- attempt read /dev/zero");
    assertTrue(noticing.prints("touched").printed().contains("/dev/zero"), bitten::toString);
  }

  /** Root owns the host's nodes, so without capabilities it may still change their permissions. */
  @ParameterizedTest
  @ValueSource(strings = {"net", "mnt", "mnt,pid"})
  void no_node_of_the_hosts_is_changed(String namespaces) {
    String line = "dbgt-devices " + namespaces + " -- attempt permit /dev/null";

    writable.ann().runs(line).prints("done\n");
    host.ann().runs(line).exits(1).prints("EROFS\n").isRecorded();
  }

  @Test
  void other_files_at_the_places_of_devices_are_visible() {
    host.ann().runs("dbgt-devices-odd mnt -- cat /dev/null").exits(0).prints("text");
    host.ann().runs("dbgt-devices-odd mnt -- head -c 2 /dev/full").exits(0).prints("\0\0");
    host.ann().runs("dbgt-devices-odd mnt -- attempt read /dev/random").prints("EACCES\n");
    host.ann().runs("dbgt-devices-odd mnt -- attempt read /dev/urandom").prints("EACCES\n");
  }
}
