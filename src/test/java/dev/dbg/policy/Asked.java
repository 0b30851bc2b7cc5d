package dev.dbg.policy;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.policy.rule.Question;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Tool;
import dev.dbg.tools.ToolFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Sample questions and catalogues for tests of policies. */
public final class Asked {
  /** 2026-11-25 is a Wednesday. */
  public static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

  /** Permits nothing. */
  public static final Policy NOTHING = new Policy(List.of(), List.of(), new TreeMap<>(), "");

  private Asked() {}

  /** Returns a question without arguments, at noon. */
  static Question plainly(Operator operator, Set<NamespaceKind> kinds, String tool) {
    return new Question(operator, kinds, tool, Optional.empty(), false, false, false, false, NOON);
  }

  /** Returns tools with these names that accept {@code -v}, {@code -n <int>} and any words. */
  static Catalogue catalogue(Collection<String> names) {
    List<Tool> tools = new ArrayList<>();
    try {
      for (String name : names) {
        tools.add(
            ToolFile.parse(
                name,
                """
                name = "%s"
                summary = "s"
                why = "w"
                flags = ["-v --verbose"]
                options = ["-n --number <int>"]
                operands = ["", "<text>..."]
                """
                    .formatted(name)));
      }
    } catch (TomlMistake e) {
      throw new IllegalStateException(e);
    }
    return Catalogue.of(tools);
  }

  public static Policy policy(Collection<String> tools, String rules) throws TomlMistake {
    return new PolicyReader(catalogue(tools)).read(new TreeMap<>(Map.of("p.toml", rules)));
  }
}
