package dev.dbg.authorize;

import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.WantedNamespaces;
import dev.dbg.grammar.words.FamiliarSyntax;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Refusal;
import dev.dbg.toml.DidYouMean;
import dev.dbg.tools.argument.Redaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The refusal of a tool that the catalogue does not have. It names tools that the operator may run
 * instead, and what a line of another program's would be here. It is made before any container is
 * looked up.
 */
record UnknownTool(Rights rights, Operator operator, Invocation.Line line, Instant at) {
  /** A longer word is not compared with others. */
  private static final int LONGEST = 64;

  private static final int MOST = 3;
  private static final String DIRECTORY = "/";

  /**
   * The refusal.
   *
   * @param detail for the record; empty if the catalogue does not have the tool
   */
  Refusal refusal(Optional<String> detail) {
    String message =
        "there is no tool '%s': %s"
            .formatted(
                Redaction.ofName(line.tool()),
                habit().or(this::withoutPath).or(this::near).orElse("dbg tools lists yours"));
    return Refusal.noTool(message, detail.orElse(message));
  }

  /** What to type for a verb of docker's, or for a shell. */
  private Optional<String> habit() {
    boolean hasVerb = isShort() && line.target().scheme().isEmpty();
    return FamiliarSyntax.shell(line.target().toString(), line.tool())
        .or(
            () ->
                hasVerb
                    ? verb(line.target().name())
                        .or(() -> FamiliarSyntax.verb(line.target().name(), List.of(line.tool())))
                    : Optional.empty());
  }

  /** What is typed behind explain or an option of dbg's is read as a line with a tool. */
  private static Optional<String> verb(String target) {
    return Optional.of(target)
        .filter(Grammar.verbs()::contains)
        .map(
            "if %s is the verb, it is the first word: explain and dbg's options are for lines with a tool"
                ::formatted);
  }

  /** Whether no namespace is named, so that the second word is the tool. */
  private boolean isShort() {
    return line.namespaces() == WantedNamespaces.Chosen.FOR_TOOL;
  }

  private Optional<String> withoutPath() {
    String name = line.tool().substring(line.tool().lastIndexOf(DIRECTORY) + 1);
    return line.tool().contains(DIRECTORY) && permitted().contains(name)
        ? rights
            .catalogue()
            .tool(name)
            .map(tool -> CommandAdvice.line(line, tool, line.options()).orElse("write " + name))
            .map("a tool is a name, not a path: %s"::formatted)
        : Optional.empty();
  }

  private Optional<String> near() {
    if (line.tool().length() > LONGEST) {
      return Optional.empty();
    }
    List<String> permitted = permitted();
    List<String> near =
        new ArrayList<>(
            Stream.concat(
                    FamiliarSyntax.substitutes(line.tool()).stream().filter(permitted::contains),
                    DidYouMean.of(line.tool(), permitted))
                .distinct()
                .limit(MOST)
                .toList());
    if (isShort()) {
      DidYouMean.to(line.tool(), NamespaceKind.allWords())
          .map("the namespace %s"::formatted)
          .ifPresent(near::add);
      if (line.target().scheme().isEmpty()) {
        Grammar.nearestVerb(line.target().name())
            .map("the verb %s"::formatted)
            .ifPresent(near::add);
      }
    }
    return near.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "did you mean %s? dbg tools lists yours"
                .formatted(SimilarContainers.alternatives(near)));
  }

  /** The tools that some rule lets the operator run now. */
  private List<String> permitted() {
    return rights.catalogue().names().stream()
        .filter(name -> rights.policy().permits(operator, name, at))
        .toList();
  }
}
