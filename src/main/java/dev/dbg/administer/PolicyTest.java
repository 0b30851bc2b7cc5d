package dev.dbg.administer;

import dev.dbg.authorize.Authorizer;
import dev.dbg.authorize.Circumstances;
import dev.dbg.authorize.Permission;
import dev.dbg.authorize.Rights;
import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.UsageMistake;
import dev.dbg.model.Refusal;
import dev.dbg.model.TargetName;
import dev.dbg.policy.Policy;
import dev.dbg.tools.Catalogue;
import java.util.List;

/**
 * Compares a test file's expectations with the decisions of {@link Authorizer}, which also decides
 * about sessions. The containers are those of the file.
 */
record PolicyTest(Rights rights, TestContainers containers) {
  private static final String PERMITTED = "permitted by ";
  private static final String PROVES_NOTHING =
      ": a target that the file does not define is always refused: correct the name, or write because";
  private static final Grammar GRAMMAR = new Grammar();

  static DaemonVerb.Result run(PolicyTestFile file, Catalogue catalogue, Policy policy) {
    int wrong = 0;
    StringBuilder complaints = new StringBuilder();
    PolicyTest test =
        new PolicyTest(new Rights(policy, catalogue), new TestContainers(file.containers()));
    for (PolicyTestFile.Expectation expected : file.expectations()) {
      String answer = test.answer(expected);
      boolean permitted = answer.startsWith(PERMITTED);
      boolean proves =
          expected.permit() || !expected.because().isEmpty() || test.isOfFile(expected.words());
      if (permitted != expected.permit() || !answer.contains(expected.because()) || !proves) {
        wrong++;
        complaints.append(
            "%s: %s: %s%s, but: %s%n"
                .formatted(
                    expected.place(),
                    String.join(" ", expected.words()),
                    expected.permit() ? "permitted" : "refused",
                    expected.because().isEmpty() ? "" : " because of '" + expected.because() + "'",
                    answer + (proves ? "" : PROVES_NOTHING)));
      }
    }
    String summary = "%d as expected, %d not".formatted(file.expectations().size() - wrong, wrong);
    return wrong == 0
        ? DaemonVerb.Result.well(summary)
        : DaemonVerb.Result.wrong(summary + "\n", complaints.toString());
  }

  /**
   * Returns true for a tool in a container of the file. Other commands are refused, though dbgd
   * might find their container by a service's name or an id.
   */
  private boolean isOfFile(List<String> words) {
    try {
      return GRAMMAR.parse(words) instanceof Invocation.Exec exec
          && containers.has(exec.line().target());
    } catch (UsageMistake e) {
      return false;
    }
  }

  /** Returns {@code permitted by RULE}, or the reason of the refusal. */
  private String answer(PolicyTestFile.Expectation expected) {
    try {
      if (!(GRAMMAR.parse(expected.words()) instanceof Invocation.Exec exec)) {
        return "these words run no tool";
      }
      Authorizer<TestContainers.Container> authorizer =
          new Authorizer<>(rights, containers, TestContainers.HOST, expected.operator());
      Circumstances circumstances = Circumstances.of(exec, expected.at());
      try (Permission<?> permission = authorizer.permission(exec.line(), circumstances)) {
        return PERMITTED + permission.rule();
      } catch (Refusal refusal) {
        TargetName target = exec.line().target();
        String more = containers.has(target) ? "" : " (the file has no container '%s')";
        return refusal.message() + more.formatted(target);
      }
    } catch (UsageMistake e) {
      return e.message();
    }
  }
}
