package dev.dbg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.NamespaceKind;
import dev.dbg.nativetests.scene.measure.Whole;
import dev.dbg.tools.argument.ArgumentGrammar;
import dev.dbg.tools.argument.ArgumentMistake;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The shipped catalogue refuses options that write, execute, or disclose more than a tool is for.
 */
class ShippedToolsTest {
  private static final Catalogue CATALOGUE = Shipped.catalogue();

  /** For each tool. */
  private static final List<Integer> SEEDS = Whole.seeds(5_000, 1_000);

  /** What ss must not do, in every spelling that getopt(3) accepts. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-D /tmp/dump",
        "-D/tmp/dump",
        "-tD /tmp/dump",
        "-tD/tmp/dump",
        "--diag=/tmp/dump",
        "--diag /tmp/dump",
        "--dia=/tmp/dump",
        "-D -",
        "-D",
        "-F /etc/shadow",
        "-F/etc/shadow",
        "-tF/etc/shadow",
        "--filter=/etc/shadow",
        "--filter /etc/shadow",
        "--filt=/etc/shadow",
        "--filt /etc/shadow",
        "-F -",
        "-K",
        "-tK",
        "-Kt",
        "--kill",
        "--kil",
        "--ki",
        "-t -K dport = 22",
        "-t dport = 22 -K",
        "-N host",
        "-N../../1/ns/net",
        "-tN host",
        "--net=host",
        "--net host",
        "--ne=host",
        "-E",
        "--events",
        "-tE",
        "-A inet",
        "--query=all",
        "--socket=tcp",
        "-V",
        "--version",
        "-h",
        "--help",
        "-?",
        "--bogus",
      })
  void ss_writes_reads_kills_and_leaves_nothing(String words) {
    refused("ss", words);
  }

  @ParameterizedTest
  @CsvSource({
    "net.ipv4.tcp_fastopen_key,false",
    "net.ipv6.conf.lo.stable_secret,false",
    "kernel.pid_max,false",
    "net.core.netdev_rss_key,true",
    "net.ipv4.tcp_fastopen,true",
    "net.ipv4.tcp_fin_timeout,true",
    "net.ipv4.udp_early_demux,true",
  })
  void sysctl_shows_all_of_the_network_s_but_its_keys(String name, boolean shown) {
    String always = CATALOGUE.tool("sysctl").orElseThrow().arguments().always().getFirst();
    assertEquals(
        shown, Pattern.compile(always.replaceFirst("--pattern=", "")).matcher(name).find());
  }

  /** What ip must not do. ip accepts any prefix of a word. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "netns exec x sh",
        "netns",
        "netn exec x sh",
        "net exec x sh",
        "vrf exec x sh",
        "v exec x sh",
        "-batch /etc/shadow",
        "-b /etc/shadow",
        "-batch",
        "-b",
        "-ba x",
        "-bat -",
        "-b -",
        "-force",
        "-f",
        "-force -batch x",
        "-f inet",
        "-family inet",
        "-family netns",
        "-n host link",
        "-netns host link",
        "-net host link",
        "-ne host link",
        "-n",
        "-N host",
        "-all netns exec sh",
        "-a",
        "-rc 1",
        "-rcvbuf 1",
        "-l 5",
        "-loops 5",
        "-V",
        "-help",
        "-iec",
        "-t",
        "-ts",
        "-echo",
        "link set eth0 netns 1",
        "link set eth0 down",
        "l s eth0 down",
        "link set",
        "link add type dummy",
        "link add x type ../../tmp/evil",
        "link add",
        "link a x type dummy",
        "link del eth0",
        "link delete eth0",
        "link d eth0",
        "link change eth0 up",
        "link replace x",
        "link help",
        "link property add dev eth0 altname x",
        "link xstats type ../../tmp/evil",
        "link show type ../../tmp/evil",
        "link afstats",
        "addr add 10.0.0.1/8 dev eth0",
        "addr del 10.0.0.1/8 dev eth0",
        "addr flush dev eth0",
        "addr f dev eth0",
        "address change 10.0.0.1 dev eth0",
        "addr replace 10.0.0.1 dev eth0",
        "addr save",
        "addr restore",
        "addr showdump",
        "addr show to 10/8 flush",
        "route add default via 10.0.0.1",
        "route del default",
        "route flush table main",
        "route flush cache",
        "route replace default via 1.1.1.1",
        "route append x",
        "route save",
        "route restore",
        "route change x",
        "r a default via 1.1.1.1",
        "route list cache",
        "neigh add 10.0.0.1 lladdr 1:2:3:4:5:6 dev eth0",
        "neigh del x",
        "neigh flush dev eth0",
        "rule add from all",
        "rule del pref 5",
        "rule flush",
        "rule save",
        "rule restore",
        "ru",
        "monitor file /etc/shadow",
        "xfrm state",
        "tunnel add x",
        "tuntap add tap0",
        "macsec show",
        "l2tp show",
        "sr tunsrc show",
        "token",
        "maddr add x dev y",
        "addrlabel add x",
        "netconf",
        "tcp_metrics flush",
        "ila add",
        "nexthop flush",
        "mptcp",
        "stats",
        "ioam",
        "fou add port 1 ipproto 4",
        "ntable",
        "ntable show",
        "help",
        "addr help",
        "addr show dev ../../x",
        "addr show dev eth0 extra",
        "addr show dev -b",
        "route get x",
        "route get -b",
        "route get 1.1.1.1 mark 1",
      })
  void ip_shows_and_changes_nothing(String words) {
    refused("ip", words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--cont",
        "-tcM",
        "-M",
        "--masquerade",
        "-V",
        "--version",
        "-h",
        "--help",
        "-C",
        "--cache",
        "-Z",
        "--context",
        "-k",
        "--route --foo",
        "-I eth0",
        "-Ieth0",
        "-i eth0",
        "-r 10.0.0.1",
        "eth0",
        "delay",
        "5",
        "-tulpn 5",
        "-A ipx",
        "-A x25",
        "-A /tmp/x",
        "--protocol=ax25",
        "--protocol",
        "-A",
        "-Ainet,unix",
        "--ip",
        "--tcpip",
        "-B",
        "-D",
      })
  void netstat_only_shows_and_knows_no_operand(String words) {
    refused("netstat", words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil",
        "-F /etc/shadow",
        "--file=/etc/shadow",
        "--file /etc/shadow",
        "-F/etc/shadow",
        "-sF /etc/shadow",
        "-b",
        "--boot",
        "-s evil",
        "-s -- evil",
        "-- evil",
        "--fil /etc/shadow",
        "-y x",
        "--yp",
        "--nis",
        "-I",
        "-a",
        "-A",
        "-v",
        "-V",
        "-h",
      })
  void hostname_tells_the_name_and_never_sets_it(String words) {
    refused("hostname", words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-i 5", "-i5", "--id=5", "--id 5", "-mi 5", "5", "-V", "-h", "--help", "--json"})
  void ipcs_lists_and_knows_no_operand(String words) {
    refused("ipcs", words);
  }

  /** Tools that execute commands from their arguments, or that contain an interpreter. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "awk",
        "gawk",
        "mawk",
        "sed",
        "ed",
        "less",
        "more",
        "man",
        "vi",
        "vim",
        "nano",
        "emacs",
        "nmap",
        "tshark",
        "gdb",
        "bpftrace",
        "perf",
        "python3",
        "perl",
        "sh",
        "bash",
        "dash",
        "nsenter",
        "unshare",
        "env",
        "xargs",
        "watch",
        "timeout",
        "nice",
        "ionice",
        "taskset",
        "chroot",
        "setpriv",
        "setsid",
        "ltrace",
        "busybox",
        "socat",
        "ncat",
        "valgrind",
        "sudo",
        "su",
        "ssh",
        "docker",
        "podman",
        "systemctl",
        "ld.so",
        "../../bin/sh",
        "/bin/sh",
        "",
        "ss ",
        "SS",
      })
  void what_runs_what_it_is_told_is_not_in_the_catalogue(String name) {
    assertTrue(CATALOGUE.tool(name).isEmpty(), name);
  }

  @ParameterizedTest
  @CsvSource({
    "netstat, -tulpn, -t -u -l -p -n",
    "netstat, --tcp --listening, -t -l",
    "netstat, -rn, -r -n",
    "netstat, -A inet -n, -A inet -n",
    "netstat, -Aunix, -A unix",
    "netstat, -nAinet6, -n -A inet6",
    "netstat, --protocol=inet, -A inet",
    "netstat, --protocol inet -n, -A inet -n",
    "ss, -tlnH, -t -l -n -H",
    "ss, --tcp --family=inet, -t -f inet",
    "ss, -tfinet6, -t -f inet6",
    "ss, state established -n, -n state established",
    "ss, -n -- state established, -n state established",
    "ss, -tn dport = :443, -t -n dport = :443",
    "ip, -br addr, -br addr",
    "ip, -brief address show dev eth0, -br address show dev eth0",
    "ip, addr -4, -4 addr",
    "ip, -s -s link, -s -s link",
    "ip, route get 2001:db8::1, route get 2001:db8::1",
    "ip, -d -j r list table all, -d -j r list table all",
    "hostname, --short, -s",
    "ipcs, -ma, -m -a",
  })
  void what_people_type_is_rebuilt_without_bundles(String tool, String typed, String run)
      throws Exception {
    assertEquals(words(run), canonical(tool, words(typed)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"netstat", "ss", "ip", "hostname", "ipcs", "ls", "df"})
  void no_argument_at_all_is_fine(String tool) throws Exception {
    assertEquals(List.of(), canonical(tool, List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cat", "head", "tail", "stat", "readlink", "du", "sha256sum", "ls", "df"})
  void tools_that_show_files_take_paths_that_do_not_climb(String tool) throws Exception {
    List<String> paths = List.of("/etc/hosts", "/var/log");

    assertEquals(paths, canonical(tool, paths));
    assertEquals(List.of("etc/hosts", "."), canonical(tool, List.of("etc/hosts", ".")));
    for (String refused :
        List.of("../etc", "etc/../..", "./..", "~", "-", "+x", "@x", "--files0-from=/x")) {
      assertThrows(ArgumentMistake.class, () -> canonical(tool, List.of(refused)));
    }
  }

  /** An operand that starts with a dash or contains a control character may act as an option. */
  @Test
  @Tag("whole")
  void no_tool_accepts_an_operand_that_starts_with_a_dash_or_holds_a_control_character() {
    List<String> operands =
        new ArrayList<>(List.of("-", "-x", "--", "--x", "-K", "-1", "", " ", "\u00ad"));
    for (int point = 0; point < 0xA0; point++) {
      if (Character.isISOControl(point)) {
        for (String around :
            List.of("%s", "a%s", "%sa", "a%sa", ":%s", ":a%sa", ")%s", "*%sb", "/%s", "1%s")) {
          operands.add(around.formatted(Character.toString(point)));
        }
      }
    }
    operands.addAll(List.of(":\u202e", "a\u202e", ":\udcff", "a\udcff", ":\u2028", ":ä"));
    for (Tool tool : CATALOGUE.all()) {
      for (String operand : operands) {
        if (takesPatterns(tool) && isLegiblePattern(operand)) {
          continue;
        }
        for (List<String> before :
            List.<List<String>>of(
                List.of(),
                List.of("state"),
                List.of("addr"),
                List.of("route", "get"),
                List.of("addr", "show", "dev"))) {
          List<String> typed = new ArrayList<>();
          typed.add("--");
          typed.addAll(before);
          typed.add(operand);
          assertThrows(
              ArgumentMistake.class,
              () -> tool.arguments().read(typed).canonical(),
              () -> tool.name() + " " + typed);
        }
      }
    }
  }

  /** An accepted line stays the same when it is parsed again, and contains no additional option. */
  @Test
  @Tag("whole")
  void canonical_arguments_parse_to_themselves() throws Exception {
    int accepted = 0;
    for (Tool tool : CATALOGUE.all()) {
      List<String> pieces = pieces(tool);
      for (int seed : SEEDS) {
        Random random = Whole.random(seed);
        List<String> typed = new ArrayList<>();
        for (int n = random.nextInt(6); n > 0; n--) {
          typed.add(pieces.get(random.nextInt(pieces.size())));
        }
        List<String> run;
        try {
          run = tool.arguments().read(typed).canonical();
        } catch (ArgumentMistake e) {
          continue;
        }
        accepted++;
        assertEquals(
            run,
            tool.arguments().read(run).canonical(),
            () -> tool.name() + " " + typed + " of seed " + seed);
        assertKnown(tool, run);
      }
    }
    assertTrue(
        accepted > 2 * SEEDS.size(),
        "the generator makes too little that is accepted: " + accepted);
  }

  private static boolean takesPatterns(Tool tool) {
    return Set.of("grep", "pgrep").contains(tool.name());
  }

  /** A pattern may be any text, except an option or control characters. */
  private static boolean isLegiblePattern(String operand) {
    return !operand.isEmpty()
        && !operand.startsWith("-")
        && operand.codePoints().noneMatch(Character::isISOControl);
  }

  /** Every word of a canonical line is a known spelling, its value, or an operand. */
  private static void assertKnown(Tool tool, List<String> run) {
    assertKnown(tool, tool.arguments(), run);
  }

  private static void assertKnown(Tool tool, ArgumentGrammar grammar, List<String> run) {
    Set<String> flags = Set.copyOf(grammar.flags().values());
    for (int i = grammar.always().size(); i < run.size(); i++) {
      String word = run.get(i);
      ArgumentGrammar.Command command = grammar.commands().get(word);
      if (command != null) {
        assertKnown(tool, command.grammar(), run.subList(i + 1, run.size()));
        return;
      }
      ArgumentGrammar.TypedOption option = grammar.options().get(word);
      if (option != null) {
        boolean hasValue =
            !option.optional() || (i + 1 < run.size() && !run.get(i + 1).startsWith("-"));
        i += hasValue ? 1 : 0;
      } else if (!flags.contains(word)) {
        String name = word.replaceAll("=.*", "");
        boolean isOption =
            word.contains("=")
                && (grammar.options().containsKey(name)
                    || grammar.options().containsKey(name + "="));
        assertTrue(isOption || !word.startsWith("-"), () -> tool.name() + " " + run);
      }
    }
  }

  private static List<String> pieces(Tool tool) {
    List<String> pieces = new ArrayList<>(tool.arguments().flags().keySet());
    pieces.addAll(tool.arguments().options().keySet());
    pieces.addAll(
        List.of(
            "--",
            "-",
            "-tln",
            "-4s",
            "-finet",
            "-f",
            "inet",
            "--family=unix",
            "--family=",
            "-Ainet",
            "--protocol=inet6",
            "addr",
            "show",
            "dev",
            "eth0",
            "route",
            "get",
            "1.1.1.1",
            "link",
            "state",
            "listening",
            "(",
            "sport",
            "=",
            ":22",
            ")",
            "rule",
            "neigh",
            "/etc",
            "/etc/../x",
            "5",
            "-1",
            "http://h/",
            "h:443",
            "s_client",
            "list",
            "ruleset",
            "net.ipv4.x",
            "@1.1.1.1",
            "+time=1",
            "Accept: x",
            "openat",
            "",
            "x"));
    return pieces;
  }

  @Test
  void a_tool_gets_no_capability_without_saying_why() {
    for (Tool tool : CATALOGUE.all()) {
      assertFalse(tool.about().why().isBlank(), tool.name());
      assertFalse(tool.about().summary().isBlank(), tool.name());
      assertTrue(tool.about().packageName().isPresent(), tool.name());
      // id needs no namespace, because it prints the ids of the tool itself, which are no host
      // user's; logs and status enter none.
      assertFalse(
          tool.kinds().requires().isEmpty() && !tool.name().equals("id") && !tool.isTold(),
          tool.name());
    }
  }

  /** The kernel has one capability for both reading and changing the packet filter. */
  @Test
  void only_what_lists_the_filter_could_change_a_network() {
    assertEquals(
        Set.of(
            "nft",
            "iptables",
            "ip6tables",
            "iptables-save",
            "ip6tables-save",
            "ipset",
            "conntrack"),
        named(tool -> tool.capabilities().contains(Capability.NET_ADMIN)));
  }

  /** It permits SIGQUIT, which ends most programs: threads sends it to Java machines only. */
  @Test
  void only_threads_may_send_a_signal_and_only_in_the_containers_processes() {
    assertEquals(Set.of("threads"), named(tool -> tool.capabilities().contains(Capability.KILL)));
    assertEquals(
        Set.of(NamespaceKind.PID), CATALOGUE.tool("threads").orElseThrow().kinds().requires());
  }

  @Test
  void only_strace_traces_and_only_in_the_containers_processes() {
    assertEquals(Set.of("strace"), named(Tool::isTracer));
    assertEquals(
        Set.of(NamespaceKind.PID), CATALOGUE.tool("strace").orElseThrow().kinds().requires());
  }

  /**
   * Observed with strace -f: dig, nslookup, host and curl resolve names in threads, other tools
   * start children. Of uutils, which Ubuntu has in place of GNU's since 25.10, du and tail -f start
   * a thread (0.0.30).
   */
  @Test
  void few_tools_start_threads_or_processes() {
    assertEquals(
        Set.of("dig", "nslookup", "host", "curl", "du", "tail"),
        named(tool -> tool.activities().contains(Activity.THREADS)));
    assertEquals(
        Set.of("lsof", "mtr", "sar", "strace"),
        named(tool -> tool.activities().contains(Activity.FORKS)));
  }

  @Test
  void only_mtr_and_sar_execute_something_and_that_is_no_shell() {
    assertEquals(Set.of("mtr", "sar"), named(tool -> tool.onHost().helper().isPresent()));
    assertEquals(
        Optional.of("/usr/bin/mtr-packet"), CATALOGUE.tool("mtr").orElseThrow().onHost().helper());
    assertEquals(
        Optional.of("/usr/libexec/sysstat/sadc"),
        CATALOGUE.tool("sar").orElseThrow().onHost().helper());
  }

  /** Without the container's pid namespace they would show the host's processes. */
  @Test
  void what_is_about_processes_wants_the_containers() {
    for (String name :
        List.of(
            "ps", "top", "pgrep", "pidof", "lsof", "strace", "vmstat", "free", "uptime", "pmap",
            "lsns", "mpstat", "iostat", "pidstat", "sar", "environ", "threads")) {
      assertTrue(
          CATALOGUE.tool(name).orElseThrow().kinds().requires().contains(NamespaceKind.PID), name);
    }
  }

  private static Set<String> named(Predicate<Tool> wanted) {
    return CATALOGUE.all().stream().filter(wanted).map(Tool::name).collect(Collectors.toSet());
  }

  private static void refused(String tool, String words) {
    assertThrows(ArgumentMistake.class, () -> canonical(tool, words(words)));
  }

  private static List<String> canonical(String tool, List<String> typed) throws ArgumentMistake {
    return CATALOGUE.tool(tool).orElseThrow().arguments().read(typed).canonical();
  }

  private static List<String> words(String line) {
    return List.of(line.split(" "));
  }
}
