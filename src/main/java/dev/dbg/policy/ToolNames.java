package dev.dbg.policy;

import dev.dbg.policy.rule.ArgumentConstraint;
import dev.dbg.toml.DidYouMean;
import dev.dbg.toml.Mistakes;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Tool;
import dev.dbg.tools.argument.ArgumentGrammar;
import dev.dbg.tools.value.ValuePatterns;
import dev.dbg.tools.value.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads the tools of a policy: names, groups, and constraints on arguments. */
final class ToolNames {
  private static final String GROUP = "@";
  private static final String ANY = "*";

  private final Catalogue catalogue;
  private final Set<String> known = new TreeSet<>();
  private final Map<String, Set<String>> groups = new TreeMap<>();
  private final SortedMap<String, List<String>> shippedInUse = new TreeMap<>();

  ToolNames(Catalogue catalogue) {
    this.catalogue = catalogue;
    known.addAll(catalogue.names());
  }

  /**
   * Reads the groups of one file; a group may be defined only once in all files. It replaces a
   * shipped group of the same name.
   */
  void readGroups(TomlTable table) throws TomlMistake {
    for (String name : table.keys()) {
      if (groups.containsKey(name)) {
        throw table.mistake(name, "the group of tools '%s' is defined twice".formatted(name));
      }
      Set<String> tools = new HashSet<>();
      for (String tool : table.requiredStrings(name)) {
        requireTool(table, name, tool);
        tools.add(tool);
      }
      groups.put(name, tools);
    }
  }

  /** Reads names of tools, and names of groups preceded by {@code @}. */
  Set<String> tools(TomlTable table, String key, List<String> names) throws TomlMistake {
    Mistakes mistakes = new Mistakes();
    Set<String> tools = new HashSet<>();
    for (String name : names) {
      mistakes.of(() -> named(table, key, name)).ifPresent(tools::addAll);
    }
    mistakes.rejectAny();
    return tools;
  }

  /** Whether all of them read what dbgd tells, for which nothing is entered. */
  boolean areTold(Set<String> tools) {
    return tools.stream().allMatch(name -> catalogue.tool(name).filter(Tool::isTold).isPresent());
  }

  private Set<String> named(TomlTable table, String key, String name) throws TomlMistake {
    if (name.startsWith(GROUP)) {
      return group(table, key, name.substring(1));
    }
    if (name.equals(ANY)) {
      throw table.mistake(
          key,
          "'*' is not a tool: it would permit tools that nobody has read about: name them, or a group%s"
              .formatted(groupsThatThereAre()));
    }
    requireTool(table, key, name);
    return Set.of(name);
  }

  private Set<String> group(TomlTable table, String key, String name) throws TomlMistake {
    Set<String> own = groups.get(name);
    if (own != null) {
      return own;
    }
    List<String> shipped = catalogue.groups().tools().get(name);
    if (shipped == null) {
      throw table.mistake(
          key,
          "unknown group of tools '@%s'%s"
              .formatted(
                  name,
                  DidYouMean.to(name, allGroups())
                      .map(": did you mean '@%s'?"::formatted)
                      .orElse(": [tool-groups] defines them" + groupsThatThereAre())));
    }
    for (String tool : shipped) {
      requireTool(table, key, tool);
    }
    shippedInUse.put(name, shipped);
    return Set.copyOf(shipped);
  }

  private Set<String> allGroups() {
    Set<String> all = new TreeSet<>(groups.keySet());
    all.addAll(catalogue.groups().tools().keySet());
    return all;
  }

  private String groupsThatThereAre() {
    Set<String> all = allGroups();
    return all.isEmpty()
        ? ""
        : all.stream().map(GROUP::concat).collect(Collectors.joining(", ", "; there are ", ""));
  }

  /** The shipped groups that rules have named, and their tools. */
  SortedMap<String, List<String>> shippedInUse() {
    return shippedInUse;
  }

  private void requireTool(TomlTable table, String key, String name) throws TomlMistake {
    if (!known.contains(name)) {
      throw table.mistake(
          key,
          "no tool '%s' in the catalogue%s"
              .formatted(name, DidYouMean.question(name, known, ": dbg tools lists it")));
    }
  }

  /** {@code [rule.arguments.TOOL]}: the arguments that a rule restricts. */
  Map<String, ArgumentConstraint> narrowed(TomlTable table, Set<String> tools) throws TomlMistake {
    Mistakes mistakes = new Mistakes();
    Map<String, ArgumentConstraint> narrowed = new HashMap<>();
    for (String name : table.keys()) {
      mistakes
          .of(() -> narrowing(table, tools, name))
          .ifPresent(narrowing -> narrowed.put(name, narrowing));
    }
    mistakes.rejectAny();
    return narrowed;
  }

  private ArgumentConstraint narrowing(TomlTable table, Set<String> tools, String name)
      throws TomlMistake {
    Optional<Tool> tool = catalogue.tool(name);
    if (tool.isEmpty() || !tools.contains(name)) {
      throw table.mistake(
          name,
          "the rule has no tool '%s'%s".formatted(name, DidYouMean.question(name, tools, "")));
    }
    TomlTable inner = table.table(name);
    ArgumentConstraint narrowing = narrowing(inner, tool.get());
    inner.rejectUnknown();
    return narrowing;
  }

  private static ArgumentConstraint narrowing(TomlTable table, Tool tool) throws TomlMistake {
    ArgumentGrammar grammar = tool.arguments();
    Optional<Map<String, ArgumentConstraint.Values>> options = Optional.empty();
    if (table.has("options")) {
      options = Optional.of(options(table, grammar));
    }
    Optional<ValuePatterns> operands = Optional.empty();
    if (table.has("operands")) {
      operands =
          Optional.of(
              patterns(
                  table,
                  "operands",
                  table.strings("operands"),
                  grammar.operandTypes(),
                  grammar.elsewhereTypes()));
    }
    return new ArgumentConstraint(options, operands);
  }

  /** {@code "-n"}, or {@code "-c 1*"} with a pattern for the value. */
  private static Map<String, ArgumentConstraint.Values> options(
      TomlTable table, ArgumentGrammar grammar) throws TomlMistake {
    Set<String> spellings = grammar.spellings();
    Set<String> bare = new HashSet<>();
    Map<String, List<String>> values = new HashMap<>();
    for (String text : table.strings("options")) {
      int blank = text.indexOf(' ');
      String spelling = blank < 0 ? text : text.substring(0, blank);
      if (!spellings.contains(spelling)) {
        throw table.mistake(
            "options",
            "the tool is never given '%s'%s"
                .formatted(
                    spelling,
                    DidYouMean.question(
                        spelling, spellings, ": write the first spelling in its entry")));
      }
      List<String> of = values.computeIfAbsent(spelling, s -> new ArrayList<>());
      if (blank < 0) {
        bare.add(spelling);
      } else {
        of.add(text.substring(blank + 1));
      }
    }
    Map<String, ArgumentConstraint.Values> options = new HashMap<>();
    for (Map.Entry<String, List<String>> option : values.entrySet()) {
      String spelling = option.getKey();
      ValuePatterns patterns =
          patterns(table, "options", option.getValue(), grammar.valueTypes(spelling), Set.of());
      options.put(spelling, new ArgumentConstraint.Values(bare.contains(spelling), patterns));
    }
    return options;
  }

  private static ValuePatterns patterns(
      TomlTable table, String key, List<String> texts, Set<ValueType> types, Set<ValueType> further)
      throws TomlMistake {
    return table.converted(key, () -> ValuePatterns.of(texts, types, further));
  }
}
