package dev.dbg.nativetests.hostile;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenterAtTerminal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.target.Container;
import java.io.IOException;
import java.io.RandomAccessFile;
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

/** How little a tool can do that an operator has made to do anything at all. */
@Tag("native")
final class ConfinementTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  @RegisterExtension static final Host unfiltered = Host.with(Host.EVERYTHING).without("seccomp");

  private static Container container;

  @BeforeAll
  static void start() {
    container = host.docker().starts("dbgt-confined");
  }

  @Test
  void the_tools_descriptors_are_0_1_2() {
    host.ann()
        .runs("dbgt-confined net -- look descriptors")
        .prints("0\n1\n2\n")
        .sees(nsenter(container, "-n", "look", "descriptors"));
  }

  @Test
  void a_tool_starts_in_the_root_directory() {
    nsenter(container, "-n", "look", "directory").prints("/usr\n");

    host.ann().runs("dbgt-confined net -- look directory").prints("/\n").isRecorded();
  }

  @Test
  void a_tool_inherits_no_environment() {
    assertEquals(
        List.of("LANG=C", "LC_CTYPE=C.UTF-8", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"),
        host.ann().runs("dbgt-confined net -- look environment").lines().stream()
            .sorted()
            .toList());
  }

  @Test
  void a_tool_without_capabilities_has_none_at_all() {
    assertEquals(
        confinement("0000000000000000"),
        host.ann().runs("dbgt-confined net -- look confinement").isRecorded().lines());
    assertNotEquals(
        confinement("0000000000000000"), nsenter(container, "-n", "look", "confinement").lines());
  }

  @Test
  void a_tool_has_exactly_the_capabilities_of_its_entry() {
    // CAP_SYS_PTRACE is 19, CAP_NET_RAW is 13.
    assertEquals(
        confinement("0000000000082000"),
        host.ann().runs("dbgt-confined net -- capable confinement").isRecorded().lines());
  }

  /** At 0 a program that gets core dumps by a pipe, core(5), would get one of the tool. */
  @Test
  void a_tool_leaves_no_core_dump() {
    List<String> limits =
        host.ann().runs("dbgt-confined net -- look file /proc/self/limits").exits(0).lines();

    assertEquals(
        List.of("Max core file size 1 1 bytes"),
        limits.stream()
            .filter(line -> line.startsWith("Max core "))
            .map(line -> line.strip().replaceAll(" +", " "))
            .toList());
    // Whoever gets one in spite of that gets none of its memory.
    assertEquals(
        "00000000\n",
        host.ann().runs("dbgt-confined net -- look file /proc/self/coredump_filter").out());
  }

  /**
   * Whoever joined the tool's mount namespace would unmount the container's, and have the host's.
   */
  @Test
  void no_procfs_of_the_hosts_is_below_that_of_the_container() {
    for (String namespaces : List.of("pid", "net,pid")) {
      List<String> mounts =
          host.ann()
              .runs("dbgt-confined " + namespaces + " -- look file /proc/self/mountinfo")
              .exits(0)
              .lines();

      assertEquals(
          1, mounts.stream().filter(line -> line.contains(" - proc ")).count(), mounts::toString);
    }
  }

  private static List<String> confinement(String capabilities) {
    return List.of(
        "Uid:\t0\t0\t0\t0",
        "Gid:\t0\t0\t0\t0",
        "Groups:\t ",
        "CapInh:\t0000000000000000",
        "CapPrm:\t" + capabilities,
        "CapEff:\t" + capabilities,
        "CapBnd:\t" + capabilities,
        "CapAmb:\t0000000000000000",
        "NoNewPrivs:\t1",
        "Seccomp:\t2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mount",
        "unshare",
        "user-namespace",
        "setns",
        "chroot",
        "bpf",
        "keyctl",
        "ptrace TARGET",
        "kill TARGET",
        "own TARGET",
        "affinity 1",
        "go-on TARGET",
        "unix",
        "datagrams",
        "read /proc/TARGET/environ",
        "write /proc/sys/kernel/hostname",
        "execute /usr/bin/echo",
        "read /etc/shadow",
        "read /root",
        "read /home",
        "read /proc/TARGET/root/act",
      })
  void a_tool_cannot_do_what_nsenters_tool_can(String what) {
    String attempt = what.replace("TARGET", Long.toString(container.pid()));

    // In a separate mount namespace: an oracle that succeeds must not harm the machine.
    nsenter(container, words("-n unshare --mount attempt " + attempt)).prints("done\n");
    host.ann().runs("dbgt-confined net -- attempt " + attempt).exits(1).isRecorded();
  }

  /** Or who sees what the container's files say might ask whom they name. */
  @Test
  void with_mnt_a_tool_makes_sockets_only_if_its_entry_requires_net() {
    nsenter(container, words("-n -m /attempt internet")).prints("done\n");

    host.ann().runs("dbgt-confined net -- attempt internet").prints("done\n");
    host.ann().runs("dbgt-confined net,mnt -- attempt internet").prints("EAFNOSUPPORT\n");
    host.ann().runs("dbgt-confined net,mnt -- attempt unix").prints("EAFNOSUPPORT\n");
    host.ann().runs("dbgt-confined mnt -- attempt internet").prints("EAFNOSUPPORT\n");
  }

  private static String[] words(String line) {
    return line.split(" ", -1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/x",
        "/etc/x",
        "/etc/resolv.conf",
        "/usr/x",
        "/usr/bin/x",
        "/dev/x",
        "/run/x",
        "/run/names/x",
        "/run/names/hosts",
        "/proc/x",
        "/proc/sysrq-trigger",
        "/sys/x",
        "/sys/class/net/lo/ifalias",
      })
  void a_tool_can_write_no_file_that_it_sees(String path) {
    host.ann().runs("dbgt-confined net -- attempt write " + path).exits(1).isRecorded();
  }

  /** A mount that is read-only does not keep anybody from writing to a FIFO. */
  @Test
  void a_tool_writes_to_no_fifo_of_the_container() throws IOException {
    Path pipe = container.file("/pipe");
    Machine.makesPipe(pipe);

    try (RandomAccessFile _ = new RandomAccessFile(pipe.toFile(), "rw")) {
      nsenter(container, "-n", "-m", "/attempt", "write", "/pipe").prints("done\n");
      host.ann().runs("dbgt-confined mnt -- attempt write /pipe").exits(1).prints("EACCES\n");
      host.ann().runs("dbgt-confined mnt -- attempt write /dev/null").prints("done\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/root", "/home", "/tmp", "/run/docker.sock", "/etc/passwd", "/boot"})
  void a_tool_sees_no_file_of_the_host_but_its_own(String path) {
    host.ann().runs("dbgt-confined net -- attempt read " + path).exits(1).prints("ENOENT\n");
  }

  @Test
  void its_root_directory_has_these_entries_and_no_other() {
    List<String> seen = host.ann().runs("dbgt-confined net -- look directory /").lines();

    List<String> permitted =
        List.of(
            "bin", "dev", "etc", "lib", "lib32", "lib64", "proc", "run", "sbin", "sys", "usr",
            "var");
    assertEquals(List.of(), seen.stream().filter(name -> !permitted.contains(name)).toList());
  }

  @Test
  void a_tool_executes_no_program_not_even_itself() {
    host.ann().runs("dbgt-confined net -- attempt execute /etc/services").prints("EPERM\n");
    host.ann().runs("dbgt-confined net -- attempt execute /proc/self/exe").prints("EPERM\n");
  }

  @Test
  void a_program_that_the_operator_hands_over_as_a_file_cannot_be_executed() throws IOException {
    // Static, so that it needs nothing of the view; a copy of attempt, because it prints what echo
    // would print.
    Path program = host.directory().resolve("echo");
    Files.copy(host.program("attempt"), program, StandardCopyOption.COPY_ATTRIBUTES);

    host.ann()
        .reading(program)
        .runs("dbgt-confined net -- attempt execute /dev/stdin")
        .prints("EPERM\n")
        .isRecorded();
  }

  @Test
  void a_tracer_may_trace_and_other_tools_may_not() {
    host.ann().runs("dbgt-confined pid -- tracer ptrace 1").prints("done\n");
    host.ann().runs("dbgt-confined pid -- attempt ptrace 1").prints("EPERM\n");

    // Without pid it is in the empty pid namespace.
    host.ann().runs("dbgt-confined net -- tracer ptrace " + container.pid()).prints("ESRCH\n");
  }

  @Test
  void nothing_is_typed_into_the_operators_terminal() {
    nsenterAtTerminal(container, "-n", "attempt", "type").prints("xdone\r\n");

    host.ann().atTerminal().runs("dbgt-confined net -- attempt type").exits(1).prints("EPERM\r\n");
  }

  @Test
  void the_terminal_that_it_prints_to_is_not_set() {
    String line = "dbgt-confined net -- attempt discipline";

    unfiltered.ann().atTerminal().runs(line).prints("done\r\n");
    host.ann().atTerminal().runs(line).exits(1).prints("EPERM\r\n");
  }
}
