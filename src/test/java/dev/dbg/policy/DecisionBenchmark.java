package dev.dbg.policy;

import dev.dbg.model.Samples;
import dev.dbg.model.Target;
import dev.dbg.policy.rule.Decision;
import dev.dbg.policy.rule.Question;
import dev.dbg.toml.TomlMistake;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The time that the policy takes for one session: for its question before a container is looked up,
 * and for its question about the container. {@code native-tests/bench-policy} runs this with the
 * JVM options of dbgd; {@link ManyRulesTest} checks the time limit in every build.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecisionBenchmark {
  /** The number of rules. */
  @Param({"1", "100", "10000"})
  public int rules;

  private Policy policy = Asked.NOTHING;
  private final Question question = ManyRules.question("team-0", "team-1", "team-2", "staff");
  private Target permitted = Samples.container("app-0-1");
  private final Target refused = Samples.container("nowhere");

  /** Reads the rules. The last rule of the operator's team is the one that permits. */
  @Setup(Level.Trial)
  public void read() throws TomlMistake {
    policy = ManyRules.policy(rules);
    int last = (rules - 1) / ManyRules.TEAMS * ManyRules.TEAMS;
    permitted = Samples.container("app-%d-1".formatted(last));
    mustBe(permitted, Decision.Permitted.class);
    mustBe(refused, Decision.Denied.class);
  }

  /** The time of a wrong answer would be meaningless. */
  private void mustBe(Target target, Class<? extends Decision> wanted) {
    Decision verdict = policy.ask(question).decide(target, Set.of());
    if (!wanted.isInstance(verdict)) {
      throw new IllegalStateException("%s: %s".formatted(target.name(), verdict));
    }
  }

  /** A rule permits the question. */
  @Benchmark
  public void permitted(Blackhole answers) {
    answers.consume(policy.ask(question).anywhere());
    answers.consume(policy.ask(question).decide(permitted, Set.of()));
  }

  /** No rule reaches the container. */
  @Benchmark
  public void refused(Blackhole answers) {
    answers.consume(policy.ask(question).anywhere());
    answers.consume(policy.ask(question).decide(refused, Set.of()));
  }
}
