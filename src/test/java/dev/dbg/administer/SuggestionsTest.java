package dev.dbg.administer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.authorize.Rights;
import dev.dbg.policy.Asked;
import dev.dbg.policy.Policy;
import dev.dbg.policy.PolicyReader;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Shipped;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dbgd suggest}: rules for refused commands, and for nothing else. */
class SuggestionsTest {
  private static final Catalogue CATALOGUE = Shipped.catalogue();
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  private Policy policy = Asked.NOTHING;

  @Test
  void a_refusal_becomes_a_rule_for_exactly_that() {
    assertEquals(
        """

        # 3 refusals of ann, 2026-11-26T08:00:00Z to 2026-11-26T08:00:00Z: dbg web-1 net -- ping -c 3 db, the last time because: no rule
        [[rule]]
        who        = ["user:ann"]
        containers = ["web-1"]
        namespaces = ["net"]
        tools      = ["ping"]

        [rule.arguments."ping"]
        options  = ["-c 3"]
        operands = ["db"]
        """,
        rules(record("rule", "web-1", "net", "ping", "-c", "3", "db"), 3));
  }

  /** The line passes with the rule in force, and none of its neighbours does. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "web-1 net -- ss -tln~web-1 net -- ss -tlnp~ann",
        "web-1 net -- ss -tln~web-2 net -- ss -tln~ann",
        "web-1 net -- ss -tln~web-1 net,uts -- ss -tln~ann",
        "web-1 net -- ss -tln~web-1 net -- netstat -tln~ann",
        "web-1 net -- ss -tln~web-1 net -- ss -tln sport = :22~ann",
        "web-1 net -- ss -tln~web-1 net -- ss -tln~bob",
        "web-1 net -- ss -tln~podman://ann/web-1 net -- ss -tln~ann",
        "web-1 net -- ss -tln~-u 5 web-1 net -- ss -tln~ann",
        "web-1 net -- ss -tln~--record web-1 net -- ss -tln~ann",
        "docker://web-1 net -- ss~podman://web-1 net -- ss~ann",
        "podman://ann/web-1 net -- ss~podman://bob/web-1 net -- ss~ann",
        "web-1 mnt -- cat /etc/hosts~web-1 mnt -- cat /etc/hostname~ann",
        "web-1 mnt -- ls /var/log~web-1 mnt -- ls~ann",
        "web-1 mnt -- ls /var/log~web-1 mnt -- ls /var/log/x~ann",
        "web-1 mnt -- find /var -newer /etc/hosts~web-1 mnt -- find /var -newer /etc/shadow~ann",
        "-w /var/log web-1 mnt -- cat app.log~web-1 mnt -- cat app.log~ann",
        "-w /var/log web-1 mnt -- cat app.log~-w /var web-1 mnt -- cat app.log~ann",
        "-w /var/log web-1 mnt -- ls~-w /var web-1 mnt -- ls~ann",
        "-w /var/log web-1 mnt -- ls~web-1 mnt -- ls~ann",
        "web-1 net -- ping -c 3 10.0.0.1~web-1 net -- ping -c 4 10.0.0.1~ann",
        "web-1 net -- ping -c 3 10.0.0.1~web-1 net -- ping -c 3 10.0.0.11~ann",
        "web-1 net -- curl http://h/status~web-1 net -- curl http://h/status/x~ann",
        "web-1 net -- curl http://h/status~web-1 net -- curl http://h:8080/status~ann",
        "web-1 all -- ss~web-1 mnt -- ls~ann",
        "web-1 -- ss~web-1 mnt -- ls~ann",
        "web-1 -- logs -n 20~web-1 -- logs -n 21~ann",
        "web-1 -- logs -n 20~web-2 -- logs -n 20~ann",
        "web-1 -- logs -n 20~web-1 net -- logs -n 20~ann",
        "web-1 -- logs -n 20~podman://ann/web-1 -- logs -n 20~ann",
        "web-1 -- status --json~web-2 -- status --json~ann",
        "web-1 -- status~web-1 -- logs~ann",
        "image://shop/web -- ls /etc~image://shop/web:1 -- ls /etc~ann",
        "image://shop/web -- ls /etc~image://shop/db -- ls /etc~ann",
        "image://shop/web mnt -- ls /etc~image://shop/web mnt -- ls /var~ann",
        "image://docker.io/shop/web:1 -- ls /etc~image://shop/web -- ls /etc~ann",
        "image://shop/web -- ls /etc~web-1 -- ls /etc~ann",
        "image://web-1 -- ls /etc~web-1 -- ls /etc~ann",
        "web-1 -- ls /etc~image://web-1 -- ls /etc~ann",
      })
  void with_the_rule_in_force_the_line_passes_and_its_neighbour_does_not(
      String line, String neighbour, String who) throws Exception {
    String rule = rules(typed(line), 1);
    assertTrue(rule.contains("[[rule]]"), rule);
    assertEquals("", decisions(rule, "permit", "ann", line));
    assertEquals("", decisions(rule, "refuse", who, neighbour));
  }

  /** What dbgd test complains about. */
  private static String decisions(String rule, String verb, String who, String line)
      throws Exception {
    String file =
        """
        [[operator]]
        user = "ann"
        [[operator]]
        user = "bob"
        uid = 1001
        [[container]]
        name = "web-1"
        [[container]]
        name = "web-2"
        [[container]]
        name = "web-1"
        owner = "ann"
        [[container]]
        name = "web-1"
        owner = "bob"
        [[container]]
        name = "shop/web:1"
        runtime = "image"
        [[container]]
        name = "shop/web:latest"
        runtime = "image"
        [[container]]
        name = "shop/db"
        runtime = "image"
        [[container]]
        name = "web-1"
        runtime = "image"
        [[%s]]
        who = "%s"
        line = "%s"
        """
            .formatted(verb, who, line);
    PolicyTestFile test = PolicyTestFile.parse("t.toml", file);
    return PolicyTest.run(test, CATALOGUE, read(rule)).complaints();
  }

  private static Policy read(String text) throws Exception {
    return new PolicyReader(CATALOGUE).read(new TreeMap<>(Map.of("p.toml", text)));
  }

  @Test
  void what_was_typed_in_two_ways_has_one_rule() {
    Suggestions suggestions = suggestions();
    suggestions.take(typed("web-1 net -- ss -t -n"));
    suggestions.take(typed("web-1 -- ss -nt"));
    String text = suggestions.rules();
    assertEquals(1, text.lines().filter(line -> line.equals("[[rule]]")).count(), text);
    assertEquals(2, text.lines().filter(line -> line.startsWith("# 1 refusal")).count(), text);
  }

  /** Operators choose these texts, and a rule would read them as patterns. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "web-*",
        "label:team=dns",
        "image:*",
        "runtime:docker",
        "k8s:shop",
        "docker://*",
        "podman://*/web",
        "pid://1",
        "0cd5d2499138b92f",
        "web\"]\nwho = [\"*",
        "web 1",
        "../web",
        "\u202e1-bew",
        "image://",
        "image://*",
        "image://shop/*:1",
        "image://0cd5d2499138b92f",
        "image://sha256:0cd5d2499138b92f",
        "image://sha256:0cd5",
        "image://library/web:1",
        "image://shop/web:1\"]\nwho = [\"*",
        "image://shop/\u001b[2J",
        "image://image://web",
      })
  void a_typed_container_name_never_becomes_a_pattern(String target) {
    String text = rules(record("rule", target, "net", "ss"), 1);
    assertFalse(text.contains("[[rule]]"), text);
    assertTrue(text.lines().allMatch(line -> line.isEmpty() || line.startsWith("# ")), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ls~/var/*",
        "grep~x*~/etc/hosts",
        "curl~-u~***~http://h/",
        "ping~*",
        "cat~/etc/\uDC80",
        "ss~-K",
        "tcpdump~-z~sh",
        "bash~-c~id",
        "tail~-n~+*~/x",
      })
  void an_argument_that_a_rule_cannot_repeat_is_left_to_a_person(String words) {
    String[] line = words.split("~");
    String text =
        rules(
            record(
                "rule",
                "web-1",
                line[0].equals("ls") || line[0].equals("cat") ? "mnt" : "net",
                line[0],
                List.of(line).subList(1, line.length).toArray(new String[0])),
            1);
    assertFalse(text.contains("[[rule]]"), text);
    assertTrue(text.contains("# No rule is suggested for:\n# 1 refusal of ann"), text);
  }

  /** A newline in a text of the log would begin a line of the policy. */
  @Test
  void no_text_of_the_log_leaves_its_string_or_its_comment() throws Exception {
    String evil = "x\"]\n[[rule]]\nwho = [\"*\"]\r\u0085\u2028# \\";
    JsonNode record = record("rule", "web-1", "mnt", "cat", "/" + evil);
    ((ObjectNode) record.path("decision")).put("why", evil);
    ((ObjectNode) record.path("operator")).put("user", evil);
    String text = rules(record, 1);
    long rules = text.lines().filter(line -> line.equals("[[rule]]")).count();
    assertTrue(rules <= 1, text);
    Policy policy = read(text);
    assertEquals(rules, policy.ruleCount());
    assertTrue(text.chars().noneMatch(c -> c != '\n' && (c < ' ' || c == 0x85 || c == 0x2028)));
  }

  @Test
  void what_no_rule_can_permit_is_listed_as_such() {
    assertTrue(
        rules(record("entry", "web-1", "net", "ss", "-K"), 1)
            .contains("dbg web-1 net -- ss -K: no rule can permit this: no rule\n"));
    assertTrue(
        rules(record("tool", "web-1", "net", "bash"), 1).contains("no rule can permit this"));
  }

  /** A rule without user-switch would refuse the line, and permit it as root. */
  @Test
  void for_a_line_with_a_user_of_its_own_no_rule_is_suggested() {
    JsonNode record = record("rule", "web-1", "mnt", "cat", "/x");
    ((ObjectNode) record.path("tool")).put("run_as", "33");
    String text = rules(record, 1);
    assertFalse(text.contains("[[rule]]"), text);
    assertTrue(
        text.contains(": dbg -u 33 web-1 mnt -- cat /x: -u needs a rule with user-switch"), text);
  }

  /** The record does not say that --record or a shared namespace was the obstacle. */
  @Test
  void what_a_rule_already_permits_is_not_suggested_again() throws Exception {
    policy =
        read(
            """
            [[rule]]
            who = ["user:ann"]
            containers = ["web-*"]
            namespaces = ["net"]
            tools = ["ss"]
            """);
    String text = rules(record("rule", "web-1", "net", "ss"), 1);
    assertFalse(text.contains("[[rule]]"), text);
    assertTrue(
        text.contains("the rule at p.toml:1 permits this in a container of that name"), text);
  }

  @Test
  void nothing_dangerous_is_ever_suggested() {
    String text = rules(record("rule", "web-1", "net", "ss"), 1);
    for (String key : List.of("host-namespaces", "user-switch", "record", "sessions", "\"*\"")) {
      assertFalse(text.contains(key), text);
    }
  }

  @Test
  @Tag("whole")
  void one_operator_does_not_hide_the_others() {
    Suggestions suggestions = suggestions();
    for (int i = 0; i < 2000; i++) {
      suggestions.take(record("rule", "web-" + i, "net", "ss"));
    }
    JsonNode bobs = record("rule", "web-1", "net", "ss");
    ((ObjectNode) bobs.path("operator")).put("uid", 1001).put("user", "bob");
    suggestions.take(bobs);
    String text = suggestions.rules();
    assertTrue(text.contains("[\"user:bob\"]"), text);
    assertEquals(
        Suggestions.MOST_OF_A_USER + 1,
        text.lines().filter(line -> line.equals("[[rule]]")).count());
    assertTrue(text.contains("1950 more refusals are left out"), text);
  }

  /** A thousand of them would be some hundred megabytes. */
  @Test
  void a_line_of_a_great_many_words_is_not_held() {
    String[] words = Collections.nCopies(4000, "a").toArray(String[]::new);
    String text = rules(record("rule", "web-1", "net", "ss", words), 1);
    assertTrue(text.contains("1 more refusals are left out"), text);
    assertFalse(text.contains("web-1"), text);
  }

  @Test
  void the_tests_that_are_printed_pass_with_the_rules_that_are_printed() throws Exception {
    Suggestions suggestions = suggestions();
    for (String line :
        List.of(
            "web-1 net -- ss -tln",
            "docker://web-2 mnt -- cat /etc/hosts",
            "podman://ann/web-1 net -- ss",
            "web-1 -- ss",
            "web-1 -- logs -f --since 10m",
            "web-1 all -- ss -t",
            "image://docker.io/library/web -- ls /etc")) {
      suggestions.take(typed(line));
    }
    PolicyTestFile file = PolicyTestFile.parse("t.toml", suggestions.tests());
    assertEquals(7, file.expectations().size());
    DaemonVerb.Result result = PolicyTest.run(file, CATALOGUE, read(suggestions.rules()));
    assertEquals("7 as expected, 0 not\n", result.output(), result.complaints());
  }

  private Suggestions suggestions() {
    return new Suggestions(new Rights(policy, CATALOGUE), NOW);
  }

  private String rules(JsonNode record, int times) {
    Suggestions suggestions = suggestions();
    for (int i = 0; i < times; i++) {
      suggestions.take(record);
    }
    return suggestions.rules();
  }

  /** The record of a line in its simplest form, {@code [-w DIR] TARGET [NS] -- TOOL ARG…}. */
  private static JsonNode typed(String line) {
    if (line.startsWith("-w ")) {
      String[] parts = line.split(" ", 3);
      ObjectNode record = (ObjectNode) typed(parts[2]);
      ((ObjectNode) record.get("tool")).put("directory", parts[1]);
      return record;
    }
    String[] parts = line.split(" -- ", -1);
    String[] where = parts[0].split(" ", -1);
    String[] words = parts[1].split(" ");
    String kinds =
        where.length == 1
            ? ""
            : where[1].equals("all") ? "net,mnt,pid,ipc,uts,user,cgroup,time" : where[1];
    return record(
        "rule",
        where[0],
        kinds,
        words[0],
        List.of(words).subList(1, words.length).toArray(new String[0]));
  }

  private static JsonNode record(
      String kind, String target, String namespaces, String tool, String... arguments) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("time", "2026-11-26T08:00:00.5Z");
    fields.put("event", "denied");
    fields.put("operator", Map.of("uid", 1000, "user", "ann", "groups", List.of("ops")));
    fields.put("target", Map.of("asked", target));
    fields.put("namespaces", namespaces.isEmpty() ? List.of() : List.of(namespaces.split(",")));
    fields.put("tool", Map.of("name", tool, "argv_typed", List.of(arguments)));
    fields.put("decision", Map.of("allowed", false, "kind", kind, "why", "no rule"));
    fields.put("outcome", Map.of("status", 126));
    return new JsonMapper().valueToTree(fields);
  }
}
