package dev.dbg.shell;

import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.words.ShellWords;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.RawText;
import dev.dbg.session.ShellId;
import dev.dbg.tools.Tool;
import java.util.ArrayList;
import java.util.Collection;
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
  private static final String OBEYED = obeyed();

  String variables() {
    StringBuilder text = new StringBuilder();
    set(text, "DBG_SHELL", id.text());
    set(text, "__dbg_target", asked.target().toString());
    set(text, "__dbg_namespaces", NamespaceKind.words(namespaces));
    set(text, "__dbg_directory", asked.directory().orElse("/"));
    set(text, "__dbg_obeyed", OBEYED);
    set(text, "__dbg_wants_reason", wantsReason ? "1" : "");
    list(text, "__dbg_options", asked.options());
    list(text, "__dbg_selection", asked.namespaces().words());
    list(text, "__dbg_tools", tools.stream().map(Tool::name).toList());
    traits(text);
    return text.toString();
  }

  /**
   * What fits in a packet with the variables: the scripts' comments are for who reads the files.
   */
  static String withoutComments(String scripts) {
    return scripts
        .lines()
        .map(line -> line.stripLeading())
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** What less(1) must not send to a terminal, in its own words: {@code 200b-200f:b}. */
  private static String obeyed() {
    List<String> ranges = new ArrayList<>();
    int first = -1;
    for (int point = 0xa0; point <= Character.MAX_CODE_POINT; point++) {
      boolean isOne = RawText.obeyed(point) && Character.getType(point) != Character.SURROGATE;
      if (isOne && first < 0) {
        first = point;
      } else if (!isOne && first >= 0) {
        ranges.add("%x-%x:b".formatted(first, point - 1));
        first = -1;
      }
    }
    return String.join(",", ranges);
  }

  private static List<String> traits(Tool tool) {
    List<String> traits = new ArrayList<>();
    if (tool.kinds().requires().contains(NamespaceKind.MNT)) {
      traits.add("files");
      if (tool.arguments().takesOnlyPaths()) {
        traits.add("paths");
      }
    }
    return traits;
  }

  private static void set(StringBuilder text, String name, String value) {
    text.append(name).append('=').append(ShellWords.quoted(value)).append('\n');
  }

  private static void list(StringBuilder text, String name, List<String> values) {
    text.append(name)
        .append(
            values.stream()
                .map(word -> ShellWords.quoted(word))
                .collect(Collectors.joining(" ", "=(", ")\n")));
  }

  private void traits(StringBuilder text) {
    text.append("declare -A __dbg_traits")
        .append(
            tools.stream()
                .map(
                    tool ->
                        "[%s]=%s"
                            .formatted(
                                ShellWords.quoted(tool.name()),
                                ShellWords.quoted(String.join(" ", traits(tool)))))
                .collect(Collectors.joining(" ", "=(", ")\n")));
  }
}
