package dev.dbg.administer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.authorize.Authorizer;
import dev.dbg.authorize.Circumstances;
import dev.dbg.authorize.Permission;
import dev.dbg.authorize.Rights;
import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.UsageMistake;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Refusal;
import dev.dbg.model.Samples;
import dev.dbg.policy.PolicyReader;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Shipped;
import dev.dbg.tools.ToolFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What dbg advises to type is permitted when it is typed as it is printed. */
class AdviceTest {
  private static final Grammar GRAMMAR = new Grammar();
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  /** An entry of the administrator's own, which ana may not run. */
  private static final String OWN =
      """
      name = "forensics"
      summary = "own"
      why = "own"
      """;

  private static final Catalogue CATALOGUE = catalogue();

  private static final String POLICY =
      """
      [[rule]]
      who = ["user:ana"]
      containers = ["web", "adguard-server-1", "pid://*", "logs"]
      namespaces = ["net", "mnt", "pid", "ipc", "uts", "user", "cgroup", "time"]
      tools = ["@network", "@files", "@processes", "hostname"]
      user-switch = true
      record = "allowed"
      [[rule]]
      who = ["user:bob"]
      containers = ["web"]
      namespaces = ["net"]
      tools = ["ss"]
      [[rule]]
      who = ["user:eve"]
      containers = ["web"]
      namespaces = ["net"]
      tools = ["forensics"]
      """;

  private static final String CONTAINERS =
      """
      [[container]]
      name = "web"
      [[container]]
      name = "adguard-server-1"
      [[container]]
      name = "payroll-1"
      """;

  /**
   * A line of dbg's in a message: up to its end, a question mark, or words that are not its own.
   */
  private static final Pattern ADVISED =
      Pattern.compile(
          "\\bdbg (?!tools |ps lists|has no|shell )(.+?)(?=\\?|$| prints| runs| > |: dbg)");

  private static Catalogue catalogue() {
    try {
      return Shipped.catalogue().with(List.of(ToolFile.parse("own.toml", OWN)));
    } catch (TomlMistake e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "web mnt -- mtr -r -c 1 example.com",
        "web mnt,net -- mtr -r -c 1 example.com",
        "web mnt,pid -- dig example.com",
        "web pid -- cat /proc/1/limits",
        "web net -- ls -la '/a b'",
        "web uts -- ss -tlnp state established",
        "web mnt -- ss",
        "web mnt,uts -- ip addr show",
        "-u 1000:100 web net -- ls /tmp",
        "-w /etc web net -- ls",
        "--reason 'it hangs' --timeout 90s --record web net -- ls",
        "pid://16066 uts -- ss",
        "web net -- grep -e \"it's\" /etc/hosts",
        "web /usr/bin/ss -tln",
        "web net -- /bin/ss -tln",
        "web nett -- ss -tln",
        "web mtn -- ls '/a b'",
        "web cat -- /etc/hosts",
        "-u www-data web mnt -- ls",
        "-t 123 -n ss -tln",
        "nsenter --target 123 --net --mount ls /",
        "web",
        "top web",
        "stats web",
        "cp web:/etc/hosts .",
      })
  void a_line_that_is_advised_is_permitted(String line) throws Exception {
    String message = refusal("ana", line);
    Matcher advised = ADVISED.matcher(message);
    int count = 0;
    while (advised.find()) {
      assertPermitted("ana", advised.group(1), message);
      count++;
    }
    assertTrue(count > 0, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "web mnt -- mtr -r -c 1 example.com~mtr needs net, otherwise it shows the host: dbg web net -- mtr -r -c 1 example.com",
        "web net,mnt -- mtr -r x~mtr does not work with mnt: dbg web net -- mtr -r x",
        "web pid -- cat /proc/1/limits~dbg web mnt,pid -- cat /proc/1/limits",
        "web mnt,pid -- cat /proc/mounts~cat with these arguments does not work with pid: it would list its own mounts: dbg web mnt -- cat /proc/mounts",
        "-u 5:6 --reason 'it hangs' web net -- ls '/a b'~dbg -u 5:6 --reason 'it hangs' web net,mnt -- ls '/a b'",
      })
  void the_advice_is_the_whole_line(String line, String advice) throws Exception {
    String message = refusal("ana", line);
    assertTrue(message.endsWith(advice), message);
  }

  @Test
  void what_no_rule_permits_is_not_advised() throws Exception {
    String message = refusal("bob", "web net,pid -- ls");
    assertFalse(message.contains("dbg web"), message);
  }

  /** The message is recorded, so it must not repeat what a record hides. */
  @Test
  void a_secret_is_not_in_the_advice() throws Exception {
    for (String line :
        List.of(
            "web mnt -- curl http://ann:s3cret@localhost/",
            "web /usr/bin/curl http://ann:s3cret@x/")) {
      String message = refusal("ana", line);
      assertFalse(message.contains("s3cret"), message);
    }
    UsageMistake mistake =
        assertThrows(
            UsageMistake.class,
            () -> GRAMMAR.parse(words("web nett -- curl http://ann:s3cret@localhost/")));
    assertFalse(mistake.recorded().contains("s3cret"), mistake.recorded());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "web -- sss~did you mean ss",
        "web -- ipp addr~did you mean ip",
        "web nett ss~the namespace net",
        "explian web~the verb explain",
        "web ifconfg~there is no tool 'ifconfg'",
        "-t logs web~if logs is the verb, it is the first word",
        "web -- bash~dbg shell web",
        "exec -it web /bin/sh~dbg shell web",
        "attach web~docker attach web",
        "bash web~dbg shell web",
        "cp web:/etc/hosts .~dbg web -- cat /etc/hosts > hosts",
        "top web~dbg web -- top -b -n 1",
        "inspect web~dbg status web",
        "web -- vim /etc/hosts~did you mean cat",
        "web -- perf top~did you mean top",
      })
  void an_unknown_tool_reads_otherwise_than_a_missing_permission(String line, String says)
      throws Exception {
    Refusal refusal = refused("ana", line);
    assertEquals(ExitStatus.NO_SUCH_TOOL, refusal.status(), refusal.message());
    assertTrue(refusal.message().startsWith("there is no tool '"), refusal.message());
    assertTrue(refusal.message().contains(says), refusal.message());
  }

  @Test
  void only_tools_that_the_operator_may_run_are_suggested() throws Exception {
    assertTrue(refusal("ana", "web -- nestat").contains("netstat"));
    assertFalse(refusal("bob", "web -- nestat").contains("netstat"));
  }

  /** Whether it exists is the administrator's to say; the shipped catalogue is public. */
  @Test
  void an_entry_of_the_administrator_s_is_hidden_from_those_whom_no_rule_lets_run_it()
      throws Exception {
    Refusal hidden = refused("bob", "web net -- forensics");
    Refusal absent = refused("bob", "web net -- forensicz");
    assertEquals(absent.message().replace("forensicz", "forensics"), hidden.message());
    assertEquals(absent.status(), hidden.status());
    assertTrue(hidden.detail().contains("entry of the administrator's"), hidden.detail());
    assertEquals(ExitStatus.REFUSED, refused("bob", "web net -- dig x").status());
    assertFalse(refusal("eve", "web mnt -- forensics").contains("there is no tool"));
    assertFalse(refusal("bob", "web net -- forensic").contains("forensics"));
  }

  @Test
  void containers_of_nearly_the_name_are_suggested_if_the_operator_may_enter_them()
      throws Exception {
    assertTrue(
        refusal("ana", "adgaurd-server-1 -- ss").contains("did you mean adguard-server-1? "));
    assertTrue(refusal("ana", "adguard -- ss").contains("did you mean adguard-server-1? "));
    assertFalse(refusal("ana", "payrol-1 -- ss").contains("payroll"));
    assertEquals(
        refusal("ana", "payroll-1 -- ss"), refusal("ana", "payroll-2 -- ss"), "hidden and missing");
    assertFalse(refusal("bob", "adgaurd-server-1 net -- ss").contains("adguard"));
    assertTrue(refusal("bob", "wbe net -- ss").contains("did you mean web? "));
  }

  private static void assertPermitted(String operator, String line, String message)
      throws Exception {
    Invocation.Exec exec = (Invocation.Exec) GRAMMAR.parse(words(line));
    try (Permission<?> permission =
        authorizer(operator).permission(exec.line(), Circumstances.of(exec, NOW))) {
      assertFalse(permission.rule().isEmpty(), message);
    } catch (Refusal refusal) {
      if (refusal.message().startsWith("no container 'pid://")) {
        return; // The policy permits it; there are no processes in a test's file.
      }
      throw new AssertionError(message + "\n" + line + "\n" + refusal.message(), refusal);
    }
  }

  private static String refusal(String operator, String line) throws Exception {
    try {
      GRAMMAR.parse(words(line));
    } catch (UsageMistake e) {
      return e.message();
    }
    return refused(operator, line).message();
  }

  private static Refusal refused(String operator, String line) throws Exception {
    Invocation.Exec exec = (Invocation.Exec) GRAMMAR.parse(words(line));
    try (Permission<?> permission =
        authorizer(operator).permission(exec.line(), Circumstances.of(exec, NOW))) {
      throw new AssertionError(line + " is permitted by " + permission.rule());
    } catch (Refusal refusal) {
      return refusal;
    }
  }

  private static Authorizer<TestContainers.Container> authorizer(String operator) throws Exception {
    Rights rights =
        new Rights(
            new PolicyReader(CATALOGUE).read(new TreeMap<>(Map.of("p.toml", POLICY))), CATALOGUE);
    return new Authorizer<>(
        rights,
        new TestContainers(PolicyTestFile.parse("t.toml", CONTAINERS).containers()),
        TestContainers.HOST,
        Samples.operator(operator));
  }

  /** As a shell reads a line. */
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|\\\\'|[^\\s'\"\\\\])+").matcher(line);
    while (word.find()) {
      words.add(word.group().replace("\\'", "\u0000").replace("'", "").replace('\u0000', '\''));
    }
    return words.stream().map(w -> w.startsWith("\"") ? w.replace("\"", "") : w).toList();
  }
}
