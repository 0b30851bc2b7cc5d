package dev.dbg.administer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.authorize.Authorizer;
import dev.dbg.authorize.Circumstances;
import dev.dbg.authorize.Permission;
import dev.dbg.authorize.PermittedTools;
import dev.dbg.authorize.Rights;
import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.UsageMistake;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Refusal;
import dev.dbg.model.Samples;
import dev.dbg.model.TargetName;
import dev.dbg.policy.PolicyReader;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Shipped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A session, {@code dbg explain}, {@code dbg tools} and {@code dbgd test} make the same decisions.
 * The native test OneDecisionTest checks the same with a running dbgd and real containers.
 */
class OneDecisionUnitTest {
  private static final Catalogue CATALOGUE = Shipped.catalogue();
  private static final Grammar GRAMMAR = new Grammar();
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  private static final String RULE =
      """
      [[rule]]
      who = ["user:ana"]
      containers = ["web", "podman://una/pod*"]
      except = ["hidden"]
      namespaces = ["net", "mnt", "pid", "ipc", "uts", "user", "cgroup", "time"]
      tools = ["ss", "ps", "ls"]
      """;

  private static final String CONTAINERS =
      """
      [[container]]
      name = "web"
      shares = ["user", "time", "cgroup"]
      [[container]]
      name = "hidden"
      [[container]]
      name = "pod"
      owner = "una"
      [[container]]
      name = "pod-foreign"
      owner = "una"
      foreign = ["net"]
      """;

  /** A policy, and the containers and operators of a test file. */
  private record Scene(Rights rights, TestContainers containers) {
    static Scene of(String policy, String containers) throws TomlMistake {
      return new Scene(
          new Rights(
              new PolicyReader(CATALOGUE).read(new TreeMap<>(Map.of("p.toml", policy))), CATALOGUE),
          new TestContainers(PolicyTestFile.parse("t.toml", containers).containers()));
    }

    Authorizer<TestContainers.Container> authorizer(Operator operator) {
      return new Authorizer<>(rights, containers, TestContainers.HOST, operator);
    }
  }

  /** A line that an operator types. */
  private record Typed(Operator operator, String words) {
    Invocation.Line line() {
      try {
        return ((Invocation.Exec) GRAMMAR.parse(List.of(words.split(" ", -1)))).line();
      } catch (UsageMistake e) {
        throw new IllegalArgumentException(words, e);
      }
    }
  }

  /**
   * A decision.
   *
   * @param kinds the namespaces that would be joined; empty for a refusal
   * @param because the place of the rule, or the message of the refusal
   */
  private record Answer(boolean permitted, Set<NamespaceKind> kinds, String because) {}

  private static Answer answer(Authorizer<?> authorizer, Typed typed) {
    try (Permission<?> permission =
        authorizer.permission(typed.line(), new Circumstances(false, false, NOW))) {
      return new Answer(true, permission.namespaces().keySet(), permission.rule());
    } catch (Refusal refusal) {
      return new Answer(false, Set.of(), refusal.message());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "permitted~web all -- ps",
        "refused~web user,pid -- ps",
        "permitted~web pid -- ps",
        "refused~pod mnt -- ls",
        "permitted~pod mnt,user -- ls",
        "permitted~pod net -- ss",
        "refused~pod-foreign net -- ss",
        "permitted~pod-foreign mnt,user -- ls",
      })
  void shared_and_foreign_namespaces_are_refused_where_they_matter(String expected, String words)
      throws TomlMistake {
    Scene scene = Scene.of(RULE, CONTAINERS);
    Typed typed = new Typed(Samples.operator("ana"), words);
    Answer answer = answer(scene.authorizer(typed.operator), typed);
    assertEquals(expected, answer.permitted ? "permitted" : "refused", answer::because);
    agrees(scene, List.of(typed));
  }

  @Test
  void a_hidden_container_and_a_missing_one_get_the_same_words() throws Exception {
    Scene scene = Scene.of(RULE, CONTAINERS);
    Authorizer<TestContainers.Container> authorizer = scene.authorizer(Samples.operator("ana"));
    Answer hidden = answer(authorizer, new Typed(Samples.operator("ana"), "hidden net -- ss"));
    Answer missing = answer(authorizer, new Typed(Samples.operator("ana"), "gone net -- ss"));
    assertEquals(missing.because, hidden.because.replace("hidden", "gone"));
    assertTrue(!hidden.permitted && !missing.permitted, hidden::because);
    assertEquals(
        tools(authorizer, "gone").refusal,
        tools(authorizer, "hidden").refusal.replace("hidden", "gone"));
  }

  /** The answer of {@code dbg tools}: the message of a refusal, or the permitted uses. */
  private record Listed(String refusal, List<PermittedTools.Use> uses) {}

  private static Listed tools(Authorizer<?> authorizer, String name) {
    try {
      return new Listed("", authorizer.tools(TargetName.parse(name), NOW).uses());
    } catch (Refusal refusal) {
      return new Listed(refusal.message(), List.of());
    }
  }

  @Test
  void thousands_of_questions_get_one_answer_each() throws Exception {
    Random random = new Random(10);
    int permitted = 0;
    int asked = 0;
    for (int policy = 0; policy < 40; policy++) {
      Scene scene = Scene.of(policy(random), containers(random));
      List<Typed> questions = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        questions.add(question(random));
      }
      permitted += agrees(scene, questions);
      asked += questions.size();
    }
    assertTrue(permitted > asked / 20 && permitted < asked / 2, permitted + " permitted");
  }

  /** Asks everything that makes decisions, and returns how many of the questions are permitted. */
  private static int agrees(Scene scene, List<Typed> questions) {
    List<PolicyTestFile.Expectation> expected = new ArrayList<>();
    int permitted = 0;
    for (Typed typed : questions) {
      Authorizer<TestContainers.Container> authorizer = scene.authorizer(typed.operator);
      Answer answer = answer(authorizer, typed);
      assertEquals(answer, answer(authorizer.tellingAll(), typed), typed.words);
      listed(authorizer, typed, answer);
      permitted += answer.permitted ? 1 : 0;
      expected.add(
          new PolicyTestFile.Expectation(
              typed.words,
              answer.permitted,
              typed.operator,
              List.of(typed.words.split(" ", -1)),
              NOW,
              answer.because));
    }
    DaemonVerb.Result result =
        PolicyTest.run(
            new PolicyTestFile(Optional.empty(), scene.containers.all(), expected),
            CATALOGUE,
            scene.rights.policy());
    assertEquals(0, result.status(), result::complaints);
    return permitted;
  }

  /** Checks that the list of tools contains exactly what is permitted. */
  private static void listed(Authorizer<?> authorizer, Typed typed, Answer answer) {
    Invocation.Line line = typed.line();
    List<PermittedTools.Use> uses = tools(authorizer, line.target().toString()).uses;
    Set<NamespaceKind> kinds = EnumSet.noneOf(NamespaceKind.class);
    for (PermittedTools.Use use : uses) {
      if (use.tool().name().equals(line.tool())) {
        kinds.addAll(use.kinds());
      }
      Typed listed =
          new Typed(
              typed.operator,
              "%s %s -- %s"
                  .formatted(
                      line.target(), NamespaceKind.words(use.kinds()), typed(use.tool().name())));
      Answer other = answer(authorizer, listed);
      assertTrue(other.permitted, () -> listed + " is on the list, but: " + other.because);
    }
    assertTrue(
        kinds.containsAll(answer.kinds),
        () -> "%s joins %s, but the list has %s".formatted(typed, answer.kinds, kinds));
  }

  private static final List<String> TOOLS = List.of("ss -tln", "ps", "hostname", "ls /");

  private static String typed(String tool) {
    return TOOLS.stream().filter(line -> line.startsWith(tool)).findFirst().orElseThrow();
  }

  private static final List<String> NAMES = List.of("a1", "a2", "b1", "b2", "hidden");
  private static final List<String> WHO = List.of("user:ana", "user:bob", "group:ops", "*");
  private static final List<String> PATTERNS =
      List.of("a*", "b*", "a1", "*", "podman://una/*", "podman://una/b*", "docker://*");

  private static String policy(Random random) {
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      rules.append(
          """
          [[rule]]
          who = %s
          containers = %s
          except = %s
          namespaces = %s
          tools = %s
          host-namespaces = %s
          """
              .formatted(
                  some(random, WHO),
                  some(random, PATTERNS),
                  random.nextBoolean() ? "[\"hidden\"]" : "[]",
                  random.nextInt(4) == 0 ? some(random, KINDS) : quoted(KINDS),
                  some(random, List.of("ss", "ps", "hostname", "ls")),
                  random.nextInt(4) == 0));
    }
    return rules.toString();
  }

  private static String containers(Random random) {
    StringBuilder containers = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      containers.append("[[container]]\nname = \"%s\"\n".formatted(one(random, NAMES)));
      if (random.nextBoolean()) {
        containers.append("shares = %s\n".formatted(some(random, KINDS)));
      }
      if (random.nextBoolean()) {
        containers.append("owner = \"una\"\n");
        if (random.nextBoolean()) {
          containers.append("foreign = %s\n".formatted(some(random, KINDS)));
        }
      }
    }
    return containers.toString();
  }

  private static Typed question(Random random) {
    Operator operator =
        random.nextBoolean() ? Samples.operator("ana", "ops") : Samples.operator("bob");
    String name =
        (random.nextInt(5) == 0 ? "podman://una/" : "")
            + (random.nextInt(10) == 0 ? "gone" : one(random, NAMES));
    List<String> kinds = new ArrayList<>(KINDS);
    kinds.removeIf(kind -> random.nextBoolean());
    String selection = kinds.isEmpty() || random.nextInt(4) == 0 ? "all" : String.join(",", kinds);
    return new Typed(operator, "%s %s -- %s".formatted(name, selection, one(random, TOOLS)));
  }

  private static final List<String> KINDS =
      EnumSet.allOf(NamespaceKind.class).stream().map(NamespaceKind::word).toList();

  private static String one(Random random, List<String> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** Returns some of the words, at least one, as a TOML array. */
  private static String some(Random random, List<String> all) {
    List<String> some = new ArrayList<>(all);
    some.removeIf(word -> random.nextBoolean());
    return quoted(some.isEmpty() ? List.of(one(random, all)) : some);
  }

  private static String quoted(List<String> words) {
    return words.stream().map(word -> '"' + word + '"').collect(Collectors.joining(", ", "[", "]"));
  }
}
