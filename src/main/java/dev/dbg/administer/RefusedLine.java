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
 * A command line that was refused, as its record has it. The operator chose every text in it.
 *
 * @param namespaces as typed; all of them also for {@code all}, none if none was typed
 * @param runAs as typed with {@code -u}
 * @param directory where the arguments' relative paths begin, as typed with {@code -w}
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

  /** Empty if the record has no command line, such as that of a client that was turned away. */
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

  /** With the groups of that time; they have no numbers in records. */
  private static Operator operator(JsonNode record) {
    return Operator.supposed(
        new Uid(OPERATOR_UID.of(record).asLong(-1)),
        OPERATOR_USER.text(record),
        texts(OPERATOR_GROUPS.of(record)));
  }

  /** Whether the namespaces were chosen by dbgd: those that were typed would be fewer, or some. */
  private boolean isOpen() {
    return namespaces.isEmpty() || namespaces.size() == NamespaceKind.values().length;
  }

  /** The namespaces that a rule must permit at least, for a tool that requires these. */
  Set<NamespaceKind> least(Set<NamespaceKind> required) {
    return isOpen() ? required : namespaces;
  }

  /** The line to decide about; fails with IllegalArgumentException if the target is no name. */
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

  /** About how many bytes it takes in memory: a record of short words becomes ten times as long. */
  long size() {
    return Stream.concat(words().stream(), operator.groups().values().stream())
        .mapToLong(text -> OF_A_TEXT + text.length())
        .sum();
  }

  /** The words after {@code dbg}, as one could type them. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    runAs.ifPresent(user -> words.addAll(List.of("-u", user)));
    directory.ifPresent(path -> words.addAll(List.of("-w", path)));
    if (hasReason) {
      words.addAll(List.of("--reason", "as on record"));
    }
    words.add(target);
    words.addAll(wanted().words());
    words.add("--");
    words.add(tool);
    words.addAll(arguments);
    return words;
  }
}
