package dev.dbg.nativetests.view;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.target.BareProcess;
import dev.dbg.nativetests.scene.target.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names resolve as the container resolves them. nsenter shows the host's names, a classic trap. */
@Tag("native")
@Tag("whole")
final class NamesTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  /** Has the host's ids, but for the fsuid, while it reads them. */
  @RegisterExtension
  static final Host withFsuidAlone = Host.with(Host.EVERYTHING).without("names-by-fsuid");

  private static Container container;

  @BeforeAll
  static void start() {
    container =
        host.docker()
            .starts(
                "dbgt-names",
                Engine.BRIDGED,
                "--dns",
                "192.0.2.53",
                "--add-host",
                "blocked.example:192.0.2.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/resolv.conf", "/etc/hosts"})
  void the_tool_reads_the_containers(String file) {
    host.ann()
        .runs("dbgt-names net -- look file " + file)
        .sees(nsenter(container, "-n", "-m", "/look", "file", file));
    assertNotEquals(
        nsenter(container, "-n", "look", "file", file).out(),
        host.ann().runs("dbgt-names net -- look file " + file).out());
  }

  @Test
  void they_are_what_the_container_was_started_with() {
    assertEquals(
        true,
        host.ann()
            .runs("dbgt-names net -- look file /etc/resolv.conf")
            .out()
            .contains("192.0.2.53"));
    assertEquals(
        true,
        host.ann()
            .runs("dbgt-names net -- look file /etc/hosts")
            .out()
            .contains("blocked.example"));
  }

  @Test
  void the_interfaces_in_sys_are_the_containers() {
    host.ann()
        .runs("dbgt-names net -- look directory /sys/class/net")
        .sees(nsenter(container, "-n", "-m", "/look", "directory", "/sys/class/net"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../../etc/shadow",
        "/etc/shadow",
        "/proc/self/root/etc/shadow",
      })
  void a_link_in_the_image_does_not_lead_to_the_hosts_files(String link) throws IOException {
    Path root = root();
    Files.createSymbolicLink(root.resolve("etc/resolv.conf"), Path.of(link));
    BareProcess process = BareProcess.in("--net", "--root", root.toString());
    String secret = Files.readString(Path.of("/etc/shadow"));
    assertFalse(secret.isBlank());
    // A program that opens the path as root on the host reads the host's file.
    Path naive = Path.of("/proc", Long.toString(process.pid()), "root/etc/resolv.conf");
    assertEquals(secret, Files.readString(naive));

    host.ann()
        .runs(process.name() + " net -- look file /etc/resolv.conf")
        .exits(0)
        .prints("")
        .isRecorded();

    process.ends();
  }

  /**
   * Files of any procfs answer according to the capabilities of the process that opens or reads
   * them.
   */
  @ParameterizedTest
  @ValueSource(strings = {"/proc/version", "/proc/1/environ", "/proc/sys/kernel/hostname"})
  void a_link_into_the_containers_procfs_is_not_read(String link) throws IOException {
    Path root = root();
    Files.createDirectory(root.resolve("proc"));
    Files.createSymbolicLink(root.resolve("etc/resolv.conf"), Path.of(link));
    BareProcess process =
        BareProcess.in("--net", "--mount", "--mount-proc", "--root", root.toString());
    assertEquals(
        true, Files.exists(Path.of("/proc", Long.toString(process.pid()), "root/proc/version")));

    host.ann()
        .runs(process.name() + " net -- look file /etc/resolv.conf")
        .exits(0)
        .prints("")
        .isRecorded();

    process.ends();
  }

  @Test
  void of_a_file_that_is_too_large_whole_lines_are_read_and_that_is_said() throws IOException {
    Path root = root();
    String line = "192.0.2.1 a-name-that-is-blocked.example\n";
    Files.writeString(root.resolve("etc/hosts"), line.repeat(3000));
    BareProcess process = BareProcess.in("--net", "--root", root.toString());

    host.ann()
        .runs(process.name() + " net -- look file /etc/hosts")
        .exits(0)
        .prints(line.repeat((1 << 16) / line.length()))
        .says("the container's /etc/hosts has more than 64 KiB");

    process.ends();
  }

  /**
   * Of such a file system the kernel asks for all ids of a process, not only for the one that
   * counts for files. Its user lays a link to it over the names.
   */
  @Test
  void a_file_system_that_answers_root_alone_is_not_read_for_a_user() throws IOException {
    Path directory = Files.createDirectory(host.directory().resolve("vault"));
    Running vault =
        Command.of(host.program("vault").toString(), directory.toString())
            .start()
            .prints("mounted");
    Running process =
        Command.of(
                "setpriv",
                "--reuid=" + World.OUTSIDER,
                "--regid=" + World.OUTSIDER,
                "--clear-groups",
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "--net",
                "sh",
                "-c",
                "mount -t tmpfs none /etc && ln -s $0/secret /etc/hosts && exec $1 wait",
                directory.toString(),
                host.program("act").toString())
            .start()
            .prints("waiting");

    for (String namespaces : List.of("net", "net,user")) {
      String line = "pid://%d %s -- look file /etc/hosts".formatted(process.pid(), namespaces);
      withFsuidAlone.ann().runs(line).exits(0).prints("SECRET-OF-THE-HOST\n");
      host.ann()
          .runs(line)
          .exits(0)
          .prints("")
          .says("the container's /etc/hosts could not be read: Permission denied");
    }

    Ran _ = process.gets("KILL").ends();
    host.bystanders().unmounts(directory, vault);
  }

  /** A root directory with the one program that runs in it, and an empty /etc. */
  private static Path root() throws IOException {
    Path root = Files.createTempDirectory(host.directory(), "root");
    Files.createDirectories(root.resolve("etc"));
    Files.copy(host.program("act"), root.resolve("act"), StandardCopyOption.COPY_ATTRIBUTES);
    return root;
  }

  @ParameterizedTest
  @ValueSource(strings = {"fifo", "directory", "huge"})
  void names_files_that_are_large_or_irregular_do_no_harm(String what) throws IOException {
    Path root = root();
    Path file = root.resolve("etc/resolv.conf");
    switch (what) {
      case "fifo" -> Machine.makesPipe(file);
      case "directory" -> Files.createDirectory(file);
      default -> Files.write(file, new byte[1 << 20]);
    }
    BareProcess process = BareProcess.in("--net", "--root", root.toString());

    var ran = host.ann().runs(process.name() + " net -- look file /etc/resolv.conf").exits(0);

    assertEquals(true, ran.isRecorded().bytes().length <= 1 << 16);
    process.ends();
  }
}
