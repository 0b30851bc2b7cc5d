package dev.dbg.nativetests.hostile;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.target.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What an operator could make a tool do where its entry forgot to forbid it: these entries accept
 * what the shipped ones refuse. The kernel stops whatever runs a program, writes or reads a file of
 * the host, or leaves the namespace. nsenter, without this confinement, shows that it would have
 * happened.
 */
@Tag("native")
@Tag("whole")
final class GrammarOffTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  /** The content of a file that only root reads, and the output of a program that was run. */
  private static final String SECRET = "SECRET-OF-THE-HOST";

  private static final String RAN = "IT-RAN";

  /** Entries by name: each has the path of the tool, and the arguments that it accepts. */
  private static final Map<String, List<String>> OPEN =
      Map.ofEntries(
          Map.entry(
              "find",
              List.of("/usr/bin/find", "-exec -execdir -fprint -fls -maxdepth -name", "-delete")),
          Map.entry(
              "tar",
              List.of(
                  "/usr/bin/tar",
                  "--checkpoint --checkpoint-action -I --use-compress-program -f -T",
                  "-c -x")),
          Map.entry("curl", List.of("/usr/bin/curl", "-o -K -d -D -c --engine", "-s -S")),
          Map.entry("tcpdump", List.of("/usr/bin/tcpdump", "-w -r -F -V -z -G -i", "-n")),
          Map.entry("ss", List.of("/usr/bin/ss", "-D -F -N", "-n -t")),
          Map.entry("ip", List.of("/usr/sbin/ip", "-batch -n", "-force")),
          Map.entry("nft", List.of("/usr/sbin/nft", "-f", "-i")),
          Map.entry("openssl", List.of("/usr/bin/openssl", "-in -engine -out", "-x509 -t")),
          Map.entry("dig", List.of("/usr/bin/dig", "-f -k +tries +time", "-r")),
          Map.entry("strace", List.of("/usr/bin/strace", "-o -E -P", "-f -qq")),
          Map.entry("sysctl", List.of("/usr/sbin/sysctl", "-p", "-w -n")),
          Map.entry("grep", List.of("/usr/bin/grep", "-f", "-r")),
          Map.entry("arp", List.of("/usr/sbin/arp", "-f", "-n")),
          Map.entry("hostname", List.of("/usr/bin/hostname", "-F", "-s")),
          Map.entry("env", List.of("/usr/bin/env", "-u", "-i")),
          Map.entry("timeout", List.of("/usr/bin/timeout", "-k", "-v")),
          Map.entry("xargs", List.of("/usr/bin/xargs", "-a", "-r")),
          Map.entry("nice", List.of("/usr/bin/nice", "-n", "-x")),
          Map.entry("unshare", List.of("/usr/bin/unshare", "-S", "-n -m -r")),
          Map.entry("mawk", List.of("/usr/bin/mawk", "-f", "-W")),
          Map.entry("date", List.of("/usr/bin/date", "-f -s", "-u")),
          Map.entry("wc", List.of("/usr/bin/wc", "--files0-from", "-l")),
          Map.entry("md5sum", List.of("/usr/bin/md5sum", "-x", "-c")),
          Map.entry("hexdump", List.of("/usr/bin/hexdump", "-f", "-C")),
          Map.entry("diff", List.of("/usr/bin/diff", "-x", "-l")),
          Map.entry("tree", List.of("/usr/bin/tree", "-o", "--fromfile")),
          Map.entry("fping", List.of("/usr/bin/fping", "-f", "-a")),
          Map.entry("xxd", List.of("/usr/bin/xxd", "-l", "-r -p")),
          Map.entry("tc", List.of("/usr/sbin/tc", "-batch -n", "-force")),
          Map.entry("bridge", List.of("/usr/sbin/bridge", "-batch -n", "-force")),
          Map.entry("ifconfig", List.of("/usr/sbin/ifconfig", "-x", "-a")),
          Map.entry("route", List.of("/usr/sbin/route", "-A", "-n")),
          Map.entry("mount", List.of("/usr/bin/mount", "-t -o", "-l -n")),
          Map.entry("nstat", List.of("/usr/bin/nstat", "-d", "-a -r")));

  /** As in the shipped entries; strace traces, and so has more rights than others. */
  private static final Map<String, String> CAPABILITIES =
      Map.of("tcpdump", "[\"NET_RAW\"]", "strace", "[\"SYS_PTRACE\"]");

  private static Container container;
  private static Path secret;

  @BeforeAll
  static void start() throws IOException {
    container =
        host.docker()
            .starts(
                "dbgt-grammar-off",
                Image.named("grammar-off").holds("/planted.so", host.program("planted.so")),
                List.of(),
                "/server");
    secret = host.directory().resolve("secret");
    Files.writeString(secret, SECRET + "\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, List<String>> tool : OPEN.entrySet()) {
      String options = typed(tool.getValue().get(1), " <text>");
      Files.writeString(
          host.directory().resolve("tools.d/" + tool.getKey() + ".toml"),
          """
          name = "%s"
          file = "%s"
          summary = "a tool that accepts what it should not"
          why = "the tests say so"
          threads = true
          forks = true
          capabilities = %s
          tracer = %s
          operands-first = %s
          options = [%s]
          flags = [%s]
          operands = ["", "<text>..."]
          """
              .formatted(
                  tool.getKey(),
                  tool.getValue().get(0),
                  CAPABILITIES.getOrDefault(tool.getKey(), "[]"),
                  tool.getKey().equals("strace"),
                  tool.getKey().equals("openssl"),
                  options,
                  typed(tool.getValue().get(2), "")));
      names.add("\"" + tool.getKey() + "\"");
    }
    host.config()
        .writePolicy(
            """
        [[rule]]
        who = ["group:dbgt-ops"]
        containers = ["dbgt-*"]
        namespaces = ["net", "uts", "mnt", "pid"]
        tools = [%s]
        """
                .formatted(String.join(", ", names)));
    assertTrue(host.daemon().reloads().text("/action").equals("load"));
  }

  private static String typed(String options, String type) {
    return String.join(
        ", ", Stream.of(options.split(" ")).map(o -> "\"" + o + type + "\"").toList());
  }

  /** X: a program of the operator's choice. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "net~find -maxdepth 0 -exec printf %s%s IT- RAN ;",
        "net~find -maxdepth 0 -execdir printf %s%s IT- RAN ;",
        "net~tar -c --checkpoint=1 --checkpoint-action=exec=printf␣%s%s␣IT-␣RAN -f /dev/null /etc/services",
        "net~tar -c -I sh␣-c␣'printf␣%s%s␣IT-␣RAN' -f /dev/stdout /etc/services",
        "net~env printf %s%s IT- RAN",
        "net~timeout 5 printf %s%s IT- RAN",
        "net~nice -n 5 printf %s%s IT- RAN",
        "net~xargs -a /etc/services printf %s%s IT- RAN",
        "net~mawk BEGIN{system(\"printf␣%s%s␣IT-␣RAN\")}",
        "net~unshare -n printf %s%s IT- RAN",
        "net,pid~strace -qq printf %s%s IT- RAN",
        "net,pid~strace -qq -o |cat␣>&2;printf␣%s%s␣IT-␣RAN␣>&2 /usr/bin/true",
      })
  void a_tool_runs_no_program(String namespaces, String line) {
    oracle(line, RAN);
    Ran ran = dbg(namespaces, line).isRecorded();
    assertFalse(ran.out().contains(RAN) || ran.err().contains(RAN), ran::toString);
  }

  /** R: a file of the host that only root can read. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "net~curl -s -S file://FILE",
        "net~tar -c -f /dev/stdout FILE",
        "net~ip -force -batch FILE",
        "net~ss -F FILE",
        "net~nft -f FILE",
        "net~mawk {print} FILE",
        "net~grep -r SECRET FILE",
        "net~xargs -a FILE",
        "net~openssl enc -in FILE",
        "net~dig -r +tries=1 +time=1 -f FILE",
        "net~date -f FILE",
        "net~diff FILE /etc/services",
        "net~tree --fromfile FILE",
        "net~fping -a -f FILE",
        "net~tc -force -batch FILE",
        "net~bridge -force -batch FILE",
        "mnt~date -f FILE",
        "mnt~diff FILE /etc/hosts",
        "mnt~tree --fromfile FILE",
        "mnt~wc --files0-from=FILE",
        "mnt~grep -r SECRET FILE",
        "mnt~mawk {print} FILE",
        "mnt~curl -s -S file://FILE",
      })
  void a_tool_reads_no_file_of_the_host(String namespaces, String line) {
    String known = line.replace("FILE", secret.toString());
    oracle(known, SECRET);
    Ran ran = dbg(namespaces, known).isRecorded();
    assertFalse(ran.out().contains(SECRET) || ran.err().contains(SECRET), ran::toString);
  }

  /** W: a file of the host or of the container. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "net~find -maxdepth 0 -fprint FILE",
        "net~find -maxdepth 0 -fls FILE",
        "net~tar -c -f FILE /etc/services",
        "net~curl -s -S -o FILE file:///etc/services",
        "net~ss -D FILE",
        "net,pid~strace -qq -o FILE /usr/bin/true",
        "net~openssl enc -in /etc/services -out FILE",
        "net~mawk BEGIN{print␣1␣>␣\"FILE\"}",
        "net~xxd /etc/services FILE",
        "net~tree -o FILE /etc/apt",
        "mnt~xxd /etc/hosts FILE",
        "mnt~tree -o FILE /etc",
        "mnt~find -maxdepth 0 -fprint FILE",
        "mnt~tar -c -f FILE /etc/hosts",
        "mnt~curl -s -S -o FILE file:///etc/hosts",
      })
  void a_tool_writes_no_file(String namespaces, String line) throws IOException {
    Path file = host.directory().resolve("written");
    if (namespaces.startsWith("net")) {
      Ran _ = nsenter(container, words("-u " + line.replace("FILE", file.toString())));
      assertTrue(Files.deleteIfExists(file), "the oracle writes it: " + line);
    }
    for (Path written : List.of(file, Path.of("/written"))) {
      Ran _ = dbg(namespaces, line.replace("FILE", written.toString()));
      assertFalse(Files.exists(written), line);
    }
    assertFalse(container.changes().toString().contains("written"));
  }

  /** L: a library of the operator's choice, which can be loaded without being executable. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "net~curl -s -S --engine FILE http://127.0.0.1:1/",
        "net~openssl engine -t FILE",
        "mnt~curl -s -S --engine /planted.so http://127.0.0.1:1/",
        "mnt~openssl engine -t /planted.so",
      })
  void a_tool_loads_no_library(String namespaces, String line) {
    String library = host.program("planted.so").toString();
    oracle(line.replace("FILE", library).replace(" /planted.so", " " + library), "PLANTED");
    Ran ran = dbg(namespaces, line.replace("FILE", library)).isRecorded();
    assertFalse(ran.out().contains("PLANTED"), ran::toString);
  }

  /**
   * M, where the kernel can tell: a setting of the container's network, or a file of the container.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "net~ip link set lo down",
        "net~ip link add dbgt-added type dummy",
        "net~ip addr add 192.0.2.1/32 dev lo",
        "net~ip netns exec x true",
        "net~sysctl -w net.ipv4.ip_forward=0",
        "net~sysctl net.ipv4.ip_forward=0",
        "net~sysctl -w kernel.core_pattern=|/x",
        "net~ifconfig lo down",
        "net~ifconfig lo:1 192.0.2.1",
        "net~route add 192.0.2.9 lo",
        "net~tc qdisc add dev lo root pfifo",
        "mnt~mount -t tmpfs none /dev",
        "net,uts~hostname other",
        "net,uts~hostname -F /etc/services",
        "mnt~find -maxdepth 1 -name server -delete",
      })
  void a_tool_changes_nothing(String namespaces, String line) {
    List<String> changes = container.changes();
    String before = state();
    Ran _ = dbg(namespaces, line).isRecorded();
    assertTrue(before.equals(state()), before + state());
    assertTrue(changes.equals(container.changes()));
  }

  private static String state() {
    return nsenter(container, "-n", "ip", "-o", "addr").out()
        + nsenter(container, "-n", "ip", "route").out()
        + nsenter(container, "-n", "ip", "-o", "link").out()
        + nsenter(container, "-n", "cat", "/proc/sys/net/ipv4/ip_forward").out()
        + nsenter(container, "-n", "cat", "/proc/sys/kernel/core_pattern").out()
        + nsenter(container, "-u", "hostname").out();
  }

  /** N: another namespace. */
  @Test
  void a_tool_enters_no_other_namespace() {
    for (String line :
        List.of("ss -N ../../proc/1/ns/net -t -n", "ip -n ../../proc/1/ns/net link")) {
      Ran ran = dbg("net", line).isRecorded();
      assertTrue(ran.out().isEmpty(), ran::toString);
    }
  }

  private static void oracle(String line, String trace) {
    Ran ran = nsenter(container, words("-u " + line));
    assertTrue(
        ran.out().contains(trace) || ran.err().contains(trace),
        () -> "the oracle leaves no trace: " + ran);
  }

  private static Ran dbg(String namespaces, String line) {
    List<String> words = new ArrayList<>(List.of("dbgt-grammar-off", namespaces, "--"));
    words.addAll(List.of(words(line)));
    return host.ann().runs(words);
  }

  /** The words of a line; {@code ␣} stands for a blank within a word. */
  private static String[] words(String line) {
    return Stream.of(line.split(" ")).map(word -> word.replace('␣', ' ')).toArray(String[]::new);
  }
}
