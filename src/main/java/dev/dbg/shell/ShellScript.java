package dev.dbg.shell;

import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.WantedNamespaces;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.RunAs;
import dev.dbg.session.ShellId;
import dev.dbg.tools.Tool;
import dev.dbg.tools.value.ValueType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The variables that {@code shell.bash} expects before it, as text that bash reads. Every value is
 * quoted, so none is ever read as a command. A pure function.
 *
 * @param id the new shell's number
 * @param asked the command line
 * @param tools the tools that the operator may run in the container
 * @param namespaces what the prompt shows
 * @param wantsReason whether a rule asks for a reason that was not given
 */
record ShellScript(
    ShellId id,
    Invocation.Shell asked,
    Collection<Tool> tools,
    Set<NamespaceKind> namespaces,
    boolean wantsReason) {
  /** Operands that are no path although they may look like one. */
  private static final Set<ValueType> PATTERNS =
      Set.of(
          ValueType.Named.SEARCH,
          ValueType.Named.PATTERN,
          ValueType.Named.EXPRESSION,
          ValueType.Named.FILTER);

  private static final int SHOWN = 64;

  String variables() {
    StringBuilder text = new StringBuilder();
    set(text, "DBG_SHELL", id.text());
    set(text, "__dbg_target", asked.target().toString());
    set(text, "__dbg_namespaces", NamespaceKind.words(namespaces));
    set(text, "__dbg_directory", asked.directory().orElse("/"));
    set(text, "__dbg_wants_reason", wantsReason ? "1" : "");
    list(text, "__dbg_options", options());
    list(text, "__dbg_selection", selection());
    list(text, "__dbg_groups", tools.stream().map(Tool::group).distinct().sorted().toList());
    list(text, "__dbg_tools", tools.stream().map(Tool::name).toList());
    table(text, "__dbg_shown", tool -> cut(tool.summary()));
    table(text, "__dbg_group", Tool::group);
    table(text, "__dbg_valued", ShellScript::options);
    table(text, "__dbg_traits", tool -> String.join(" ", traits(tool)));
    return text.toString();
  }

  private List<String> options() {
    List<String> words = new ArrayList<>();
    if (!asked.runAs().equals(RunAs.ROOT)) {
      Collections.addAll(words, "-u", asked.runAs().toString());
    }
    if (asked.record()) {
      words.add("--record");
    }
    asked
        .timeout()
        .ifPresent(time -> Collections.addAll(words, "--timeout", time.toSeconds() + "s"));
    asked.reason().ifPresent(reason -> Collections.addAll(words, "--reason", reason));
    return words;
  }

  private List<String> selection() {
    return switch (asked.namespaces()) {
      case WantedNamespaces.Listed listed -> List.of(NamespaceKind.words(listed.kinds()));
      case WantedNamespaces.Chosen.ALL -> List.of("all");
      case WantedNamespaces.Chosen.FOR_TOOL -> List.of();
    };
  }

  private static List<String> traits(Tool tool) {
    List<String> traits = new ArrayList<>();
    if (tool.requires().contains(NamespaceKind.MNT)) {
      traits.add("files");
      if (takesPaths(tool)) {
        traits.add("paths");
      }
    }
    if (tool.terminal()) {
      traits.add("terminal");
    }
    return traits;
  }

  /** Whether every operand is a path, so that one with a pattern's characters is a pattern. */
  private static boolean takesPaths(Tool tool) {
    Set<ValueType> operands = tool.arguments().operandTypes();
    return operands.contains(ValueType.Named.PATH) && Collections.disjoint(operands, PATTERNS);
  }

  /** The options that take the next word as their value: it is no path to be expanded. */
  private static String options(Tool tool) {
    return takesPaths(tool)
        ? tool.arguments().options().keySet().stream().sorted().collect(Collectors.joining(" "))
        : "";
  }

  /** As much as {@code help} shows in a line. */
  private static String cut(String summary) {
    return summary.length() > SHOWN ? summary.substring(0, SHOWN - 3) + "..." : summary;
  }

  private static void set(StringBuilder text, String name, String value) {
    text.append(name).append('=').append(quoted(value)).append('\n');
  }

  private static void list(StringBuilder text, String name, List<String> values) {
    text.append(name)
        .append(
            values.stream().map(ShellScript::quoted).collect(Collectors.joining(" ", "=(", ")\n")));
  }

  private interface Attribute {
    String of(Tool tool);
  }

  private void table(StringBuilder text, String name, Attribute attribute) {
    text.append("declare -A ")
        .append(name)
        .append(
            tools.stream()
                .map(tool -> "[%s]=%s".formatted(quoted(tool.name()), quoted(attribute.of(tool))))
                .collect(Collectors.joining(" ", "=(", ")\n")));
  }

  /** A word of bash that means exactly this text, bash(1), "Quoting". */
  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
