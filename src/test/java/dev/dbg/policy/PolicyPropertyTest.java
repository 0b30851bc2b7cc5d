package dev.dbg.policy;

import static dev.dbg.policy.Asked.NOON;
import static dev.dbg.policy.Asked.plainly;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Replica;
import dev.dbg.model.Samples;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.nativetests.scene.measure.Whole;
import dev.dbg.policy.rule.ContainerPattern;
import dev.dbg.policy.rule.Decision;
import dev.dbg.policy.rule.Principal;
import dev.dbg.policy.rule.Question;
import dev.dbg.policy.rule.RecordingMode;
import dev.dbg.policy.rule.Rule;
import dev.dbg.policy.rule.Terms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Properties of every policy, checked on many random ones. They are made of few words, so that
 * their rules overlap.
 */
class PolicyPropertyTest {
  private static final List<String> PATTERNS =
      List.of(
          "*",
          "a*",
          "ab",
          "ab-*",
          "*-v",
          "docker://*",
          "docker://a*",
          "podman://ab",
          "pid://*",
          "pid://17",
          "label:team",
          "label:team=d*",
          "image:*",
          "image:x",
          "compose:s/*",
          "compose:s/ab",
          "compose://*/ab");

  private static final List<Operator> OPERATORS =
      List.of(
          Samples.operator("ann", "g"), Samples.operator("bob", "g", "h"), Samples.operator("g"));

  private static final List<String> TOOLS = List.of("ss", "ip");

  private static final List<Set<NamespaceKind>> SELECTIONS =
      List.of(
          Set.of(NamespaceKind.NET),
          Set.of(NamespaceKind.UTS),
          Set.of(NamespaceKind.NET, NamespaceKind.UTS));

  private static final List<Target> TARGETS = targets();

  private static final List<String> TYPED =
      List.of(
          "ab",
          "ab-v",
          "ab-1",
          "a",
          "17",
          "0",
          "docker://ab",
          "docker://ab-v",
          "podman://ab",
          "podman://a",
          "docker://01",
          "pid://17",
          "pid://1",
          "compose://s",
          "compose://s/ab",
          "compose://s/ab/1",
          "compose://s/zz",
          "zz");

  private static final List<Integer> SEEDS = Whole.seeds(60, 12);

  private Random random = new Random(5);

  @Test
  void the_order_of_rules_changes_no_answer() {
    for (int seed : SEEDS) {
      random = Whole.random(seed);
      List<Rule> rules = rules(6);
      List<String> answers = answers(new Policy(rules, List.of(), new TreeMap<>(), ""));
      Collections.shuffle(rules, random);
      assertEquals(
          answers,
          answers(new Policy(rules, List.of(), new TreeMap<>(), "")),
          () -> "seed " + seed + ": " + rules);
    }
  }

  @Test
  void one_more_rule_takes_no_permission_away() {
    for (int seed : SEEDS) {
      random = Whole.random(seed);
      List<Rule> rules = rules(5);
      List<String> before = permissions(new Policy(rules, List.of(), new TreeMap<>(), ""));
      rules.add(random.nextInt(rules.size() + 1), rule());
      List<String> after = permissions(new Policy(rules, List.of(), new TreeMap<>(), ""));
      assertTrue(after.containsAll(before), () -> "seed " + seed + ": " + rules);
    }
  }

  /** Whatever the conditions of the rules are, one more rule never shortens a time limit. */
  @Test
  void one_more_rule_takes_no_time_away() {
    for (int seed : SEEDS) {
      random = Whole.random(seed);
      List<Rule> rules = rules(5);
      Map<String, Terms> before = terms(new Policy(rules, List.of(), new TreeMap<>(), ""));
      rules.add(random.nextInt(rules.size() + 1), rule());
      Map<String, Terms> after = terms(new Policy(rules, List.of(), new TreeMap<>(), ""));
      before.forEach(
          (asked, terms) ->
              assertTrue(
                  time(after.getOrDefault(asked, terms)).compareTo(time(terms)) >= 0
                      && after.containsKey(asked),
                  () -> "seed " + seed + ": " + rules));
    }
  }

  @Test
  void the_order_of_rules_changes_no_terms() {
    for (int seed : SEEDS) {
      random = Whole.random(seed);
      List<Rule> rules = rules(6);
      Map<String, Terms> terms = terms(new Policy(rules, List.of(), new TreeMap<>(), ""));
      Collections.shuffle(rules, random);
      assertTrue(
          terms.equals(terms(new Policy(rules, List.of(), new TreeMap<>(), ""))),
          () -> "seed " + seed + ": " + rules);
    }
  }

  private static Duration time(Terms terms) {
    return terms.timeout().orElse(Duration.ofDays(1));
  }

  private static Map<String, Terms> terms(Policy policy) {
    Map<String, Terms> all = new TreeMap<>();
    forEachQuestion(
        (operator, kinds, tool, target, shared) -> {
          if (policy.ask(plainly(operator, kinds, tool)).decide(target, shared)
              instanceof Decision.Permitted permitted) {
            all.put(
                "%s %s %s %s %s".formatted(operator.user(), kinds, tool, target, shared),
                permitted.terms());
          }
        });
    return all;
  }

  @Test
  void an_exception_gives_no_permission() {
    for (int seed : SEEDS) {
      random = Whole.random(seed);
      List<Rule> wide = rules(4).stream().map(r -> with(r, List.of())).toList();
      List<Rule> narrow = wide.stream().map(r -> with(r, patterns(2))).toList();
      assertTrue(
          permissions(new Policy(wide, List.of(), new TreeMap<>(), ""))
              .containsAll(permissions(new Policy(narrow, List.of(), new TreeMap<>(), ""))),
          () -> "seed " + seed + ": " + narrow);
    }
  }

  @Test
  void what_is_permitted_somewhere_passes_the_first_question_and_is_seen() {
    for (int seed : SEEDS) {
      random = Whole.random(seed);
      Policy policy = new Policy(rules(5), List.of(), new TreeMap<>(), "");
      forEachQuestion(
          (operator, kinds, tool, target, shared) -> {
            if (policy.ask(plainly(operator, kinds, tool)).decide(target, shared)
                instanceof Decision.Permitted) {
              assertTrue(
                  policy.ask(plainly(operator, kinds, tool)).anywhere()
                      instanceof Decision.Permitted,
                  () -> "seed " + seed);
              assertTrue(policy.visibility(operator, NOON).maySee(target), () -> "seed " + seed);
              assertTrue(
                  policy.namespacesFor(operator, tool, NOON).containsAll(kinds),
                  () -> "seed " + seed);
            }
          });
    }
  }

  @Test
  void what_is_listed_for_a_container_is_what_is_permitted_there() {
    for (int seed : SEEDS) {
      random = Whole.random(seed);
      Policy policy = new Policy(rules(5), List.of(), new TreeMap<>(), "");
      forEachQuestion(
          (operator, kinds, tool, target, shared) -> {
            Question reasoned =
                new Question(
                    operator, kinds, tool, Optional.empty(), true, false, false, false, NOON);
            boolean listed =
                policy.grants(operator, target, NOON).stream()
                    .filter(grant -> grant.tool().equals(tool))
                    .filter(grant -> grant.namespaces().containsAll(kinds))
                    .anyMatch(grant -> shared.isEmpty() || grant.hostNamespaces());
            assertTrue(
                listed == policy.ask(reasoned).decide(target, shared) instanceof Decision.Permitted,
                () -> "seed " + seed);
          });
    }
  }

  /**
   * Otherwise the refusal for an existing container would differ from the answer for a missing one.
   */
  @Test
  void an_operator_told_of_an_absence_could_see_each_such_container() {
    int told = 0;
    List<Integer> seeds = Whole.seeds(2_000, 500);
    for (int seed : seeds) {
      random = Whole.random(seed);
      Policy policy = new Policy(rules(3), List.of(), new TreeMap<>(), "");
      for (Operator operator : OPERATORS) {
        for (String typed : TYPED) {
          TargetName name = TargetName.parse(typed);
          if (policy.visibility(operator, NOON).mayKnowAbout(name)) {
            told++;
            for (Target target : TARGETS) {
              if (mayMean(name, target)) {
                assertTrue(
                    policy.visibility(operator, NOON).maySee(target),
                    () -> typed + " is " + target + ", seed " + seed);
              }
            }
          }
        }
      }
    }
    assertTrue(told > seeds.size() / 2, "too few are told: " + told);
  }

  /**
   * Without the replicas of a service for a name without a scheme: they are found only if the
   * operator may see them, so that those that are not are like missing ones.
   */
  private static boolean mayMean(TargetName name, Target target) {
    if (name.scheme().equals(Optional.of(Replica.SCHEME))) {
      return Replica.of(target).filter(replica -> replica.isMeantBy(name)).isPresent();
    }
    boolean process = target.runtime().equals("pid");
    boolean asked = name.scheme().map(target.runtime()::equals).orElse(!process);
    boolean id = !process && target.id().startsWith(name.name());
    return asked && (id || target.name().equals(name.name()));
  }

  /** Asks a policy one question. */
  private interface Asking {
    void ask(
        Operator operator,
        Set<NamespaceKind> kinds,
        String tool,
        Target target,
        Set<NamespaceKind> shared);
  }

  private static void forEachQuestion(Asking question) {
    for (Operator operator : OPERATORS) {
      for (Set<NamespaceKind> kinds : SELECTIONS) {
        for (String tool : TOOLS) {
          for (Target target : TARGETS) {
            question.ask(operator, kinds, tool, target, Set.of());
            question.ask(operator, kinds, tool, target, kinds);
          }
        }
      }
    }
  }

  private static List<String> permissions(Policy policy) {
    return answers(policy).stream().filter(answer -> answer.endsWith("yes")).toList();
  }

  private static List<String> answers(Policy policy) {
    List<String> answers = new ArrayList<>();
    forEachQuestion(
        (operator, kinds, tool, target, shared) ->
            answers.add(
                "%s %s %s %s %s %s %s"
                    .formatted(
                        operator.user(),
                        kinds,
                        tool,
                        target,
                        shared.isEmpty(),
                        policy.visibility(operator, NOON).maySee(target),
                        policy.ask(plainly(operator, kinds, tool)).decide(target, shared)
                                instanceof Decision.Permitted
                            ? "yes"
                            : "no")));
    return answers;
  }

  private List<Rule> rules(int most) {
    List<Rule> rules = new ArrayList<>();
    for (int n = 1 + random.nextInt(most); n > 0; n--) {
      rules.add(rule());
    }
    return rules;
  }

  private Rule rule() {
    List<Principal> who =
        List.of(
            new Principal.NamedUser("ann"),
            new Principal.NamedGroup("g"),
            new Principal.NamedGroup("h"),
            new Principal.AnyOperator());
    return new Rule(
        "p.toml:" + random.nextInt(100),
        List.of(who.get(random.nextInt(who.size()))),
        patterns(3),
        random.nextBoolean() ? List.of() : patterns(2),
        random.nextBoolean()
            ? Set.of(NamespaceKind.NET)
            : EnumSet.of(NamespaceKind.NET, NamespaceKind.UTS),
        random.nextBoolean() ? Set.of("ss") : Set.of("ss", "ip"),
        Map.of(),
        random.nextBoolean(),
        random.nextBoolean(),
        random.nextInt(4) == 0 ? Optional.of(NOON) : Optional.empty(),
        List.of(),
        terms());
  }

  private Terms terms() {
    return new Terms(
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(Duration.ofMinutes(1 + random.nextInt(3))),
        random.nextBoolean() ? Optional.empty() : Optional.of(1 + random.nextInt(3)),
        List.of(RecordingMode.values()).get(random.nextInt(RecordingMode.values().length)),
        random.nextInt(4) == 0,
        random.nextBoolean());
  }

  private static Rule with(Rule rule, List<ContainerPattern> except) {
    return new Rule(
        rule.place(),
        rule.who(),
        rule.containers(),
        except,
        rule.namespaces(),
        rule.tools(),
        rule.narrowed(),
        rule.hostNamespaces(),
        rule.stopped(),
        rule.until(),
        rule.hours(),
        rule.terms());
  }

  private List<ContainerPattern> patterns(int most) {
    List<ContainerPattern> patterns = new ArrayList<>();
    for (int n = 1 + random.nextInt(most); n > 0; n--) {
      patterns.add(ContainerPattern.parse(PATTERNS.get(random.nextInt(PATTERNS.size()))));
    }
    return patterns;
  }

  private static List<Target> targets() {
    List<Target> targets = new ArrayList<>(List.of(Samples.process(17), Samples.process(1)));
    for (String runtime : List.of("docker", "podman")) {
      for (String name : List.of("ab", "ab-1", "ab-v", "zz", "17")) {
        targets.add(Samples.container(runtime, name, "x", Map.of()));
        targets.add(Samples.container(runtime, name, "", Map.of("team", "dns")));
        for (String service : List.of("ab", "zz")) {
          targets.add(Samples.container(runtime, name, "x", labels("s", service)));
          targets.add(Samples.container(runtime, name, "x", labels("t", service)));
        }
      }
    }
    return targets;
  }

  private static Map<String, String> labels(String project, String service) {
    String compose = "com.docker.compose.";
    return Map.of(
        compose + "project",
        project,
        compose + "service",
        service,
        compose + "container-number",
        "1");
  }
}
