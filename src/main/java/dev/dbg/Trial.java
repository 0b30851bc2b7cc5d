package dev.dbg;

import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.UsageMistake;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.RunAs;
import dev.dbg.model.Target;
import dev.dbg.policy.Policy;
import dev.dbg.policy.PolicyReader;
import dev.dbg.policy.Question;
import dev.dbg.policy.Verdict;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.ArgumentMistake;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code dbgd test FILE}: whether a policy permits and refuses what its administrator expects. The
 * same grammar, catalogue and policy decide as in a session; containers are those of the file.
 */
final class Trial {
  private final RightsLoader installed;
  private final Grammar grammar = new Grammar();

  Trial(RightsLoader installed) {
    this.installed = installed;
  }

  /** Whether all is as the file expects it. */
  Findings of(Path path) throws IOException, TomlMistake {
    TrialFile file = TrialFile.parse(path.toString(), Files.readString(path));
    Catalogue catalogue = installed.catalogue();
    Path beside = Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(Path.of("/"));
    Policy policy =
        file.policy().isPresent()
            ? new PolicyReader(catalogue).read(Check.texts(beside.resolve(file.policy().get())))
            : installed.load().policy();
    return run(file, catalogue, policy);
  }

  Findings run(TrialFile file, Catalogue catalogue, Policy policy) {
    int wrong = 0;
    StringBuilder complaints = new StringBuilder();
    for (TrialFile.Expectation expected : file.expectations()) {
      String answer = answer(policy, catalogue, expected);
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
        ? Findings.well(summary)
        : Findings.wrong(summary + "\n", complaints.toString());
  }

  private static final String PERMITTED = "permitted by ";

  /** {@code permitted by RULE}, or why not. */
  private String answer(Policy policy, Catalogue catalogue, TrialFile.Expectation expected) {
    try {
      Invocation.Exec exec =
          grammar.parse(expected.words()) instanceof Invocation.Exec e ? e : null;
      if (exec == null) {
        return "it runs no tool";
      }
      Invocation.Line line = exec.line();
      Question question =
          new Question(
              expected.operator(),
              line.namespaces(),
              line.tool(),
              Optional.empty(),
              exec.reason().isPresent(),
              !line.runAs().equals(RunAs.ROOT),
              exec.record(),
              expected.at());
      if (policy.decideAnywhere(question) instanceof Verdict.Denied denied) {
        return denied.why();
      }
      Tool tool = catalogue.tool(line.tool()).orElseThrow();
      if (!line.namespaces().containsAll(tool.requires())) {
        return "without %s, %s would show the host's"
            .formatted(NamespaceKind.words(tool.requires()), tool.name());
      }
      if (line.namespaces().stream().anyMatch(tool.excludes()::contains)) {
        return "with %s, %s does not work"
            .formatted(NamespaceKind.words(tool.excludes()), tool.name());
      }
      Question whole = question.with(tool.arguments().read(line.arguments()));
      if (policy.decideAnywhere(whole) instanceof Verdict.Denied denied) {
        return denied.why();
      }
      Optional<TrialFile.Container> container = expected.container(line.target());
      Target target = container.map(TrialFile.Container::target).orElse(null);
      if (target == null) {
        return "the file has no container '%s'".formatted(line.target());
      }
      return switch (policy.decide(
          whole, target, container.orElseThrow().shared(line.namespaces()))) {
        case Verdict.Permitted permitted -> PERMITTED + permitted.rule();
        case Verdict.Denied denied -> denied.why();
      };
    } catch (UsageMistake e) {
      return e.message();
    } catch (ArgumentMistake e) {
      return e.message();
    }
  }
}
