package dev.dbg.policy;

import static dev.dbg.model.NamespaceKind.IPC;
import static dev.dbg.model.NamespaceKind.NET;
import static dev.dbg.model.NamespaceKind.UTS;
import static dev.dbg.model.Samples.container;
import static dev.dbg.model.Samples.containerOf;
import static dev.dbg.model.Samples.containerOnDiskOf;
import static dev.dbg.model.Samples.operator;
import static dev.dbg.model.Samples.process;
import static dev.dbg.policy.Asked.NOON;
import static dev.dbg.policy.Asked.plainly;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.policy.rule.Bounds;
import dev.dbg.policy.rule.Decision;
import dev.dbg.policy.rule.Terms;
import dev.dbg.toml.TomlMistake;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the rules of dbg-policy(5) permit, and above all what they do not permit. */
class PolicyDecisionTest {
  private static final Set<String> CATALOGUE = Set.of("ss", "netstat", "ip", "hostname");

  private static final String DNS =
      """
      [[rule]]
      who        = ["group:dns-ops", "user:oncall"]
      containers = ["adguard-*", "label:team=dns", "image:*/adguardhome:*"]
      except     = ["*-vault-*", "label:secret"]
      namespaces = ["net"]
      tools      = ["netstat", "ss"]
      """;

  private final Operator member = operator("ann", "staff", "dns-ops");
  private final Target adguard = container("adguard-server-1");

  @Test
  void nothing_is_permitted_by_no_rule() throws Exception {
    for (Policy policy : List.of(Asked.NOTHING, policy(""), policy("# nothing\n"))) {
      for (Operator operator : List.of(member, operator("root"))) {
        assertDenied(policy.ask(plainly(operator, Set.of(NET), "ss")).anywhere());
        assertDenied(policy.ask(plainly(operator, Set.of(NET), "ss")).decide(adguard, Set.of()));
        assertFalse(policy.visibility(operator, NOON).maySee(adguard));
        assertEquals(Set.of(), policy.namespacesFor(operator, "ss", NOON));
        assertFalse(
            policy.visibility(operator, NOON).mayKnowAbout(TargetName.parse("adguard-server-1")));
      }
    }
  }

  @Test
  void a_member_of_the_group_is_permitted() throws Exception {
    assertPermits(DNS, member, adguard, "ss", NET);
    assertEquals(
        new Decision.Permitted("p.toml:1", Terms.NONE, Bounds.NONE),
        policy(DNS).ask(plainly(member, Set.of(NET), "ss")).decide(adguard, Set.of()));
  }

  @Test
  void a_user_is_permitted_by_name() throws Exception {
    assertPermits(DNS, operator("oncall"), adguard, "netstat", NET);
  }

  @Test
  void an_operator_outside_the_group_is_refused() throws Exception {
    assertRefuses(DNS, operator("ann", "staff"), adguard, "ss", NET);
    assertRefuses(DNS, operator("ann"), adguard, "ss", NET);
    assertRefuses(DNS, operator("root"), adguard, "ss", NET);
  }

  @Test
  void a_user_is_no_group_and_a_group_no_user() throws Exception {
    assertRefuses(DNS, operator("dns-ops"), adguard, "ss", NET);
    assertRefuses(DNS, operator("ann", "oncall"), adguard, "ss", NET);
  }

  @Test
  void names_of_people_are_no_patterns() throws Exception {
    assertRefuses(DNS.replace("dns-ops", "dns-*"), member, adguard, "ss", NET);
    assertRefuses(DNS, operator("ann", "DNS-OPS"), adguard, "ss", NET);
    assertRefuses(DNS, operator("Oncall"), adguard, "ss", NET);
    assertRefuses(DNS, operator("ann", "dns-ops "), adguard, "ss", NET);
  }

  @Test
  void everybody_is_everybody() throws Exception {
    assertPermits(DNS.replace("\"group:dns-ops\"", "\"*\""), operator("bob"), adguard, "ss", NET);
  }

  @Test
  void another_tool_is_refused() throws Exception {
    assertRefuses(DNS, member, adguard, "ip", NET);
    assertRefuses(DNS, member, adguard, "SS", NET);
    assertRefuses(DNS, member, adguard, "", NET);
  }

  @Test
  void another_namespace_is_refused_and_so_is_one_too_many() throws Exception {
    assertRefuses(DNS, member, adguard, "ss", UTS);
    assertRefuses(DNS, member, adguard, "ss", NET, UTS);
    assertRefuses(DNS, member, adguard, "ss", NamespaceKind.values());
    assertPermits(DNS.replace("[\"net\"]", "[\"net\", \"uts\"]"), member, adguard, "ss", UTS);
    assertPermits(
        DNS.replace("[\"net\"]", "[\"all\"]"), member, adguard, "ss", NamespaceKind.values());
  }

  /** Rules are not combined: each one permits the whole request, or does not permit it. */
  @Test
  void rules_are_not_added_up() throws Exception {
    String both = DNS + DNS.replace("[\"net\"]", "[\"uts\"]");
    assertPermits(both, member, adguard, "ss", NET);
    assertPermits(both, member, adguard, "ss", UTS);
    assertRefuses(both, member, adguard, "ss", NET, UTS);

    String split = DNS.replace("\"netstat\", \"ss\"", "\"ss\"") + DNS.replace("adguard-*", "web-*");
    assertRefuses(split, member, container("web-1"), "ip", NET);
    assertRefuses(split, member, adguard, "netstat", NET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"adguard", "xadguard-1", "Adguard-1", "web-1", "", "adguard_1", "/adguard-1"})
  void another_container_is_refused(String name) throws Exception {
    assertRefuses(DNS, member, container(name), "ss", NET);
  }

  @Test
  void a_label_reaches_by_its_value() throws Exception {
    assertPermits(DNS, member, labelled("x", Map.of("team", "dns")), "ss", NET);
    assertRefuses(DNS, member, labelled("x", Map.of("team", "web")), "ss", NET);
    assertRefuses(DNS, member, labelled("x", Map.of("team", "dns2")), "ss", NET);
    assertRefuses(DNS, member, labelled("x", Map.of("team", "")), "ss", NET);
    assertRefuses(DNS, member, labelled("x", Map.of("Team", "dns")), "ss", NET);
    assertRefuses(DNS, member, labelled("team=dns", Map.of()), "ss", NET);
    assertRefuses(DNS, member, labelled("label:team=dns", Map.of()), "ss", NET);
  }

  @Test
  void a_label_s_value_is_a_pattern_and_its_key_is_not() throws Exception {
    assertPermits(rule("label:team=d*"), member, labelled("x", Map.of("team", "dns")), "ss", NET);
    assertPermits(rule("label:team"), member, labelled("x", Map.of("team", "any")), "ss", NET);
    assertPermits(rule("label:team="), member, labelled("x", Map.of("team", "")), "ss", NET);
    assertPermits(rule("label:a=b=c"), member, labelled("x", Map.of("a", "b=c")), "ss", NET);
    assertRefuses(rule("label:team="), member, labelled("x", Map.of("team", "x")), "ss", NET);
    assertRefuses(rule("label:team=*"), member, labelled("x", Map.of()), "ss", NET);
  }

  @Test
  void an_image_reaches_by_its_name() throws Exception {
    assertPermits(DNS, member, imaged("x", "docker.io/adguardhome:v1"), "ss", NET);
    assertRefuses(DNS, member, imaged("x", "docker.io/adguardhome"), "ss", NET);
    assertRefuses(DNS, member, imaged("x", "adguardhome:v1"), "ss", NET);
    assertRefuses(DNS, member, imaged("x", ""), "ss", NET);
    assertRefuses(rule("image:*"), member, imaged("x", ""), "ss", NET);
    assertPermits(rule("image:*"), member, imaged("x", "y"), "ss", NET);
  }

  @Test
  void an_exception_narrows_its_rule_in_each_of_its_forms() throws Exception {
    assertRefuses(DNS, member, container("adguard-vault-1"), "ss", NET);
    assertRefuses(DNS, member, labelled("adguard-1", Map.of("secret", "")), "ss", NET);
    assertRefuses(DNS, member, labelled("x", Map.of("team", "dns", "secret", "yes")), "ss", NET);
    String byImage = DNS.replace("\"label:secret\"", "\"image:*/vault:*\"");
    assertRefuses(byImage, member, imaged("adguard-1", "x/vault:1"), "ss", NET);
    String byRuntime = DNS.replace("\"label:secret\"", "\"podman://*\"");
    assertRefuses(byRuntime, member, in("podman", "adguard-1"), "ss", NET);
    assertPermits(byRuntime, member, in("docker", "adguard-1"), "ss", NET);
  }

  @Test
  void an_exception_narrows_only_its_own_rule() throws Exception {
    String other = rule("adguard-vault-*");
    assertPermits(DNS + other, member, container("adguard-vault-1"), "ss", NET);
  }

  @Test
  void a_scheme_reaches_in_its_runtime_alone() throws Exception {
    assertPermits(rule("podman://web-*"), member, in("podman", "web-1"), "ss", NET);
    assertRefuses(rule("podman://web-*"), member, in("docker", "web-1"), "ss", NET);
    assertRefuses(rule("podman://*"), member, process(1), "ss", NET);
    assertPermits(rule("web-*"), member, in("podman", "web-1"), "ss", NET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"*", "**", "1*", "*1", "17", "image:*", "docker://*", "label:x", "image:**"})
  void a_bare_process_is_reached_by_nothing_but_pid(String pattern) throws Exception {
    assertRefuses(rule(pattern), member, process(17), "ss", NET);
    assertRefuses(rule(pattern), member, process(1), "ss", NET);
  }

  @Test
  void a_bare_process_is_reached_by_pid() throws Exception {
    assertPermits(rule("pid://17"), member, process(17), "ss", NET);
    assertRefuses(rule("pid://17"), member, process(171), "ss", NET);
    assertPermits(rule("pid://*"), member, process(171), "ss", NET);
    assertRefuses(rule("pid://*"), member, container("17"), "ss", NET);
  }

  @Test
  void a_namespace_of_the_host_s_is_refused_unless_the_rule_says_otherwise() throws Exception {
    Policy shut = policy(DNS);
    Decision.Denied denied =
        assertDenied(shut.ask(plainly(member, Set.of(NET), "ss")).decide(adguard, Set.of(NET)));
    assertEquals(
        "adguard-server-1 shares net with the host: the rule at p.toml:1 lacks host-namespaces = true",
        denied.why());
    Policy said = policy(DNS.replace("tools ", "host-namespaces = false\ntools "));
    assertDenied(said.ask(plainly(member, Set.of(NET), "ss")).decide(adguard, Set.of(NET)));
    Policy open = policy(DNS.replace("tools ", "host-namespaces = true\ntools "));
    assertTrue(
        open.ask(plainly(member, Set.of(NET), "ss")).decide(adguard, Set.of(NET))
            instanceof Decision.Permitted);
  }

  @Test
  void host_namespaces_opens_its_own_rule_alone() throws Exception {
    String open =
        DNS.replace("group:dns-ops", "group:other")
            .replace("tools ", "host-namespaces = true\ntools ");
    assertDenied(
        policy(DNS + open).ask(plainly(member, Set.of(NET), "ss")).decide(adguard, Set.of(NET)));
  }

  @Test
  void a_container_that_an_operator_may_not_enter_learns_them_nothing_of_the_host_s()
      throws Exception {
    Decision.Denied denied =
        assertDenied(
            policy(DNS)
                .ask(plainly(member, Set.of(NET), "ss"))
                .decide(container("web-1"), Set.of(NET)));
    assertFalse(denied.why().contains("web-1"), denied.why());
  }

  @Test
  void an_invisible_container_and_a_missing_one_are_refused_in_the_same_words() throws Exception {
    Policy policy = policy(DNS);
    Decision.Denied missing =
        policy.ask(plainly(member, Set.of(NET), "ss")).unreachable("no container 'web-1'", "");
    for (Target hidden :
        List.of(
            container("web-1"),
            container("adguard-vault-1"),
            labelled("adguard-1", Map.of("secret", "x")),
            in("podman", "web-1"),
            process(17))) {
      Decision.Denied invisible =
          assertDenied(policy.ask(plainly(member, Set.of(NET), "ss")).decide(hidden, Set.of()));
      assertEquals(missing.why(), invisible.why());
    }
    assertEquals(
        "no container of that name or id that ann may enter with ss in net: dbg ps lists those you may enter",
        missing.why());
    assertEquals("no container 'web-1'", missing.detail());
  }

  @Test
  void a_refusal_before_any_container_is_looked_up_says_what_to_ask() throws Exception {
    assertEquals(
        "no rule lets ann run cat in net: dbg tools lists what you may run",
        assertDenied(policy(DNS).ask(plainly(member, Set.of(NET), "cat")).anywhere()).why());
  }

  @Test
  void whom_no_rule_names_is_told_what_to_write_and_where() throws Exception {
    assertEquals(
        "no rule lets bob run ss in net: no rule names you: ask root for one, who types dbgd suggest --operator bob",
        assertDenied(policy(DNS).ask(plainly(operator("bob"), Set.of(NET), "ss")).anywhere())
            .why());
  }

  /** dbg may say that a container does not exist only where it could not hide an existing one. */
  @ParameterizedTest
  @CsvSource({
    "adguard-*, '', adguard-1, true",
    "adguard-*, '', docker://adguard-1, true",
    "docker://adguard-*, '', docker://adguard-1, true",
    "adguard-*, *-vault-*, adguard-1, true",
    "pid://*, '', pid://17, true",
    "*, '', 4f2a, true",
    "*, '', docker://4f2a, true",
    "adguard-*, '', web-1, false",
    "docker://adguard-*, '', adguard-1, false",
    "docker://adguard-*, '', podman://adguard-1, false",
    "adguard-*, *-vault-*, adguard-vault-1, false",
    "adguard-*, label:secret, adguard-1, false",
    "adguard-*, image:*/vault:*, adguard-1, false",
    "adguard-*, podman://adguard-1, adguard-1, false",
    "adguard-*, podman://adguard-1, docker://adguard-1, true",
    "label:team=dns, '', adguard-1, false",
    "image:*, '', adguard-1, false",
    "a*, '', abad, false",
    "*, *-vault-*, 4f2a, false",
    "*, '', pid://17, false",
    "pid://1*, '', 17, false",
    "pid://1*, '', pid://27, false",
    "docker://*, '', 4f2a, false",
    "docker://*, '', docker://4f2a, true",
    "*, '', compose://shop/web, true",
    "web*, '', compose://web/web, false",
    "shop*, '', compose://shop/web, false",
    "docker://*, '', compose://shop/web, false",
    "compose:shop/*, '', compose://shop/web, true",
    "compose:shop/*, '', compose://shop/web/2, true",
    "compose:shop/web, '', compose://shop/web/2, true",
    "compose://shop/web, '', compose://shop/web, true",
    "compose:shop/web, '', compose://shop/db, false",
    "compose:shop/*, '', compose://shop2/web, false",
    "compose:shop/*, '', compose://shop, false",
    "compose:shop/*, '', web, false",
    "compose:*, '', web, false",
    "compose:*, '', docker://web, false",
    "compose:shop/*, compose:*/vault, compose://shop/web, true",
    "compose:shop/*, compose:*/vault, compose://shop/vault, false",
    "compose:shop/*, *vault*, compose://shop/web, false",
    "compose:shop/*, docker://x, compose://shop/web, false",
    "compose:shop/*, pid://1, compose://shop/web, true",
    "compose:shop/*, podman://una/*, compose://shop/web, true",
    "web-*, compose:*/vault, web-1, false",
    "*, *-vault-*, compose://shop/web, false",
  })
  void absence_is_told_only_to_who_would_see_the_container(
      String containers, String except, String typed, boolean told) throws Exception {
    String rule = rule(containers);
    if (!except.isEmpty()) {
      rule += "except = [\"" + except + "\"]\n";
    }
    assertEquals(told, policy(rule).visibility(member, NOON).mayKnowAbout(TargetName.parse(typed)));
    assertFalse(
        policy(rule).visibility(operator("bob"), NOON).mayKnowAbout(TargetName.parse(typed)));
  }

  @Test
  void a_list_shows_what_may_be_entered_and_no_more() throws Exception {
    Policy policy = policy(DNS);
    assertTrue(policy.visibility(member, NOON).maySee(adguard));
    assertFalse(policy.visibility(member, NOON).maySee(container("adguard-vault-1")));
    assertFalse(policy.visibility(operator("bob"), NOON).maySee(adguard));
    assertEquals(Set.of(NET), policy.namespacesFor(member, "ss", NOON));
    assertEquals(Set.of(), policy.namespacesFor(member, "ip", NOON));
    assertEquals(
        Set.of(NET, IPC),
        policy(DNS + DNS.replace("[\"net\"]", "[\"ipc\"]")).namespacesFor(member, "ss", NOON));
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "web-1", "podman://*", "podman://web-1", "label:team", "image:*"})
  void a_users_container_is_not_reached_by_what_reaches_roots(String pattern) throws Exception {
    Target theirs = containerOf("una", "web-1", Map.of("team", "dns"));
    assertRefuses(rule(pattern), member, theirs, "ss", NET);
    assertFalse(policy(rule(pattern)).visibility(member, NOON).maySee(theirs));
  }

  @Test
  void a_service_of_compose_is_reached_by_its_project_and_name() throws Exception {
    Target web = service("shop", "web");
    for (String pattern :
        List.of(
            "compose:shop/web", "compose:shop/*", "compose:*", "compose://s*/w*", "compose:s*")) {
      assertPermits(rule(pattern), member, web, "ss", NET);
      assertRefuses(rule(pattern), member, in("docker", "shop-web-1"), "ss", NET);
      assertRefuses(rule(pattern), member, containerOf("una", "a", web.labels().get()), "ss", NET);
      assertRefuses(rule(pattern), member, containerOnDiskOf("una", "a"), "ss", NET);
    }
    for (String pattern :
        List.of("compose:shop/db", "compose:shop2/*", "compose:web/shop", "compose:sho/*", "web")) {
      assertRefuses(rule(pattern), member, web, "ss", NET);
    }
    assertRefuses(rule("compose:*"), member, service("a/b", "c"), "ss", NET);
  }

  @Test
  void a_service_of_compose_is_excepted_wherever_it_may_be_one() throws Exception {
    String rule = rule("*").replace("namespaces", "except = [\"compose:*/vault\"]\nnamespaces");
    assertPermits(rule, member, service("shop", "web"), "ss", NET);
    assertRefuses(rule, member, service("shop", "vault"), "ss", NET);
    rule = rule("podman://*/*").replace("namespaces", "except = [\"compose:*/vault\"]\nnamespaces");
    assertRefuses(rule, member, containerOnDiskOf("una", "a"), "ss", NET);
    assertRefuses(
        rule, member, containerOf("una", "a", service("s", "vault").labels().get()), "ss", NET);
    assertPermits(rule, member, containerOf("una", "a", Map.of()), "ss", NET);
  }

  private static Target service(String project, String service) {
    return container(
        "docker",
        "shop-web-1",
        "",
        Map.of("com.docker.compose.project", project, "com.docker.compose.service", service));
  }

  @Test
  void a_users_container_is_reached_by_its_user_and_its_name() throws Exception {
    Target theirs = containerOf("una", "web-1", Map.of());
    for (String pattern :
        List.of("podman://una/web-1", "podman://una/*", "podman://u*/web-*", "podman://*/*")) {
      assertPermits(rule(pattern), member, theirs, "ss", NET);
      assertRefuses(rule(pattern), member, in("podman", "web-1"), "ss", NET);
    }
    for (String pattern :
        List.of("podman://ugo/*", "podman://una/web-2", "docker://una/web-1", "una/web-1")) {
      assertRefuses(rule(pattern), member, theirs, "ss", NET);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"web-*", "podman://web-1", "podman://una/*", "label:team=dns", "image:*/app:1"})
  void every_exception_spares_a_users_container(String except) throws Exception {
    String rule = rule("podman://*/*").replace("namespaces", "except = [\"%s\"]\nnamespaces");
    assertRefuses(
        rule.formatted(except),
        member,
        containerOf("una", "web-1", Map.of("team", "dns")),
        "ss",
        NET);
    assertPermits(
        rule.formatted("podman://ugo/*"), member, containerOf("una", "web-1", Map.of()), "ss", NET);
  }

  @Test
  void a_label_that_is_not_known_is_no_permission_and_may_be_an_exception() throws Exception {
    Target onDisk = containerOnDiskOf("una", "web-1");
    String rule = rule("podman://una/*").replace("namespaces", "except = [\"%s\"]\nnamespaces");
    assertRefuses(rule.formatted("label:secret"), member, onDisk, "ss", NET);
    assertPermits(rule.formatted("image:other"), member, onDisk, "ss", NET);
  }

  private static void assertPermits(
      String rules, Operator operator, Target target, String tool, NamespaceKind... kinds)
      throws TomlMistake {
    Policy policy = policy(rules);
    assertTrue(
        policy.ask(plainly(operator, Set.of(kinds), tool)).anywhere() instanceof Decision.Permitted,
        rules);
    assertTrue(
        policy.ask(plainly(operator, Set.of(kinds), tool)).decide(target, Set.of())
            instanceof Decision.Permitted,
        rules);
    assertTrue(policy.visibility(operator, NOON).maySee(target), rules);
  }

  private static void assertRefuses(
      String rules, Operator operator, Target target, String tool, NamespaceKind... kinds)
      throws TomlMistake {
    Decision.Denied _ =
        assertDenied(
            policy(rules).ask(plainly(operator, Set.of(kinds), tool)).decide(target, Set.of()));
  }

  private static Decision.Denied assertDenied(Decision verdict) {
    if (verdict instanceof Decision.Denied denied) {
      return denied;
    }
    throw new AssertionError("permitted: " + verdict);
  }

  private static String rule(String containers) {
    return """
        [[rule]]
        who = ["group:dns-ops"]
        containers = ["%s"]
        namespaces = ["net"]
        tools = ["ss"]
        """
        .formatted(containers);
  }

  private static Target labelled(String name, Map<String, String> labels) {
    return container("docker", name, "i", labels);
  }

  private static Target imaged(String name, String image) {
    return container("docker", name, image, Map.of());
  }

  private static Target in(String runtime, String name) {
    return container(runtime, name, "i", Map.of());
  }

  private static Policy policy(String rules) throws TomlMistake {
    return Asked.policy(CATALOGUE, rules);
  }
}
