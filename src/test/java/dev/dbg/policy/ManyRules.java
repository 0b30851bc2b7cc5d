package dev.dbg.policy;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Samples;
import dev.dbg.policy.rule.Question;
import dev.dbg.toml.TomlMistake;
import java.util.Set;

/**
 * As many rules as an organisation's tool may generate. Each rule gives one team access to the
 * containers of one application, and every 500th rule is for the same team.
 */
public final class ManyRules {
  public static final int TEAMS = 500;

  private static final Set<String> TOOLS = Set.of("ss", "ip", "cat", "ping");
  private static final int LINES_OF_A_RULE = 6;

  private ManyRules() {}

  public static Policy policy(int count) throws TomlMistake {
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < count; i++) {
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
    return Asked.policy(TOOLS, rules.toString());
  }

  /** Returns the place of the rule for containers {@code app-NUMBER-*}. */
  static String place(int number) {
    return "p.toml:" + (number * LINES_OF_A_RULE + 1);
  }

  /** Asks whether a member of these groups may run ss in a container's network. */
  public static Question question(String... groups) {
    Operator operator = Samples.operator("ann", groups);
    return Asked.plainly(operator, Set.of(NamespaceKind.NET), "ss");
  }
}
