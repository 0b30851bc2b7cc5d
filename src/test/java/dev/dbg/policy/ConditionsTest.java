package dev.dbg.policy;

import static dev.dbg.policy.Asked.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Samples;
import dev.dbg.model.TargetName;
import dev.dbg.policy.rule.Bounds;
import dev.dbg.policy.rule.Decision;
import dev.dbg.policy.rule.Question;
import dev.dbg.policy.rule.RecordingMode;
import dev.dbg.policy.rule.Terms;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.argument.ArgumentMistake;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The conditions of a rule: time, reasons, arguments, users. */
class ConditionsTest {
  private static final Operator ANN = Samples.operator("ann");
  private static final Set<NamespaceKind> NET = Set.of(NamespaceKind.NET);

  private static final String RULE =
      """
      [[rule]]
      who = ["user:ann"]
      containers = ["a*"]
      namespaces = ["net"]
      tools = ["cat"]
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // 2026-11-25 is a Wednesday.
        "08:00-18:00 | UTC | 2026-11-25T08:00:00Z | true",
        "08:00-18:00 | UTC | 2026-11-25T07:59:59Z | false",
        "08:00-18:00 | UTC | 2026-11-25T17:59:59Z | true",
        "08:00-18:00 | UTC | 2026-11-25T18:00:00Z | false",
        "00:00-24:00 | UTC | 2026-11-25T23:59:59Z | true",
        "mon-fri 08:00-18:00 | UTC | 2026-11-25T12:00:00Z | true",
        "mon-fri 08:00-18:00 | UTC | 2026-11-28T12:00:00Z | false",
        "sat,sun 08:00-18:00 | UTC | 2026-11-28T12:00:00Z | true",
        "sat,sun 08:00-18:00 | UTC | 2026-11-25T12:00:00Z | false",
        "fri-mon 08:00-18:00 | UTC | 2026-11-29T12:00:00Z | true",
        "fri-mon 08:00-18:00 | UTC | 2026-11-25T12:00:00Z | false",
        "wed 22:00-06:00 | UTC | 2026-11-25T23:00:00Z | true",
        "wed 22:00-06:00 | UTC | 2026-11-26T05:59:00Z | true",
        "wed 22:00-06:00 | UTC | 2026-11-26T06:00:00Z | false",
        "wed 22:00-06:00 | UTC | 2026-11-25T05:00:00Z | false",
        "wed 22:00-06:00 | UTC | 2026-11-26T23:00:00Z | false",
        "08:00-18:00 | Europe/Berlin | 2026-11-25T07:00:00Z | true",
        "08:00-18:00 | Europe/Berlin | 2026-11-25T17:00:00Z | false",
        // Summer time begins on 2026-03-29: the same local time is another time in UTC.
        "08:00-18:00 | Europe/Berlin | 2026-06-10T06:00:00Z | true",
        "08:00-18:00 | Europe/Berlin | 2026-11-25T06:30:00Z | false",
        // The hour that 2026-03-29 skips never comes; a rule until 03:00 does not last an hour
        // longer.
        "02:00-03:00 | Europe/Berlin | 2026-03-29T00:59:59Z | false",
        "02:00-03:00 | Europe/Berlin | 2026-03-29T01:00:00Z | false",
        "sat 22:00-03:00 | Europe/Berlin | 2026-03-29T00:59:59Z | true",
        "sat 22:00-03:00 | Europe/Berlin | 2026-03-29T01:00:00Z | false",
        "sun 03:00-04:00 | Europe/Berlin | 2026-03-29T01:00:00Z | true",
        // The hour that 2026-10-25 repeats counts twice, and the hour before it once.
        "sat 22:00-02:00 | Europe/Berlin | 2026-10-24T23:59:59Z | true",
        "sat 22:00-02:00 | Europe/Berlin | 2026-10-25T00:00:00Z | false",
        "02:00-03:00 | Europe/Berlin | 2026-10-25T00:30:00Z | true",
        "02:00-03:00 | Europe/Berlin | 2026-10-25T01:30:00Z | true",
        "02:00-03:00 | Europe/Berlin | 2026-10-25T02:00:00Z | false",
        // A day without midnight, and the time zones at both extremes.
        "fri 00:00-01:00 | Africa/Cairo | 2026-04-23T22:00:00Z | false",
        "fri 00:00-02:00 | Africa/Cairo | 2026-04-23T22:00:00Z | true",
        "thu 00:00-24:00 | Pacific/Kiritimati | 2026-11-25T10:00:00Z | true",
        "tue 00:00-24:00 | Pacific/Pago_Pago | 2026-11-25T10:59:59Z | true",
        "tue 00:00-24:00 | Pacific/Pago_Pago | 2026-11-25T11:00:00Z | false",
      })
  void a_rule_is_in_force_in_its_hours(String hours, String zone, Instant at, boolean permitted)
      throws Exception {
    String rule = RULE + "hours = [\"" + hours + "\"]\nzone = \"" + zone + "\"\n";
    assertEquals(permitted, permits(rule, asked(false, false, at)));
    assertEquals(permitted, policy(rule).visibility(ANN, at).maySee(Samples.container("a")));
    assertEquals(permitted, policy(rule).visibility(ANN, at).mayKnowAbout(TargetName.parse("api")));
    assertEquals(permitted, !policy(rule).namespacesFor(ANN, "cat", at).isEmpty());
  }

  @Test
  void hours_of_a_list_are_put_together() throws Exception {
    String rule = RULE + "hours = [\"wed 00:00-01:00\", \"12:00-12:01\"]\n";
    assertTrue(permits(rule, asked(false, false, NOON)));
    assertTrue(permits(rule, asked(false, false, Instant.parse("2026-11-25T00:30:00Z"))));
    assertFalse(permits(rule, asked(false, false, Instant.parse("2026-11-26T00:30:00Z"))));
  }

  @Test
  void a_container_that_does_not_run_needs_a_rule_that_says_so() throws Exception {
    Question stopped = asked(false, false, NOON).ofStopped();

    assertFalse(permits(RULE, stopped));
    assertTrue(permits(RULE + "stopped = true\n", stopped));
    assertTrue(permits(RULE + "stopped = true\n", asked(false, false, NOON)));
    assertTrue(why(RULE, stopped).contains("lacks stopped = true"));
  }

  @Test
  void a_grant_ends_by_itself() throws Exception {
    String rule = RULE + "until = 2026-12-01T00:00:00+01:00\n";
    assertTrue(permits(rule, asked(false, false, Instant.parse("2026-11-30T22:59:59Z"))));
    assertFalse(permits(rule, asked(false, false, Instant.parse("2026-11-30T23:00:00Z"))));
    assertEquals(
        "no rule lets ann run cat in net: the rule at p.toml:1 ended at 2026-11-30T23:00:00Z",
        why(rule, asked(false, false, Instant.parse("2027-01-01T00:00:00Z"))));
  }

  @Test
  void a_reason_can_be_required() throws Exception {
    String rule = RULE + "reason = \"required\"\n";
    assertTrue(permits(rule, asked(true, false, NOON)));
    assertFalse(permits(rule, asked(false, false, NOON)));
    assertEquals(
        "no rule lets ann run cat in net: the rule at p.toml:1 requires a reason: add --reason TEXT",
        why(rule, asked(false, false, NOON)));
    // Another rule that does not require a reason still permits it.
    assertTrue(permits(rule + RULE, asked(false, false, NOON)));
    assertTrue(permits(RULE + rule, asked(false, false, NOON)));
  }

  @Test
  void another_user_is_refused_unless_the_rule_says_otherwise() throws Exception {
    assertFalse(permits(RULE, asked(false, true, NOON)));
    assertFalse(permits(RULE + "user-switch = false\n", asked(false, true, NOON)));
    assertTrue(permits(RULE + "user-switch = true\n", asked(false, true, NOON)));
    assertEquals(
        "no rule lets ann run cat in net as another user: the rule at p.toml:1 does not permit -u",
        why(RULE, asked(false, true, NOON)));
  }

  @Test
  void a_recording_needs_a_rule_that_allows_one() throws Exception {
    Question recorded =
        new Question(ANN, NET, "cat", Optional.empty(), false, false, true, false, NOON);
    for (String rule : List.of(RULE, RULE + "record = false\n")) {
      assertEquals(
          "no rule lets ann run cat in net with --record: the rule at p.toml:1 does not permit"
              + " --record: leave it out, or ask for record = \"allowed\" in the rule",
          why(rule, recorded));
    }
    for (String rule : List.of("record = true\n", "record = \"allowed\"\n")) {
      for (String rules : List.of(RULE + rule, RULE + RULE + rule, RULE + rule + RULE)) {
        Decision verdict = policy(rules).ask(recorded).decide(Samples.container("a"), Set.of());
        assertTrue(assertInstanceOf(Decision.Permitted.class, verdict).terms().record().permits());
      }
    }
    assertEquals(RecordingMode.ALLOWED, terms(RULE + "record = \"allowed\"\n").record());
    assertTrue(
        assertThrows(TomlMistake.class, () -> terms(RULE + "record = \"true\"\n"))
            .message()
            .contains("'record' accepts true, false or \"allowed\""));
  }

  @Test
  void terms_come_with_the_permission() throws Exception {
    Decision verdict =
        policy(
                RULE
                    + "timeout = \"5m\"\nsessions = 2\nrecord = true\nuser-switch = true\nreason = \"required\"\n")
            .ask(asked(true, false, NOON))
            .anywhere();
    assertEquals(
        new Decision.Permitted(
            "p.toml:1",
            new Terms(
                Optional.of(Duration.ofMinutes(5)),
                Optional.of(2),
                RecordingMode.ALWAYS,
                true,
                true),
            Bounds.NONE),
        verdict);
  }

  @Test
  void what_a_permission_keeps_to_is_told_in_words() throws Exception {
    String rule =
        RULE
            + """
            until = 2026-12-01T00:00:00Z
            hours = ["mon-fri 08:00-18:00", "sat 10:00-12:00"]
            zone = "Europe/Berlin"
            """;
    assertEquals(
        List.of(
            "rule expires at 2026-12-01T00:00:00Z",
            "it begins mon-fri 08:00-18:00 and sat 10:00-12:00 Europe/Berlin"),
        bounds(rule));
    assertEquals(
        List.of("it has no option but -n 1*, -n 20, -v", "its operands are like /a/*, /b"),
        bounds(
            RULE
                + "[rule.arguments.cat]\noptions = [\"-v\", \"-n 1*\", \"-n 20\"]\n"
                + "operands = [\"/a/*\", \"/b\"]\n"));
    assertEquals(
        List.of("it has no option", "it has no operand"),
        bounds(RULE + "[rule.arguments.cat]\noptions = []\noperands = []\n"));
    assertEquals(List.of(), bounds(RULE));
  }

  private static List<String> bounds(String rules) throws TomlMistake {
    return ((Decision.Permitted)
            policy(rules).ask(asked(false, false, NOON)).decide(Samples.container("a"), Set.of()))
        .bounds()
        .words();
  }

  @Test
  void of_several_rules_the_one_that_lets_one_do_most_counts_whatever_their_order()
      throws Exception {
    String five = RULE + "timeout = \"5m\"\n";
    String hour = RULE + "timeout = \"1h\"\nrecord = true\n";
    for (String both : List.of(five + hour, hour + five)) {
      assertEquals(Optional.of(Duration.ofHours(1)), terms(both).timeout());
      assertTrue(terms(both).record().isRequired());
      assertEquals(Optional.empty(), terms(both + RULE).timeout());
    }
    assertFalse(terms(RULE + "record = true\n" + RULE).record().isRequired());
    assertEquals(
        Optional.of(5), terms(RULE + "sessions = 2\n" + RULE + "sessions = 5\n").sessions());
  }

  private static Terms terms(String rules) throws TomlMistake {
    return ((Decision.Permitted)
            policy(rules).ask(asked(false, false, NOON)).decide(Samples.container("a"), Set.of()))
        .terms();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "operands = ['/var/log/*'] | /var/log/x | true",
        "operands = ['/var/log/*'] | /var/log/x /var/log/y/z | true",
        "operands = ['/var/log/*'] | /etc/shadow | false",
        "operands = ['/var/log/*'] | /var/log/x /etc/shadow | false",
        "operands = ['/var/log/*'] | /var/log | false",
        "operands = ['/var/log/*'] | x/var/log/x | false",
        "operands = ['/var/log/*', '/etc/hosts'] | /etc/hosts /var/log/x | true",
        "operands = ['/var/log/*'] | -v /var/log/x | true",
        "operands = ['/var/log/*'] | `` | false",
        "operands = ['', '/var/log/*'] | `` | true",
        "operands = [] | /x | false",
        "operands = [] | `` | true",
        "options = ['-v'] | -v /x | true",
        "options = ['-v'] | --verbose /x | true",
        "options = ['-v'] | -n 1 /x | false",
        "options = ['-v'] | -v -n 1 /x | false",
        "options = [] | -v /x | false",
        "options = [] | /x | true",
        "options = ['-n'] | -n 5 /x | true",
        "options = ['-n 1*'] | -n 12 /x | true",
        "options = ['-n 1*'] | --number=12 /x | true",
        "options = ['-n 1*'] | -n 21 /x | false",
        "options = ['-n 1*', '-n 2*'] | -n 21 /x | true",
      })
  void a_rule_narrows_what_a_tool_may_be_given(String narrowing, String line, boolean permitted)
      throws Exception {
    String rule = RULE + "[rule.arguments.cat]\n" + narrowing + "\n";
    assertEquals(permitted, permits(rule, asked(line)));
    // A rule's constraints apply to that rule only.
    assertTrue(permits(rule + RULE, asked(line)));
  }

  @Test
  void a_refusal_says_what_a_rule_permits_of_arguments() throws Exception {
    String rule = RULE + "[rule.arguments.cat]\noperands = [\"/var/log/*\"]\noptions = [\"-v\"]\n";
    assertEquals(
        "no rule lets ann run cat in net: the rule at p.toml:1 permits only operands like /var/log/*, not '/etc/shadow'",
        why(rule, asked("/etc/shadow")));
    assertEquals(
        "no rule lets ann run cat in net: the rule at p.toml:1 does not permit -n 5",
        why(rule, asked("-n5 /var/log/x")));
  }

  @Test
  void the_rule_that_comes_nearest_is_named() throws Exception {
    String far = RULE.replace("net", "uts") + "reason = \"required\"\n";
    String near = RULE + "reason = \"required\"\n";
    for (String rules : List.of(far + near, near + far)) {
      assertTrue(why(rules, asked(false, false, NOON)).contains("requires a reason"), rules);
      assertFalse(why(rules, asked(false, false, NOON)).contains("uts"), rules);
    }
  }

  @Test
  void a_rule_for_somebody_else_is_not_named() throws Exception {
    String other = RULE.replace("user:ann", "user:bob") + "reason = \"required\"\n";
    assertEquals(
        "no rule lets ann run cat in net: no rule names you: ask root for one, who types dbgd suggest --operator ann",
        why(other, asked(false, false, NOON)));
  }

  /** A refusal does not mention a rule that does not reach the container. */
  @Test
  void what_is_missing_is_told_only_of_a_rule_that_reaches_the_container() throws Exception {
    String rules = RULE + RULE.replace("a*", "b*") + "reason = \"required\"\n";
    Policy policy = policy(rules);
    Decision reached =
        policy.ask(asked(false, false, NOON)).decide(Samples.container("b"), Set.of());
    assertTrue(((Decision.Denied) reached).why().contains("requires a reason"));
    Decision hidden =
        policy.ask(asked(false, false, NOON)).decide(Samples.container("c"), Set.of());
    assertEquals(
        policy.ask(asked(false, false, NOON)).unreachable("", "").why(),
        ((Decision.Denied) hidden).why());
  }

  @ParameterizedTest
  @CsvSource({
    "uid:1000, true",
    "uid:1000-1999, true",
    "uid:0-1000, true",
    "uid:999, false",
    "uid:1001-2000, false",
    "uid:0-999, false",
  })
  void a_range_of_ids_is_for_who_has_one_of_them(String who, boolean permitted) throws Exception {
    assertEquals(permitted, permits(RULE.replace("user:ann", who), asked(false, false, NOON)));
  }

  @ParameterizedTest
  @CsvSource({
    "runtime:docker, docker, '', true",
    "runtime:podman, docker, '', false",
    "runtime:pid, docker, '', false",
    "k8s:dns, docker, dns, true",
    "k8s:d*, docker, dns, true",
    "k8s:web, docker, dns, false",
    "k8s:dns, docker, '', false",
    "k8s:*, docker, '', false",
    "k8s:dns, podman, dns, false",
  })
  void a_container_is_known_by_its_runtime_and_kubernetes_namespace(
      String pattern, String runtime, String namespace, boolean permitted) throws Exception {
    Map<String, String> labels =
        namespace.isEmpty() ? Map.of() : Map.of("io.kubernetes.pod.namespace", namespace);
    assertEquals(
        permitted,
        policy(RULE.replace("a*", pattern))
                .ask(asked(false, false, NOON))
                .decide(Samples.container(runtime, "k8s_x", "i", labels), Set.of())
            instanceof Decision.Permitted);
  }

  private static Question asked(boolean hasReason, boolean asUser, Instant at) {
    return new Question(ANN, NET, "cat", Optional.empty(), hasReason, asUser, false, false, at);
  }

  private static Question asked(String line) throws ArgumentMistake {
    List<String> words = line.isEmpty() ? List.of() : List.of(line.split(" "));
    return asked(false, false, NOON)
        .with(Asked.catalogue(Set.of("cat")).tool("cat").orElseThrow().arguments().read(words));
  }

  private static boolean permits(String rules, Question question) throws TomlMistake {
    boolean anywhere = policy(rules).ask(question).anywhere() instanceof Decision.Permitted;
    boolean here =
        policy(rules).ask(question).decide(Samples.container("a"), Set.of())
            instanceof Decision.Permitted;
    assertEquals(anywhere, here);
    return here;
  }

  private static String why(String rules, Question question) throws TomlMistake {
    return ((Decision.Denied) policy(rules).ask(question).anywhere()).why();
  }

  private static Policy policy(String rules) throws TomlMistake {
    return Asked.policy(Set.of("cat"), rules);
  }
}
