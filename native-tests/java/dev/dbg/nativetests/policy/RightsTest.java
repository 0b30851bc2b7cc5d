package dev.dbg.nativetests.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.user.Operator;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code dbg explain} and {@code dbg tools}: people learn their rights, and no more. */
@Tag("native")
@Tag("whole")
final class RightsTest {
  private static final int REFUSED = 126;
  private static final int DBG_FAILED = 125;

  @RegisterExtension
  static final Host host =
      Host.with(
          """
          [[rule]]
          who = ["group:dbgt-ops"]
          containers = ["label:team=dns"]
          namespaces = ["net", "uts"]
          tools = ["ss", "ping", "ip"]
          reason = "required"
          timeout = "5m"
          hours = ["00:00-24:00"]
          until = 2100-01-01T00:00:00Z

          [rule.arguments.ping]
          operands = ["127.*"]
          options = ["-c", "-i 1*"]

          [[rule]]
          who = ["user:dbgt-bob"]
          containers = ["image:*"]
          except = ["*-vault-*"]
          namespaces = ["net", "mnt"]
          tools = ["ip", "ls"]
          host-namespaces = true

          [[rule]]
          who = ["user:root"]
          containers = ["dbgt-rights-vault-1"]
          namespaces = ["net"]
          tools = ["ss"]
          """);

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-rights-dns", "--label", "team=dns");
    host.docker().starts("dbgt-rights-plain");
    host.docker().starts("dbgt-rights-vault-1");
    host.docker()
        .starts(
            "dbgt-rights-host", List.of("--label", "team=dns", "--network=host"), "/act", "wait");
  }

  @Test
  void explain_says_the_rule_what_would_run_and_on_what_it_depends() {
    host.ann()
        .runs("explain dbgt-rights-dns net -- ping -c 3 127.0.0.1")
        .exits(0)
        .prints(
            """
            permitted by %s:1
            runs      ping -c 3 127.0.0.1
            in        net of docker://dbgt-rights-dns
            with      NET_RAW
            because   NET_RAW sends and receives ICMP where the container's net.ipv4.ping_group_range is empty, as it is by default
            condition a reason is given with --reason
            condition time limit 300 s
            condition rule expires at 2100-01-01T00:00:00Z
            condition it begins 00:00-24:00 UTC
            condition it has no option but -c, -i 1*
            condition its operands are like 127.*
            """
                .formatted(host.config().policyFile()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "dbgt-rights-dns net -- ping 192.0.2.1~permits only operands like 127.*",
        "dbgt-rights-dns net -- ping -I lo 127.0.0.1~does not permit -I lo",
        "dbgt-rights-dns mnt,net -- ss~permits net,uts only",
        "-u 1000 dbgt-rights-dns net -- ss~does not permit -u",
        "dbgt-rights-dns net -- netstat~dbg tools lists what you may run",
        "dbgt-rights-dns uts -- ss~ss needs net, otherwise it shows the host",
        "dbgt-rights-dns net -- ss --kill~'--kill'",
        "dbgt-rights-plain net -- ss~no container of that name or id",
      })
  void explain_says_what_is_missing_and_ends_as_the_line_would(String line, String missing) {
    Ran explained = host.ann().runs("explain " + line).exits(REFUSED);
    assertTrue(explained.out().startsWith("refused: "), explained::toString);
    assertTrue(explained.out().contains(missing), explained::toString);
    assertEquals(1, explained.lines().size(), explained::toString);
    host.ann().runs("--reason INC-1 " + line).isRefused(missing);
  }

  @Test
  void root_is_told_the_rights_of_somebody_else_with_their_groups_and_why_not() {
    Ran own = host.ann().runs("explain dbgt-rights-dns net -- ss").exits(0);
    host.root().runs("explain --as dbgt-ann dbgt-rights-dns net -- ss").exits(0).prints(own.out());
    host.root().runs("explain dbgt-rights-dns net -- ss").exits(REFUSED);

    Ran hidden = host.root().runs("explain --as dbgt-ann dbgt-rights-plain net -- ss");
    assertTrue(hidden.exits(REFUSED).out().contains("no rule reaches docker://dbgt-rights-plain"));
    Ran absent = host.root().runs("explain --as dbgt-ann dbgt-rights-none net -- ss");
    assertTrue(absent.exits(REFUSED).out().contains("no container 'dbgt-rights-none'"));
    host.root()
        .runs("explain --as dbgt-nobody dbgt-rights-dns net -- ss")
        .exits(DBG_FAILED)
        .says("--as 'dbgt-nobody': no such user");
  }

  @Test
  void a_user_is_meant_by_number_too() {
    String number = host.ann().uid();
    Ran named = host.root().runs("tools --as dbgt-ann dbgt-rights-dns").exits(0);
    host.root().runs("tools --as " + number + " dbgt-rights-dns").exits(0).prints(named.out());
  }

  @Test
  void nobody_but_root_is_told_the_rights_of_somebody_else() {
    for (String line :
        List.of(
            "explain --as dbgt-bob dbgt-rights-plain net -- ip link",
            "explain --as dbgt-ann dbgt-rights-dns net -- ss",
            "explain --as root dbgt-rights-vault-1 net -- ss",
            "tools --as dbgt-bob",
            "tools --as dbgt-bob dbgt-rights-plain",
            "tools --as dbgt-none dbgt-rights-plain")) {
      host.ann()
          .runs(line)
          .exits(REFUSED)
          .prints("")
          .says("refused: --as ", "only root may ask for others' rights");
    }
  }

  @Test
  void the_tools_for_a_container_are_those_of_each_rule_that_reaches_it() {
    List<String> dns = rows(host.ann(), "tools dbgt-rights-dns");
    assertEquals(List.of("ip", "ping", "ss"), names(dns));
    assertEquals(
        "net", dns.get(1).split(" +", -1)[1], "what ping needs, not what the rule permits");
    assertTrue(dns.get(1).contains(host.config().policyFile() + ":1 "), dns::toString);
    assertTrue(dns.get(1).contains("a reason is given with --reason; time limit"), dns::toString);
    assertTrue(dns.get(1).contains("its operands are like 127.*"), dns::toString);
    // Another rule, by image, which is known once the container has been found.
    assertEquals(List.of("ip", "ls"), names(rows(host.bob(), "tools dbgt-rights-plain")));
    assertEquals(
        List.of("ip", "ip", "ls", "ping", "ss"),
        names(rows(host.bob(), "tools docker://dbgt-rights-dns")));
  }

  @Test
  void what_is_listed_may_be_run_and_what_is_not_listed_may_not() {
    for (Operator operator : List.of(host.ann(), host.bob())) {
      for (String container : List.of("dns", "plain", "host")) {
        // Operators who may not see the container are refused, and get no list.
        List<String> lines = operator.runs("tools dbgt-rights-" + container).lines();
        List<String> listed = names(lines);
        for (String line : List.of("net -- ss", "net -- ip link", "mnt -- ls", "uts -- hostname")) {
          Ran explained = operator.runs("explain dbgt-rights-%s %s".formatted(container, line));
          String tool = line.split(" ", 4)[2];
          assertEquals(
              listed.contains(tool),
              explained.out().startsWith("permitted"),
              () -> operator.name() + " " + container + " " + line + listed + explained);
        }
      }
    }
  }

  @Test
  void a_namespace_that_is_the_hosts_is_listed_only_where_the_rule_permits_that() {
    Ran ann = host.ann().runs("tools dbgt-rights-host").exits(0);
    assertEquals(1, ann.lines().size(), ann::toString);
    ann.says("dbgt-rights-host shares net with the host");

    List<String> bob = rows(host.bob(), "tools dbgt-rights-host");
    assertEquals(List.of("ip", "ls"), names(bob));
  }

  @Test
  void nobody_learns_from_the_list_whether_there_is_a_container() {
    // The names that are near depend on what was typed, so each name is asked for twice.
    hidesWhetherThereIs("dbgt-rights-vault-2", host.bob());
    hidesWhetherThereIs("dbgt-rights-late", host.ann());

    String none = refused(host.ann(), "pid://999999999");
    assertEquals(none, refused(host.ann(), "pid://1"));
    assertTrue(none.contains("no container of that name or id"), none);
  }

  private static void hidesWhetherThereIs(String container, Operator operator) {
    String absent = refused(operator, container);
    host.docker().starts(container);
    assertEquals(absent, refused(operator, container));
  }

  private static String refused(Operator operator, String target) {
    return operator.runs("tools " + target).exits(REFUSED).prints("").err();
  }

  @Test
  void json_says_the_same() {
    List<String> lines = host.ann().runs("tools --json dbgt-rights-dns").exits(0).lines();
    assertEquals(3, lines.size());
    assertTrue(lines.get(2).startsWith("{\"tool\":\"ss\",\"namespaces\":[\"net\",\"uts\"]"));
    assertTrue(lines.get(2).contains("\"conditions\":[\"a reason is given with --reason\""));

    String explained = host.ann().runs("explain --json dbgt-rights-dns net -- ss").exits(0).out();
    assertTrue(explained.contains("\"allowed\":true"), explained);
    assertTrue(explained.contains("\"rule expires at 2100-01-01T00:00:00Z\""), explained);
    assertTrue(explained.contains("\"target\":\"docker://dbgt-rights-dns\""), explained);
    String refused =
        host.root().runs("explain --json --as dbgt-ann dbgt-rights-none net -- ss").out();
    assertTrue(refused.contains("\"allowed\":false"), refused);
    assertTrue(refused.contains("\"detail\":\"no container 'dbgt-rights-none'"), refused);
    assertFalse(
        host.ann().runs("explain --json dbgt-rights-none net -- ss").out().contains("detail"));
  }

  private static List<String> rows(Operator operator, String verb) {
    List<String> lines = operator.runs(verb).exits(0).lines();
    assertTrue(lines.getFirst().startsWith("TOOL "), lines::toString);
    return lines.subList(1, lines.size());
  }

  private static List<String> names(List<String> rows) {
    return rows.stream().map(row -> row.split(" ", 2)[0]).toList();
  }
}
