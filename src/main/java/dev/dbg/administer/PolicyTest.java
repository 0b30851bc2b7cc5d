package dev.dbg.administer;

import dev.dbg.authorize.Authorizer;
import dev.dbg.authorize.Circumstances;
import dev.dbg.authorize.Permission;
import dev.dbg.authorize.Rights;
import dev.dbg.config.RightsLoader;
import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.UsageMistake;
import dev.dbg.model.Refusal;
import dev.dbg.policy.Policy;
import dev.dbg.policy.PolicyReader;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code dbgd test FILE}: whether a policy permits and refuses what its administrator expects. What
 * decides is what decides about a session; the containers are those of the file.
 */
final class PolicyTest {
  private final RightsLoader installed;
  private final Grammar grammar = new Grammar();

  PolicyTest(RightsLoader installed) {
    this.installed = installed;
  }

  /** Whether all is as the file expects it. */
  CheckResult of(Path path) throws IOException, TomlMistake {
    PolicyTestFile file = PolicyTestFile.parse(path.toString(), Files.readString(path));
    Catalogue catalogue = installed.catalogue();
    Path beside = Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(Path.of("/"));
    Policy policy =
        file.policy().isPresent()
            ? new PolicyReader(catalogue)
                .read(CheckCommand.texts(beside.resolve(file.policy().get())))
            : installed.load().policy();
    return run(file, catalogue, policy);
  }

  CheckResult run(PolicyTestFile file, Catalogue catalogue, Policy policy) {
    int wrong = 0;
    StringBuilder complaints = new StringBuilder();
    Rights rights = new Rights(policy, catalogue);
    TestContainers containers = new TestContainers(file.containers());
    for (PolicyTestFile.Expectation expected : file.expectations()) {
      String answer = answer(rights, containers, expected);
      boolean permitted = answer.startsWith(PERMITTED);
      if (permitted != expected.permit() || !answer.contains(expected.because())) {
        wrong++;
        complaints.append(
            "%s: %s: %s%s, but: %s%n"
                .formatted(
                    expected.place(),
                    String.join(" ", expected.words()),
                    expected.permit() ? "permitted" : "refused",
                    expected.because().isEmpty() ? "" : " because of '" + expected.because() + "'",
                    answer));
      }
    }
    String summary = "%d as expected, %d not".formatted(file.expectations().size() - wrong, wrong);
    return wrong == 0
        ? CheckResult.well(summary)
        : CheckResult.wrong(summary + "\n", complaints.toString());
  }

  private static final String PERMITTED = "permitted by ";

  /** {@code permitted by RULE}, or why not. */
  private String answer(
      Rights rights, TestContainers containers, PolicyTestFile.Expectation expected) {
    try {
      if (!(grammar.parse(expected.words()) instanceof Invocation.Exec exec)) {
        return "it runs no tool";
      }
      return answer(rights, containers, expected, exec);
    } catch (UsageMistake e) {
      return e.message();
    }
  }

  private static String answer(
      Rights rights,
      TestContainers containers,
      PolicyTestFile.Expectation expected,
      Invocation.Exec exec) {
    Authorizer<TestContainers.Container> authorizer =
        new Authorizer<>(rights, containers, TestContainers.HOST, expected.operator());
    Circumstances circumstances =
        new Circumstances(exec.reason().isPresent(), exec.record(), expected.at());
    try (Permission<?> permission = authorizer.permission(exec.line(), circumstances)) {
      return PERMITTED + permission.rule();
    } catch (Refusal refusal) {
      return containers.has(exec.line().target())
          ? refusal.message()
          : "%s (the file has no container '%s')"
              .formatted(refusal.message(), exec.line().target());
    }
  }
}
