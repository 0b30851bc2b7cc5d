package dev.dbg.nativetests.view;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.BareProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids are those of the user namespace that the tool is in, and {@code -u} selects one of them. */
@Tag("native")
@Tag("whole")
final class UserTest {
  /** The host's id for the container's user 0. */
  private static final int FIRST = 100_000;

  /** SYS_PTRACE and NET_RAW, which the tool {@code capable} asks for. */
  private static final String CAPABLE = "0000000000082000";

  private static final String NONE = "0000000000000000";

  /** SYS_CHROOT, which the tool of another user than root has so that this user can't trace it. */
  private static final String CHROOT = "0000000000040000";

  private static final String CAPABLE_AND_CHROOT = "00000000000c2000";

  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-user", "pid://*"]
      namespaces = ["net", "mnt", "pid", "user"]
      tools = ["look", "act", "attempt", "capable", "tracer", "ls", "cat", "id"]
      user-switch = true

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["dbgt-user", "pid://*"]
      namespaces = ["net", "mnt", "pid", "user"]
      tools = ["look", "id"]
      """;

  @RegisterExtension static final Host host = Host.with(POLICY);

  private static BareProcess mapped;
  private static BareProcess setgroupsDenied;
  private static Path files;

  @BeforeAll
  static void start() throws IOException {
    host.docker().starts("dbgt-user");
    mapped = namespaced("--map-users 0:100000:65536 --map-groups 0:100000:65536");
    setgroupsDenied = namespaced("--map-root-user");
    files = Files.createDirectory(host.directory().resolve("files"));
    owned("of-root", FIRST);
    owned("of-1000", FIRST + 1000);
    owned("of-the-hosts-root", 0);
  }

  private static BareProcess namespaced(String map) {
    return BareProcess.firstIn(
        List.of("act", "wait"),
        Stream.concat(
                Stream.of("--user", "--mount", "--mount-proc", "--net"),
                Stream.of(map.split(" ", -1)))
            .toArray(String[]::new));
  }

  /** Makes a file that only its owner may read. */
  private static void owned(String name, int owner) throws IOException {
    Path file = Files.writeString(files.resolve(name), name + "\n");
    Files.setAttribute(file, "unix:uid", owner);
    Files.setAttribute(file, "unix:gid", owner);
    Path _ = Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @AfterAll
  static void end() {
    mapped.ends();
    setgroupsDenied.ends();
  }

  /** Otherwise it could not open it by name, as {@code /dev/tty} or {@code /proc/self/fd/0}. */
  @ParameterizedTest
  @CsvSource({
    "'',net,0:5:620",
    "-u 1000:100,net,1000:5:620",
    "-u 1000:100,'mnt,pid,user',101000:5:620",
    "'','mnt,user',100000:5:620",
    "-u 1000:100,'net,user',101000:5:620",
  })
  void a_terminal_belongs_to_the_tools_user(String options, String namespaces, String expected) {
    Running dbg =
        host.ann()
            .atTerminal()
            .starts(
                "-t %s %s %s -- act wait"
                    .formatted(options, mapped.name(), namespaces)
                    .replace("  ", " "))
            .prints("waiting");
    long tool = host.processes().startedOnceAs("act", "wait");

    for (int fd : List.of(0, 1, 2)) {
      nsenter(mapped, "stat", "-L", "-c", "%u:%g:%a", "/proc/" + tool + "/fd/" + fd)
          .exits(0)
          .prints(expected + "\n");
    }
    dbg.types("\u0003").ends().exits(128 + 2);
  }

  private static Ran runs(String options, String rest) {
    return host.ann().runs((options + " " + mapped.name() + " " + rest).strip());
  }

  @Test
  void files_have_the_owners_that_they_have_in_there() {
    Ran seen = runs("", "mnt,user -- ls -ln " + files).exits(0).isRecorded();

    seen.sees(nsenter(mapped, ("-m -U ls -ln " + files).split(" ", -1)));
    assertEquals("0", owner(seen, "of-root"));
    assertEquals("1000", owner(seen, "of-1000"));
    assertEquals("65534", owner(seen, "of-the-hosts-root"));
  }

  private static String owner(Ran listing, String name) {
    return listing.lines().stream()
        .filter(line -> line.endsWith(" " + name))
        .map(line -> line.split(" +", -1)[2])
        .findFirst()
        .orElseThrow();
  }

  @Test
  void who_reads_what_is_what_nsenter_says() {
    for (String user : List.of("0", "1000", "1001")) {
      for (String name : List.of("of-root", "of-1000", "of-the-hosts-root")) {
        Ran seen = runs("-u " + user, "mnt,user -- look file " + files.resolve(name));
        // look has no capability, so it reads what its user may read. nsenter's root has all of
        // them.
        String powerless = user.equals("0") ? "setpriv --bounding-set=-all " : "";
        Ran oracle =
            nsenter(
                mapped,
                "-m -U -S %1$s -G %1$s %2$slook file %3$s"
                    .formatted(user, powerless, files.resolve(name))
                    .split(" ", -1));

        assertEquals(oracle.out() + oracle.err() + oracle.end(), told(seen));
      }
    }
  }

  private static String told(Ran ran) {
    return ran.out() + ran.err() + ran.end();
  }

  @ParameterizedTest
  @CsvSource({"1000,1000,1000", "1000:50,1000,50", "0:7,0,7", "65534,65534,65534"})
  void the_tool_runs_as_that_user_and_group_and_no_other(String asked, int uid, int gid) {
    for (String namespaces : List.of("user", "net,mnt,pid,user")) {
      List<String> seen = runs("-u " + asked, namespaces + " -- look confinement").exits(0).lines();

      assertTrue(seen.contains("Uid:" + ("\t" + uid).repeat(4)), seen::toString);
      assertTrue(seen.contains("Gid:" + ("\t" + gid).repeat(4)), seen::toString);
      assertTrue(seen.contains("Groups:\t "), seen::toString);
      for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
        String has = uid == 0 ? NONE : CHROOT;
        assertTrue(seen.contains(set + ":\t" + has), seen::toString);
      }
    }
  }

  @Test
  void on_the_host_it_is_the_user_that_this_one_is_mapped_to() {
    Running dbg =
        host.ann().starts("-u 1000:50 " + mapped.name() + " user -- act cling").prints("clinging");
    long tool = host.processes().startedOnceAs("act", "cling");

    assertEquals("101000\t101000\t101000\t101000", Processes.status(tool, "Uid"));
    assertEquals("100050\t100050\t100050\t100050", Processes.status(tool, "Gid"));
    assertEquals("", Processes.status(tool, "Groups"));
    dbg.gets("KILL");
    var _ = dbg.ends().diesBy(9);
    Patience.until("the tool has ended", () -> host.processes().tools().isEmpty());
  }

  /** An exec by root keeps the capabilities of the bounding set; other users need ambient ones. */
  @ParameterizedTest
  @CsvSource({"0," + CAPABLE + "," + NONE, "1000," + CAPABLE_AND_CHROOT + "," + CAPABLE_AND_CHROOT})
  void a_tool_with_u_has_its_entrys_capabilities_and_sys_chroot(
      String user, String capable, String inherited) {
    for (String namespaces : List.of("user", "pid,user", "net")) {
      List<String> seen =
          runs("-u " + user, namespaces + " -- capable confinement").exits(0).lines();

      for (String set : List.of("CapPrm", "CapEff", "CapBnd")) {
        assertTrue(seen.contains(set + ":\t" + capable), seen::toString);
      }
      for (String set : List.of("CapInh", "CapAmb")) {
        assertTrue(seen.contains(set + ":\t" + inherited), seen::toString);
      }
      assertTrue(seen.contains("NoNewPrivs:\t1"), seen::toString);
    }
  }

  /** In an unshared user namespace the entry's capabilities have no power over the host. */
  @Test
  void capabilities_in_there_are_none_out_here() {
    runs("", "mnt,user -- cat " + files.resolve("of-1000")).prints("of-1000\n").isRecorded();
    runs("", "mnt,user -- cat " + files.resolve("of-the-hosts-root"))
        .exits(1)
        .says("Permission denied")
        .isRecorded();
    runs("", "mnt -- cat " + files.resolve("of-the-hosts-root"))
        .isRefused("only together with user");
  }

  @ParameterizedTest
  @CsvSource({"70000:1,user 70000", "1:70000,group 70000", "70000,group 70000"})
  void an_id_that_is_not_mapped_is_one_clear_message_and_a_result(String asked, String which) {
    Ran ran = runs("-u " + asked, "user -- look confinement").exits(125).prints("");

    ran.says("cannot become " + which + " in the container: its user namespace has no such", "-u");
    assertEquals(1, ran.err().lines().count(), ran::err);
    ran.leaves("intent").says("/decision/allowed", true);
    ran.leaves("result").mentions("/outcome", which);
  }

  @Test
  void who_has_no_rule_that_says_so_may_not_switch() {
    for (String user : List.of("1000", "0:5", "65534")) {
      host.bob()
          .runs("-u " + user + " " + mapped.name() + " user -- id")
          .isRefused("as another user", "does not permit -u");
      host.bob().runs("-u " + user + " dbgt-user net -- id").isRefused("does not permit -u");
    }
    host.bob().runs("-u 0 " + mapped.name() + " user -- id").exits(0).isRecorded();
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "-1", "4294967295", "01000", "1000:", ":5", "1000:staff", "0x10"})
  void a_malformed_user_number_is_refused(String user) {
    host.ann().runs("-u " + user + " dbgt-user net -- id").exits(125).prints("").says("-u");
  }

  @Test
  void without_a_user_namespace_of_its_own_it_is_the_hosts_user() {
    for (String namespaces : List.of("net", "mnt", "pid", "net,mnt,pid")) {
      List<String> seen =
          host.ann()
              .runs("-u 1000:50 dbgt-user " + namespaces + " -- look confinement")
              .exits(0)
              .lines();
      assertTrue(seen.contains("Uid:\t1000\t1000\t1000\t1000"), seen::toString);
      assertTrue(seen.contains("Gid:\t50\t50\t50\t50"), seen::toString);
      assertTrue(seen.contains("Groups:\t "), seen::toString);
      assertTrue(seen.contains("CapEff:\t" + CHROOT), seen::toString);
    }
  }

  /** Its owner on the host would have the container's files and network, and no record. */
  @ParameterizedTest
  @CsvSource({"mnt,wait", "net,wait", "'mnt,pid',wait", "mnt,shed"})
  void the_hosts_user_with_that_uid_cannot_trace_the_tool(String namespaces, String does) {
    String uid = host.ann().uid();
    String gid = Command.must("id", "-g", host.ann().name()).strip();
    Running dbg =
        host.ann()
            .starts("-u %s:%s dbgt-user %s -- act %s".formatted(uid, gid, namespaces, does))
            .prints("waiting");
    long tool = host.processes().startedOnceAs("act", does);

    assertEquals(uid, Processes.status(tool, "Uid").split("\t", -1)[0]);
    for (String attempt : ATTEMPTS) {
      ann(attempt, tool).exits(1);
    }
    dbg.gets("KILL");
    var _ = dbg.ends().diesBy(9);
    Patience.until("the tool has ended", () -> host.processes().tools().isEmpty());
  }

  private static final List<String> ATTEMPTS =
      List.of("ptrace %d", "read /proc/%d/root", "read /proc/%d/exe", "read /proc/%d/environ");

  private static Ran ann(String attempt, long pid) {
    return host.ann().runsProgram(new byte[0], "attempt", attempt.formatted(pid).split(" ", -1));
  }

  @Test
  void the_hosts_user_can_trace_its_own_processes() {
    Running own = host.ann().startsProgram("act", "wait").prints("waiting");
    long pid = host.processes().startedOnceAs(host.program("act").toString(), "wait");

    for (String attempt : ATTEMPTS) {
      ann(attempt, pid).prints("done\n");
    }
    own.gets("KILL");
    var _ = own.ends();
  }

  /** A signal of that user's would stop it, and with it the container. */
  @Test
  void a_tracer_runs_as_root_alone() {
    host.ann()
        .runs("-u " + host.ann().uid() + " dbgt-user pid -- tracer ptrace 1")
        .isRefused("a user other than root could stop it", "leave out -u");
    host.ann().runs("-u 0 dbgt-user pid -- tracer ptrace 1").prints("done\n");
  }

  @Test
  void the_record_tells_whom_it_ran_as() {
    Ran ran = runs("-u 1000:50", "user -- look confinement").exits(0);

    ran.leaves("intent").says("/confinement/uid", 1000).says("/confinement/gid", 50);
  }

  @Test
  void another_user_writes_nothing_either() {
    for (String namespaces : List.of("mnt,user", "net,mnt,pid,user")) {
      runs("-u 1000", namespaces + " -- attempt write " + files.resolve("of-1000"))
          .exits(1)
          .isRecorded();
    }
    runs("-u 1000", "mnt,user -- attempt write " + files.resolve("of-1000")).prints("EROFS\n");
  }

  /**
   * user_namespaces(7): where setgroups is denied, no process in the namespace can drop a group.
   */
  @Test
  void where_setgroups_is_denied_root_is_entered_without_groups() {
    String name = setgroupsDenied.name();
    for (String namespaces : List.of("user", "mnt,user", "net,mnt,pid,user")) {
      List<String> seen =
          host.ann().runs(name + " " + namespaces + " -- look confinement").exits(0).lines();
      assertTrue(seen.contains("Uid:\t0\t0\t0\t0"), seen::toString);
      assertTrue(seen.contains("Groups:\t "), seen::toString);
    }
    host.ann()
        .runs("-u 1 " + name + " user -- id")
        .exits(125)
        .says("its user namespace has no such group");
  }
}
