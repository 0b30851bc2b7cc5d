package dev.dbg.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Samples;
import dev.dbg.model.Target;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Thousands of rules, as an organisation's tool may write them. */
class ManyRulesTest {
  private static final int RULES = 10_000;
  private static final int TEAMS = 500;
  private static final Duration MOST = Duration.ofNanos(100_000);
  private static final Set<String> TOOLS = Set.of("ss", "ip", "cat", "ping");

  private static Policy policy;

  @BeforeAll
  static void read() throws Exception {
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < RULES; i++) {
      rules.append(
          """
          [[rule]]
          who = ["group:team-%d"]
          containers = ["app-%d-*", "label:team=t%d"]
          except = ["*-vault-*"]
          namespaces = ["net"]
          tools = ["%s"]
          """
              .formatted(i % TEAMS, i, i, i % 2 == 0 ? "ss" : "ip"));
    }
    policy = Asked.policy(TOOLS, rules.toString());
  }

  @Test
  void among_ten_thousand_rules_the_right_one_is_found() {
    Operator operator = Samples.operator("ann", "team-42", "staff");
    Question question = Asked.plainly(operator, Set.of(NamespaceKind.NET), "ss");
    assertEquals(RULES, policy.ruleCount());
    assertEquals(
        new Verdict.Permitted("p.toml:" + (9_042 * 6 + 1), Terms.NONE, Bounds.NONE),
        policy.decide(question, Samples.container("app-9042-1"), Set.of()));
    assertTrue(
        policy.decide(question, Samples.container("app-9043-1"), Set.of())
            instanceof Verdict.Denied);
  }

  /** The median, so that a machine that is busy with something else does not fail it. */
  @Test
  void a_decision_takes_at_most_100_microseconds() {
    Operator operator = Samples.operator("ann", "team-42", "team-43", "team-44", "staff");
    Question question = Asked.plainly(operator, Set.of(NamespaceKind.NET), "ss");
    Target target = Samples.container("nowhere");
    long[] took = new long[20_001];
    for (int i = 0; i < took.length; i++) {
      long start = System.nanoTime();
      Verdict first = policy.decideAnywhere(question);
      Verdict second = policy.decide(question, target, Set.of());
      took[i] = System.nanoTime() - start;
      assertTrue(first instanceof Verdict.Permitted && second instanceof Verdict.Denied);
    }
    Arrays.sort(took);
    long median = took[took.length / 2];
    assertTrue(median <= MOST.toNanos(), "the median is " + median + " ns");
  }
}
