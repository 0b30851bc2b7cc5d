package dev.dbg.nativetests.view;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static dev.dbg.nativetests.scene.target.Nsenter.seenMeanwhile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.target.Container;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines that people type without thinking: they show what the host's tool shows root. */
@Tag("native")
@Tag("whole")
final class EverydayToolsTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["dbgt-everyday", "dbgt-covered"]
      namespaces = ["net", "mnt", "pid", "uts", "ipc", "cgroup"]
      tools = ["@network", "@files", "@processes", "fping", "ipset", "iptables-save", "nc", "uname"]
      """;

  @RegisterExtension static final Host host = Host.with(POLICY);

  /** Its x509 has the settings that it finds. */
  @RegisterExtension static final Host unset = Host.with(POLICY);

  /** With these openssl(1) opens no file, as it has another provider than its own. */
  private static final String SETTINGS =
      """
      openssl_conf = init
      [init]
      providers = all
      [all]
      planted = one
      [one]
      module = /lib/libnss_planted.so.2
      activate = 1
      """;

  private static Container container;

  @BeforeAll
  static void start() {
    container =
        host.docker()
            .starts(
                "dbgt-everyday",
                Image.named("everyday")
                    .has("/data/lines", "one\ntwo words\n")
                    .has("/etc/ssl/openssl.cnf", SETTINGS)
                    .has("/usr/lib/ssl/openssl.cnf", SETTINGS)
                    .holds("/data/ca.pem", Path.of("/etc/ssl/certs/ca-certificates.crt"))
                    .has("/etc/passwd", "cook:x:7:7::/:/none\n")
                    .has("/etc/nsswitch.conf", "passwd: planted files\nhosts: planted files\n")
                    .holds("/lib/libnss_planted.so.2", host.program("planted.so"))
                    .holds("/usr/lib/libnss_planted.so.2", host.program("planted.so"))
                    .holds("/etc/localtime", Path.of("/usr/share/zoneinfo/Asia/Tokyo")),
                List.of(
                    Engine.BRIDGED,
                    "--hostname=adguard",
                    "--user=1000:1000",
                    "--cgroupns=private",
                    "--env=TZ=EST5"),
                "/server");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ifconfig -a",
        "ifconfig -s lo",
        "route -n",
        "route -A inet6 -n",
        "tc qdisc show",
        "bridge fdb show",
        "getent services https",
        "getent hosts 127.0.0.1",
        "lnstat -f nf_conntrack -d",
        "fping 127.0.0.1",
      })
  void in_its_network(String line) {
    seenMeanwhile(
        () -> host.ann().runs("dbgt-everyday net -- " + line),
        container,
        Stream.concat(Stream.of("-n"), Stream.of(line.split(" ", -1))).toArray(String[]::new));
  }

  /** nc tells on standard error. */
  @Test
  void whether_a_port_is_open() {
    Ran open = host.ann().runs("dbgt-everyday net -- nc -z -v 127.0.0.1 3000").exits(0);
    assertTrue(open.err().contains("succeeded"), open::toString);
    Ran closed = host.ann().runs("dbgt-everyday net -- nc -z -v 127.0.0.1 1").exits(1);
    assertTrue(closed.err().contains("refused"), closed::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wc FILE",
        "wc -l FILE",
        "md5sum FILE",
        "sha1sum FILE",
        "sha512sum --tag FILE",
        "xxd FILE",
        "xxd -p -l 4 FILE",
        "hexdump -C FILE",
        "strings -n 5 FILE",
        "date -r FILE +%s",
        "diff -s FILE FILE",
        "gzip -c -n FILE",
        "tree -i --noreport FILE",
      })
  void of_its_files(String line) {
    String there = container.file("/data/lines").toString();
    Ran oracle = nsenter(container, ("-u " + line.replace("FILE", there)).split(" ", -1)).exits(0);
    host.ann()
        .runs("dbgt-everyday mnt -- " + line.replace("FILE", "/data/lines"))
        .prints(oracle.out().replace(there, "/data/lines"))
        .isRecorded();
  }

  @ParameterizedTest
  @CsvSource({"pmap 1,server", "pidof server,1", "pidstat -d -p 1,server", "lsns -t net,net"})
  void of_its_processes_which_are_another_users(String line, String shown) {
    Ran ran = host.ann().runs("dbgt-everyday pid -- " + line).exits(0).isRecorded();
    assertTrue(ran.out().contains(shown), ran::toString);
    assertFalse(ran.out().contains("-1.00"), ran::toString);
  }

  /** Relative to the root of its own cgroup namespace: with another one, the path climbs. */
  @ParameterizedTest
  @ValueSource(strings = {"cat /proc/1/cgroup", "ps -o cgroup= -p 1"})
  void its_control_group_as_it_sees_it(String line) {
    String there = line.replaceFirst("\\b1\\b", Long.toString(container.pid()));
    Ran oracle = nsenter(container, ("-C " + there).split(" ", -1)).exits(0);
    host.ann().runs("dbgt-everyday -- " + line).sees(oracle);
  }

  @Test
  void its_host_name_and_not_the_hosts() {
    for (String line : List.of("uname -n", "mpstat", "iostat", "pidstat", "sar -n DEV 1 1")) {
      Ran ran = host.ann().runs("dbgt-everyday -- " + line).exits(0);
      assertTrue(ran.out().contains("adguard"), ran::toString);
    }
  }

  @Test
  void its_network_and_not_the_hosts() {
    Ran ran = host.ann().runs("dbgt-everyday -- sar -n DEV 1 1").exits(0);
    assertTrue(ran.out().contains(" eth0 "), ran::toString);
    assertFalse(ran.out().contains("docker"), ran::toString);
  }

  @Test
  void a_certificate_is_read_with_the_hosts_settings() throws IOException {
    String line = "dbgt-everyday -- x509 -in /data/ca.pem -noout -subject";
    Path there = container.file("/data/ca.pem");
    host.ann()
        .runs(line)
        .prints(
            nsenter(
                    container,
                    "-u",
                    "openssl",
                    "x509",
                    "-in",
                    there.toString(),
                    "-noout",
                    "-subject")
                .out())
        .isRecorded();

    String entry = Files.readString(Path.of("src/main/dist/share/dbg/tools.d/x509.toml"));
    Files.writeString(
        unset.directory().resolve("tools.d/x509.toml"),
        entry.replaceFirst("(?m)^variable = .*$", ""));
    assertTrue(unset.daemon().reloads().text("/action").equals("load"));
    Ran ran = unset.ann().runs(line).exits(1);
    assertTrue(ran.err().contains("loader"), ran::toString);
  }

  /** That of its file, not of its variable TZ: a word of its owner's, which may be a path. */
  @Test
  void date_uses_the_containers_time_zone_file() {
    host.ann().runs("dbgt-everyday mnt -- date +%Z").prints("JST\n");
  }

  /** As lxcfs does it. */
  @Test
  void a_file_of_proc_is_the_kernels_and_said_to_be_so_where_the_container_has_another()
      throws IOException {
    Path file = Files.writeString(host.directory().resolve("meminfo"), "MemTotal: 7 kB\n");
    Container covered =
        host.docker().starts("dbgt-covered", "--volume=" + file + ":/proc/meminfo:ro");
    assertTrue(covered.mounts().contains(" /proc/meminfo "), covered::mounts);

    for (String line : List.of("mnt -- cat /proc/%s", "mnt,pid -- head -n 1 /proc/%s")) {
      Ran ran = host.ann().runs("dbgt-covered " + line.formatted("meminfo")).exits(0);
      assertTrue(ran.says("/proc/meminfo is the kernel's own").out().startsWith("MemTotal:"));
      assertFalse(ran.out().contains(" 7 kB"), ran::toString);
      assertEquals("", host.ann().runs("dbgt-covered " + line.formatted("loadavg")).err());
    }
  }

  @Test
  void its_users_although_its_name_services_are_planted() {
    Ran ran = host.ann().runs("dbgt-everyday net,mnt -- getent passwd").exits(0).isRecorded();
    assertEquals("cook:x:7:7::/:/none\n", ran.out());
    host.ann().runs("dbgt-everyday net,mnt -- getent hosts localhost").isRecorded();
  }

  @Test
  void what_is_mounted_and_nothing_becomes_so() {
    String before = container.mounts();
    Ran ran = host.ann().runs("dbgt-everyday mnt -- mount -t overlay").exits(0);
    assertTrue(ran.out().contains(" on / type overlay"), ran::toString);
    host.ann().runs("dbgt-everyday mnt -- mount -t tmpfs none /data").isRefused();
    assertEquals(before, container.mounts());
    assertEquals(List.of(), container.changes());
  }

  @Test
  void the_packet_filters_sets() {
    nsenter(container, "-n", "ipset", "create", "dbgt-blocked", "hash:ip").exits(0);
    nsenter(container, "-n", "ipset", "add", "dbgt-blocked", "192.0.2.7").exits(0);
    seenMeanwhile(
        () -> host.ann().runs("dbgt-everyday -- ipset list dbgt-blocked"),
        container,
        "-n",
        "ipset",
        "list",
        "dbgt-blocked");
    host.ann().runs("dbgt-everyday -- ipset flush dbgt-blocked").isRefused("only lists");
  }

  @Test
  void the_packet_filter_in_the_form_that_restores_it() {
    nsenter(container, "-n", "iptables", "-t", "nat", "-A", "OUTPUT", "-p", "tcp", "--dport", "7")
        .exits(0);
    Ran ran = host.ann().runs("dbgt-everyday net -- iptables-save -t nat").exits(0);
    assertTrue(ran.lines().contains("-A OUTPUT -p tcp -m tcp --dport 7"), ran::toString);
  }
}
