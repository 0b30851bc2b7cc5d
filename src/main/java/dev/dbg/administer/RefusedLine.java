package dev.dbg.administer;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.WantedNamespaces;
import dev.dbg.grammar.words.RunAs;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.TargetName;
import dev.dbg.model.Uid;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A refused command, from its record. The operator chose every text in it.
 *
 * @param namespaces as typed; all of them for {@code all}, none if none was typed
 * @param runAs the value of {@code -u}, as typed
 * @param directory the start of the arguments' relative paths: the value of {@code -w}, as typed
 * @param arguments as typed, with secrets hidden
 */
record RefusedLine(
    Operator operator,
    String target,
    Set<NamespaceKind> namespaces,
    Optional<String> runAs,
    Optional<String> directory,
    String tool,
    List<String> arguments,
    boolean hasReason) {
  private static final int OF_A_TEXT = 56;

  RefusedLine {
    namespaces = Set.copyOf(namespaces);
    arguments = List.copyOf(arguments);
  }

  /**
   * Returns the command of a record; empty if the record has none, such as that of a rejected
   * client.
   */
  static Optional<RefusedLine> of(JsonNode record) {
    if (!TOOL_NAME.isIn(record) || !TARGET_ASKED.isIn(record)) {
      return Optional.empty();
    }
    try {
      Set<NamespaceKind> kinds = EnumSet.noneOf(NamespaceKind.class);
      NAMESPACES.of(record).forEach(word -> kinds.add(NamespaceKind.of(word.asText())));
      return Optional.of(
          new RefusedLine(
              operator(record),
              TARGET_ASKED.text(record),
              kinds,
              TOOL_RUN_AS.find(record),
              TOOL_DIRECTORY.find(record),
              TOOL_NAME.text(record),
              texts(TOOL_ARGV_TYPED.of(record)),
              REASON.isIn(record)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns the operator with the groups at that time; records have no gids. */
  private static Operator operator(JsonNode record) {
    return Operator.supposed(
        new Uid(OPERATOR_UID.of(record).asLong(-1)),
        OPERATOR_USER.text(record),
        texts(OPERATOR_GROUPS.of(record)));
  }

  /** Returns true if dbgd chose the namespaces, that is, if none or {@code all} was typed. */
  private boolean isOpen() {
    return namespaces.isEmpty() || namespaces.size() == NamespaceKind.values().length;
  }

  /** Returns the namespaces that a rule must permit for a tool that requires {@code required}. */
  Set<NamespaceKind> least(Set<NamespaceKind> required) {
    return isOpen() ? required : namespaces;
  }

  /**
   * Returns the command to decide about.
   *
   * @throws IllegalArgumentException if the target is not a name
   */
  Invocation.Line line() {
    return new Invocation.Line(
        TargetName.parse(target), wanted(), RunAs.ROOT, directory, tool, arguments);
  }

  private WantedNamespaces wanted() {
    if (namespaces.isEmpty()) {
      return WantedNamespaces.Chosen.FOR_TOOL;
    }
    return isOpen() ? WantedNamespaces.Chosen.ALL : new WantedNamespaces.Listed(namespaces);
  }

  /** Returns the approximate size in memory: short words take ten times their length. */
  long size() {
    return Stream.concat(words().stream(), operator.groups().values().stream())
        .mapToLong(text -> OF_A_TEXT + text.length())
        .sum();
  }

  /** Returns the words after {@code dbg}, as one could type them. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    runAs.ifPresent(user -> words.addAll(List.of("-u", user)));
    directory.ifPresent(path -> words.addAll(List.of("-w", path)));
    if (hasReason) {
      words.addAll(List.of("--reason", "see the record"));
    }
    words.add(target);
    words.addAll(wanted().words());
    words.add("--");
    words.add(tool);
    words.addAll(arguments);
    return words;
  }
}
