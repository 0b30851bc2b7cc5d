package dev.dbg.authorize;

import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.WantedNamespaces;
import dev.dbg.grammar.words.ShellWords;
import dev.dbg.model.NamespaceKind;
import dev.dbg.policy.PolicyQuery;
import dev.dbg.policy.rule.Decision;
import dev.dbg.tools.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What to type instead of a line that is refused: a whole line, which some rule permits. */
final class CommandAdvice {
  private CommandAdvice() {}

  /**
   * The line with the namespaces that the tool works with.
   *
   * @param inquiry about the line with its arguments
   * @param options dbg's options, as they are typed
   */
  static String otherNamespaces(
      Invocation.Line line,
      Tool tool,
      Set<NamespaceKind> required,
      Set<NamespaceKind> excluded,
      PolicyQuery inquiry,
      List<String> options) {
    Set<NamespaceKind> kinds = NamespaceKind.setOf(line.namespaces().typed());
    kinds.addAll(required);
    kinds.removeAll(excluded);
    Optional<Invocation.Line> better =
        !kinds.isEmpty() && isPermitted(inquiry, kinds)
            ? Optional.of(line.in(kinds))
            : isPermitted(inquiry, required)
                ? Optional.of(line.in(WantedNamespaces.Chosen.FOR_TOOL))
                : Optional.empty();
    if (better.isEmpty()) {
      return "no rule lets you run it so: dbg tools lists what you may run";
    }
    return line(better.get(), tool, options)
        .orElseGet(
            () ->
                better.get().namespaces() instanceof WantedNamespaces.Listed listed
                    ? "write %s".formatted(NamespaceKind.words(listed.kinds()))
                    : "write no namespace");
  }

  private static boolean isPermitted(PolicyQuery inquiry, Set<NamespaceKind> kinds) {
    return inquiry.withNamespaces(kinds).anywhere() instanceof Decision.Permitted;
  }

  /** The command, quoted for a shell; empty if it is long, or has secrets, since it is recorded. */
  static Optional<String> line(Invocation.Line line, Tool tool, List<String> options) {
    List<String> words = new ArrayList<>(options);
    words.add(line.target().toString());
    words.addAll(line.namespaces().words());
    words.add("--");
    words.add(tool.name());
    words.addAll(line.arguments());
    boolean isShown = tool.arguments().shown(line.arguments()).equals(line.arguments());
    return Optional.of(words)
        .filter(all -> isShown)
        .map(ShellWords::dbg)
        .filter(text -> text.length() <= ShellWords.LONGEST_LINE);
  }
}
