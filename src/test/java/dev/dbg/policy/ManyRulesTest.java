package dev.dbg.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Samples;
import dev.dbg.model.Target;
import dev.dbg.policy.rule.Bounds;
import dev.dbg.policy.rule.Decision;
import dev.dbg.policy.rule.Question;
import dev.dbg.policy.rule.Terms;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Thousands of rules, as an organisation's tool may generate them. */
public class ManyRulesTest {
  private static final int RULES = 10_000;
  private static final Duration MOST = Duration.ofNanos(100_000);

  private static Policy policy;

  @BeforeAll
  static void read() throws Exception {
    policy = ManyRules.policy(RULES);
  }

  @Test
  void among_ten_thousand_rules_the_right_one_is_found() {
    Question question = ManyRules.question("team-42", "staff");
    assertEquals(RULES, policy.ruleCount());
    assertEquals(
        new Decision.Permitted(ManyRules.place(9_042), Terms.NONE, Bounds.NONE),
        policy.ask(question).decide(Samples.container("app-9042-1"), Set.of()));
    assertTrue(
        policy.ask(question).decide(Samples.container("app-9043-1"), Set.of())
            instanceof Decision.Denied);
  }

  /** Of a processor, and the median: other load on the machine does not make it fail. */
  @Test
  void a_decision_takes_at_most_100_microseconds() {
    Question question = ManyRules.question("team-42", "team-43", "team-44", "staff");
    Target target = Samples.container("nowhere");
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    long[] took = new long[21];
    for (int round = 0; round < took.length; round++) {
      long start = thread.getCurrentThreadCpuTime();
      for (int i = 0; i < 1_000; i++) {
        Decision first = policy.ask(question).anywhere();
        Decision second = policy.ask(question).decide(target, Set.of());
        assertTrue(first instanceof Decision.Permitted && second instanceof Decision.Denied);
      }
      took[round] = (thread.getCurrentThreadCpuTime() - start) / 1_000;
    }
    Arrays.sort(took);
    long median = took[took.length / 2];
    assertTrue(median > 0 && median <= MOST.toNanos(), "the median is " + median + " ns");
  }
}
