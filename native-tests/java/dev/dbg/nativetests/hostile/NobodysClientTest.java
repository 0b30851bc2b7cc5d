package dev.dbg.nativetests.hostile;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.words.Catalogue;
import dev.dbg.nativetests.scene.words.Harmless;
import dev.dbg.nativetests.scene.words.Selection;
import dev.dbg.plan.AlteredPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A container whose owner listens wherever a tool, its libraries or the C library might ask on
 * their own. The kernel gives a server a pidfd of its client; with CAP_SYS_ADMIN and CAP_SYS_PTRACE
 * that is enough to join the client's namespaces. No tool asks, and none is in a namespace of the
 * host's.
 */
@Tag("native")
@Tag("whole")
final class NobodysClientTest {
  private static final String NAME_SERVICE = "/var/run/nscd/socket";

  /** Where nstat asks whether another nstat collects already: of root, and of nobody. */
  private static final String STATISTICS = "@nstat0";

  private static final List<String> SERVERS =
      List.of(
          NAME_SERVICE,
          STATISTICS,
          "@nstat",
          "@ifstat0",
          "@rtacct0",
          "/run/systemd/userdb/io.systemd.Multiplexer",
          "/run/systemd/userdb/io.systemd.NameServiceSwitch",
          "/run/systemd/userdb/io.systemd.DynamicUser",
          "/run/systemd/resolve/io.systemd.Resolve",
          "/run/systemd/private",
          "/run/dbus/system_bus_socket",
          "@/tmp/dbus-system",
          "/var/lib/sss/pipes/nss",
          "/var/run/nslcd/socket",
          "/run/samba/winbindd/pipe",
          "/tmp/.winbindd/pipe",
          "/var/run/avahi-daemon/socket",
          "/var/run/mdnsd",
          "/var/run/.nscd_socket",
          "/tmp/.X11-unix/X0",
          "@/tmp/.X11-unix/X0",
          "/run/gnupg/S.gpg-agent",
          "/root/.gnupg/S.gpg-agent",
          "/run/lldpd.socket",
          "/run/pcscd/pcscd.comm",
          "/run/udev/control",
          "datagrams:/run/systemd/notify",
          "datagrams:/run/systemd/journal/socket",
          "datagrams:/run/systemd/journal/dev-log",
          "datagrams:/dev/log");

  private static final List<List<String>> SETS =
      List.of(
          List.of("mnt"),
          List.of("net"),
          List.of("net", "mnt"),
          List.of("mnt", "pid"),
          List.of("net", "mnt", "pid"),
          List.of("all"));

  /** Lines that look users up, and one that looks for its own daemon. */
  private static final List<String> LOOK_UPS =
      List.of(
          "mnt -- ls -l /",
          "mnt -- ls -ld /etc",
          "mnt -- stat -c %U /",
          "mnt -- find / -maxdepth 0 -user root",
          "mnt -- id",
          "net,mnt -- getent passwd",
          "net,mnt -- getent hosts nobody.invalid",
          "net -- nstat");

  private static final int AT_ONCE = 6;

  @RegisterExtension
  static final Host host = Host.with(Host.EVERYTHING).limitedTo("sessions-per-user = 64");

  @RegisterExtension static final Host asking = Host.with(Host.EVERYTHING).without("no-sockets");

  /** Joins the empty pid namespace alone: dbg-enter relies on it. */
  @RegisterExtension
  static final Host amongHosts =
      Host.with(Host.EVERYTHING).without("no-sockets").inWhich(AlteredPlan.AmongHosts.class);

  private static Container container;
  private static Running servers;

  @BeforeAll
  static void start() {
    Image image =
        Image.named("met")
            .holds("/meet", host.program("meet"))
            .has("/etc/passwd", "root:x:0:0::/root:/none\n")
            .has(
                "/etc/nsswitch.conf",
                Stream.of("passwd", "group", "hosts", "services")
                    .map(base -> base + ": systemd sss ldap winbind mymachines files dns\n")
                    .collect(joining()));
    container =
        host.docker()
            .starts(
                "dbgt-met",
                image,
                List.of(
                    "--cap-add=SYS_ADMIN",
                    "--cap-add=SYS_PTRACE",
                    "--network=none",
                    "--security-opt=apparmor=unconfined",
                    "--security-opt=seccomp=unconfined"),
                "/server");
    List<String> words = new ArrayList<>(List.of("/meet"));
    words.addAll(SERVERS);
    servers = container.starts(words.toArray(String[]::new)).prints("meeting");
    String tools =
        Stream.concat(
                host.installed().catalogue().stream().map(Catalogue.Tool::name),
                Stream.of("act", "attempt"))
            .map("\"%s\""::formatted)
            .collect(joining(", "));
    for (Host each : List.of(host, asking, amongHosts)) {
      each.config()
          .writePolicy(Host.EVERYTHING.replaceFirst("tools = .*", "tools = [" + tools + "]"));
      each.daemon().reloads().says("/action", "load");
    }
  }

  @AfterAll
  static void end() {
    var _ = servers.gets("TERM").ends();
  }

  /** What the servers have seen of this line. */
  private static String met(Host at, String line, String server) {
    int before = servers.printed().length();
    var _ = at.ann().runs("dbgt-met " + line);
    Patience.until(
        server + " is asked", () -> servers.printed().indexOf("met " + server, before) >= 0);
    Patience.until(
        "the client's namespaces are tried",
        () -> servers.printed().substring(before).contains("uts"));
    return servers.printed().substring(before);
  }

  @Test
  void no_tool_asks_a_server_of_the_container() {
    // What an earlier test's clients asked may be seen only now.
    int before;
    do {
      before = servers.printed().length();
      Patience.sleeps(Duration.ofSeconds(2));
    } while (servers.printed().length() > before);
    List<Ran> all = new ArrayList<>(inContainer(LOOK_UPS));
    for (List<String> namespaces : SETS) {
      all.addAll(
          inContainer(
              host.installed().catalogue().stream()
                  .filter(tool -> tool.file().isPresent() && tool.worksWith(namespaces))
                  .map(tool -> String.join(",", namespaces) + " -- " + words(tool))
                  .toList()));
    }

    assertEquals("", servers.printed().substring(before));
    assertEquals(List.of(), all.stream().filter(Ran::isDbgsFailure).map(Ran::brief).toList());
    System.out.printf("%d lines, %d servers%n", all.size(), SERVERS.size());
  }

  private static List<Ran> inContainer(List<String> lines) {
    List<String> bounded = lines.stream().map("--timeout 2s dbgt-met "::concat).toList();
    return host.ann().runsAll(AT_ONCE, bounded);
  }

  private static String words(Catalogue.Tool tool) {
    return Harmless.line(tool).stream()
        .map(word -> word.contains(" ") ? "'" + word + "'" : word)
        .collect(joining(" "));
  }

  /** Without the filter these do, which shows that each would ask. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mnt -- ls -l /",
        "mnt -- stat -c %U /",
        "mnt -- id",
        "net,mnt -- getent passwd root"
      })
  void a_look_up_would_ask_the_containers_name_service(String line) {
    assertTrue(met(asking, line, NAME_SERVICE).contains("\njoined net:"));
  }

  /** Nor does it take a file of the container's: an abstract name is one of the network. */
  @Test
  void nstat_would_ask_whoever_has_the_name_of_its_daemon() {
    assertTrue(met(asking, "net -- nstat", STATISTICS).contains("\njoined net:"));
  }

  /** The second wall: what the server joins then is empty. */
  @Test
  void a_holder_of_a_tools_pidfd_joins_no_namespace_of_the_host() {
    List<String> hosts =
        Stream.of("net", "ipc", "uts").map(kind -> "\njoined " + ofHost(kind)).toList();

    String found = met(asking, "mnt -- ls -l /", NAME_SERVICE);
    for (String one : hosts) {
      assertFalse(found.contains(one), found);
    }
    String without = met(amongHosts, "mnt -- ls -l /", NAME_SERVICE);
    for (String one : hosts) {
      assertTrue(without.contains(one), without);
    }
  }

  private static String ofHost(String kind) {
    return Processes.link(ProcessHandle.current().pid(), "ns/" + kind);
  }

  /** Seen from outside; the user namespace is the one in which its capabilities count. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "net",
        "mnt",
        "pid",
        "uts",
        "net,mnt",
        "mnt,pid",
        "mnt --record",
        "net,mnt,pid,ipc,uts"
      })
  void a_tool_is_in_no_namespace_of_the_hosts_but_that_of_its_users(String namespaces) {
    assertEquals(List.of("user"), ofTheHosts(host, namespaces));

    List<String> without = new ArrayList<>(ofTheHosts(amongHosts, namespaces));
    without.removeAll(List.of("user"));
    assertFalse(without.isEmpty());
  }

  private static List<String> ofTheHosts(Host at, String namespaces) {
    String options = namespaces.contains(" ") ? "--record " : "";
    String set = namespaces.split(" ", 2)[0];
    Running tool = at.ann().starts(options + "dbgt-met " + set + " -- act wait").prints("waiting");
    long pid = at.processes().startedOnceAs("act", "wait");
    List<String> shared =
        Selection.KINDS.stream()
            .filter(kind -> Processes.link(pid, "ns/" + kind).equals(ofHost(kind)))
            .toList();
    var _ = tool.gets("INT").ends();
    return shared;
  }
}
