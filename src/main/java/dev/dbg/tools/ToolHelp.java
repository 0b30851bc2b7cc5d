package dev.dbg.tools;

import dev.dbg.model.NamespaceKind;
import dev.dbg.tools.argument.GrammarText;
import java.util.ArrayList;
import java.util.List;

/** A tool and what may follow its name, for people: lines of at most 80 columns. */
public final class ToolHelp {
  private ToolHelp() {}

  /** The whole text, with a line feed after each line. */
  public static String of(Tool tool) {
    return String.join("\n", lines(tool)) + "\n";
  }

  static List<String> lines(Tool tool) {
    List<String> lines = new ArrayList<>();
    lines.addAll(text(tool.name() + ": " + tool.about().summary()));
    namespaces(tool, lines);
    lines.addAll(text("rights: " + rights(tool)));
    if (!tool.about().examples().isEmpty()) {
      lines.add("examples");
      tool.about().examples().forEach(example -> lines.add("  dbg CONTAINER -- " + example));
    }
    lines.addAll(GrammarText.lines(tool.arguments()));
    return lines;
  }

  private static void namespaces(Tool tool, List<String> lines) {
    List<String> parts = new ArrayList<>();
    if (!tool.kinds().requires().isEmpty()) {
      parts.add("needs " + NamespaceKind.words(tool.kinds().requires()));
    }
    if (!tool.kinds().also().isEmpty()) {
      parts.add("also uses " + NamespaceKind.words(tool.kinds().also()));
    }
    if (!tool.kinds().excludes().isEmpty()) {
      parts.add("does not work with " + NamespaceKind.words(tool.kinds().excludes()));
    }
    if (!parts.isEmpty()) {
      lines.addAll(text("namespaces: " + String.join("; ", parts)));
    }
  }

  private static String rights(Tool tool) {
    String capabilities =
        tool.capabilities().isEmpty()
            ? "no capability"
            : String.join(" ", tool.capabilities().stream().map(Enum::name).sorted().toList());
    return capabilities + ": " + tool.about().why();
  }

  private static List<String> text(String text) {
    return GrammarText.wrapped(List.of(text.split(" ")), "");
  }
}
