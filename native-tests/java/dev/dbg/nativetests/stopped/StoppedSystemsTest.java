package dev.dbg.nativetests.stopped;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.file.AlteredFiles;
import dev.dbg.nativetests.scene.engine.Lxc;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.target.SystemContainer;
import dev.dbg.resolve.stopped.AlteredStopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Of containers that have a directory: LXC's, and machines of systemd-nspawn. */
@Tag("native")
@Tag("whole")
final class StoppedSystemsTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["lxc://dbgt-*", "nspawn://dbgt-*"]
      except = ["*-vault"]
      namespaces = ["net", "mnt"]
      tools = ["ls", "cat", "ss"]
      stopped = true

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["lxc://dbgt-*", "nspawn://dbgt-*"]
      namespaces = ["net", "mnt"]
      tools = ["ls"]
      """;

  private static final Path MACHINES = Path.of("/var/lib/machines");
  private static final Path SETTINGS = Path.of("/etc/systemd/nspawn");

  @RegisterExtension static final Host host = Host.with(POLICY);

  @RegisterExtension static final Host trustingAll = host.inWhich(AlteredFiles.TrustingAll.class);

  @RegisterExtension
  static final Host takingOutside = host.inWhich(AlteredStopped.TakingOutside.class);

  @RegisterExtension
  static final Host takingMapped = host.inWhich(AlteredStopped.TakingMappedOfLxc.class);

  private static final Lxc lxc = new Lxc();
  private static boolean hasMachines;

  @BeforeAll
  static void make() throws IOException {
    hasMachines = Files.exists(MACHINES);
    if (!hasMachines) {
      var rights =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
      Files.createDirectory(MACHINES, rights);
    }
    machine("dbgt-machine");
  }

  @AfterAll
  static void remove() throws IOException {
    lxc.close();
    for (String name : new String[] {"dbgt-machine", "dbgt-vault", "dbgt-shifted", "dbgt-both"}) {
      String _ = Command.must("rm", "-rf", MACHINES.resolve(name).toString());
    }
    Files.deleteIfExists(SETTINGS.resolve("dbgt-machine.nspawn"));
    if (!hasMachines) {
      Files.delete(MACHINES);
    }
  }

  private static Path machine(String name) throws IOException {
    Path root = Files.createDirectories(MACHINES.resolve(name));
    Files.createDirectories(root.resolve("dev"));
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("etc/of-machine"), "of " + name + "\n");
    return root;
  }

  private static Path rootfs(String name) {
    return Lxc.DIRECTORY.resolve(name).resolve("rootfs");
  }

  /** As lxc-create(1) makes it, so that root's group may write to its directory. */
  private static SystemContainer makes(String name, String... config) throws IOException {
    SystemContainer container = lxc.makes(name, config);
    Files.writeString(rootfs(name).resolve("left"), "left\n");
    Files.setPosixFilePermissions(
        Lxc.DIRECTORY.resolve(name), PosixFilePermissions.fromString("rwxrwx---"));
    return container;
  }

  @Test
  void of_lxc_they_are_those_that_nsenter_showed_while_it_ran() throws IOException {
    SystemContainer container = makes("dbgt-left");
    Files.createSymbolicLink(rootfs("dbgt-left").resolve("link"), Path.of("/left"));
    container.restarts();
    Files.writeString(Path.of("/proc/" + container.pid() + "/root/while"), "while it ran\n");
    Map<String, Ran> before = new LinkedHashMap<>();
    before.put("ls /", nsenter(container, "-m", "/look", "directory", "/"));
    for (String file : new String[] {"/left", "/link", "/while"}) {
      before.put("cat " + file, nsenter(container, "-m", "/look", "file", file));
    }
    container.stops();

    before.forEach(
        (line, oracle) ->
            host.ann()
                .runs("lxc://dbgt-left -- " + line)
                .sees(oracle)
                .says("is not running (stopped)", "as it left them")
                .leaves("intent")
                .says("/target/pid", 0));
    host.ann().runs("dbgt-left -- ss -tln").fails(Ran.DBG_FAILED, "is not running");
    host.bob()
        .runs("dbgt-left -- ls /")
        .fails(Ran.DBG_FAILED, "a rule with stopped = true shows its files");
  }

  @Test
  void nothing_can_be_written_executed_or_opened_as_a_device() throws IOException {
    SystemContainer _ = makes("dbgt-locked");

    String mounts = host.ann().runs("dbgt-locked -- cat /proc/thread-self/mounts").exits(0).out();

    for (String option : new String[] {" ro,", "nosuid", "nodev", "noexec"}) {
      assertEquals(
          0,
          mounts.lines().filter(line -> !line.contains(" /dev/") && !line.contains(option)).count(),
          option);
    }
  }

  @Test
  void what_lxc_would_mount_is_named() throws IOException {
    SystemContainer _ =
        makes(
            "dbgt-mounting",
            "lxc.mount.entry = /srv srv/data none bind,create=dir 0 0",
            "lxc.mount.entry = /dev/fuse dev/fuse none bind 0 0",
            "lxc.mount.fstab = /etc/fstab");

    host.ann()
        .runs("dbgt-mounting -- cat /left")
        .prints("left\n")
        .says("would be mounted at /srv/data, the places in /etc/fstab");
  }

  @Test
  void other_forms_of_lxc_are_refused() throws IOException {
    SystemContainer _ = makes("dbgt-overlay", "lxc.rootfs.path = overlay:/usr:/var");
    SystemContainer _ = makes("dbgt-mapped", "lxc.idmap = u 0 100000 65536");
    SystemContainer _ = makes("dbgt-including", "lxc.include = /usr/share/lxc/config/common.conf");

    host.ann()
        .runs("dbgt-overlay -- ls /")
        .fails(Ran.DBG_FAILED, "dir:PATH", "not 'overlay:/usr:/var'", "start it first");
    host.ann().runs("dbgt-mapped -- ls /").fails(Ran.DBG_FAILED, "a user namespace");
    takingMapped.ann().runs("dbgt-mapped -- cat /left").prints("left\n");
    host.ann()
        .runs("dbgt-including -- ls /")
        .fails(Ran.DBG_FAILED, "has lxc.include below lxc.rootfs.path");
  }

  /** Only root can write the configuration: this is what root's mistake could do. */
  @Test
  void a_directory_elsewhere_is_refused() throws IOException {
    Path other = Path.of("/opt/dbgt-elsewhere");
    Files.createDirectories(other.resolve("dev"));
    Files.writeString(other.resolve("secret"), "SECRET-OF-THE-HOST\n");
    try {
      String path = "lxc.rootfs.path = dir:" + Lxc.DIRECTORY + "/../../../opt/dbgt-elsewhere";
      SystemContainer _ = makes("dbgt-elsewhere", path);
      String line = "dbgt-elsewhere -- cat /secret";

      takingOutside.ann().runs(line).prints("SECRET-OF-THE-HOST\n");
      host.ann().runs(line).fails(Ran.DBG_FAILED, "lies outside of /var/lib/lxc").prints("");
    } finally {
      String _ = Command.must("rm", "-rf", other.toString());
    }
  }

  @Test
  void the_directory_of_another_container_or_of_all_is_refused() throws IOException {
    SystemContainer _ = makes("dbgt-vault");
    for (String path : new String[] {"/dbgt-vault/rootfs", "", "/dbgt-peering"}) {
      SystemContainer _ = makes("dbgt-peering", "lxc.rootfs.path = dir:" + Lxc.DIRECTORY + path);
      host.ann()
          .runs("dbgt-peering -- ls /")
          .fails(Ran.DBG_FAILED, "lies outside of /var/lib/lxc/dbgt-peering")
          .prints("");
    }
  }

  /** Its group has the bits that the mask of the list has. */
  @Test
  void a_directory_with_an_access_control_list_is_refused() throws IOException {
    SystemContainer _ = makes("dbgt-listed");
    Path directory = Lxc.DIRECTORY.resolve("dbgt-listed");
    String line = "dbgt-listed -- cat /left";
    host.ann().runs(line).prints("left\n");
    String _ = Command.must("setfacl", "-m", "u:1001:rwx", directory.toString());

    host.ann().runs(line).fails(Ran.DBG_FAILED, "mode 770", "access control list").prints("");
    trustingAll.ann().runs(line).prints("left\n");
  }

  @Test
  void a_directory_that_others_can_write_is_refused() throws IOException {
    Path root = rootfs("dbgt-written");
    Path directory = Lxc.DIRECTORY.resolve("dbgt-written");
    String line = "dbgt-written -- cat /left";
    for (Path path : new Path[] {directory, directory.resolve("config"), root}) {
      SystemContainer _ = makes("dbgt-written");
      host.ann().runs(line).prints("left\n");
      String _ = Command.must("chmod", "o+w", path.toString());
      host.ann()
          .runs(line)
          .fails(Ran.DBG_FAILED, path + " has mode", "others than root")
          .prints("");
      trustingAll.ann().runs(line).prints("left\n");
      String _ = Command.must("chmod", "o-w", path.toString());
      String _ = Command.must("chown", "1001", path.toString());
      host.ann().runs(line).fails(Ran.DBG_FAILED, path + " has mode", "uid 1001").prints("");
    }
  }

  @Test
  void a_link_in_the_place_of_the_directory_is_refused() throws IOException {
    SystemContainer _ = makes("dbgt-linked");
    Path root = rootfs("dbgt-linked");
    Path _ = Files.move(root, root.resolveSibling("other"));
    Files.createSymbolicLink(root, root.resolveSibling("other"));

    host.ann().runs("dbgt-linked -- cat /left").fails(Ran.DBG_FAILED, "rootfs").prints("");
  }

  @Test
  void of_a_machine_its_directory_is_shown() throws IOException {
    Files.createDirectories(SETTINGS);
    Files.writeString(
        SETTINGS.resolve("dbgt-machine.nspawn"),
        "[Files]\nBind=/srv/one:/data/one:idmap\nBindReadOnly=/srv/two\n");
    for (String name : new String[] {"nspawn://dbgt-machine", "dbgt-machine"}) {
      host.ann()
          .runs(name + " -- cat /etc/of-machine")
          .prints("of dbgt-machine\n")
          .says("is not running (stopped)", "mounted at /data/one, /srv/two")
          .leaves("intent")
          .says("/target/runtime", "nspawn")
          .says("/target/pid", 0);
    }
    assertTrue(host.ann().runs("ps --all").exits(0).out().contains("dbgt-machine"));
    host.ann().runs("explain nspawn://dbgt-machine -- ls /").exits(0);
    host.bob().runs("nspawn://dbgt-machine -- ls /").fails(Ran.DBG_FAILED, "no container");
  }

  @Test
  void a_machine_whose_files_have_other_owners_is_refused() throws IOException {
    Path root = machine("dbgt-shifted");
    String _ = Command.must("chown", "1879048192:1879048192", root.toString());
    String line = "nspawn://dbgt-shifted -- cat /etc/of-machine";

    host.ann().runs(line).fails(Ran.DBG_FAILED, "uid 1879048192", "a user namespace").prints("");
    trustingAll.ann().runs(line).prints("of dbgt-shifted\n");
  }

  @Test
  void a_hidden_machine_is_refused_like_a_missing_one() throws IOException {
    Path _ = machine("dbgt-vault");
    for (String scheme : new String[] {"", "nspawn://"}) {
      String hidden = host.ann().runs(scheme + "dbgt-vault -- ls /").isRefused().err();
      String missing = host.ann().runs(scheme + "dbgt-none-vault -- ls /").isRefused().err();

      assertEquals(missing, hidden.replace("dbgt-vault", "dbgt-none-vault"));
    }
  }

  /** What runs, or is listed by its runtime, comes before a directory of the same name. */
  @Test
  void a_machine_takes_no_name_from_another_container() throws IOException {
    Path _ = machine("dbgt-both");
    SystemContainer _ = makes("dbgt-both");

    host.ann().runs("dbgt-both -- cat /left").prints("left\n");
    host.ann().runs("nspawn://dbgt-both -- cat /etc/of-machine").prints("of dbgt-both\n");
  }

  @Test
  void it_can_be_started_meanwhile_and_nothing_stays() throws IOException {
    SystemContainer container = makes("dbgt-again");
    Ran _ = host.ann().runs("dbgt-again -- cat /left").prints("left\n");
    int before = host.daemon().openFiles();

    container.restarts();
    host.ann().runs("dbgt-again mnt -- cat /left").prints("left\n");
    container.stops();
    host.ann().runs("dbgt-again -- cat /left").prints("left\n").says("is not running");

    host.daemon().hasAtMostOpen(before);
  }
}
