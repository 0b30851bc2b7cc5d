package dev.dbg.administer;

import dev.dbg.model.Failure;
import dev.dbg.model.Image;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.tools.Tool;
import dev.dbg.tools.argument.ArgumentMistake;
import dev.dbg.tools.argument.ParsedArguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The narrowest rule, as TOML, for a refused command: one operator, one container by its exact
 * name, one tool, and its arguments. No rule is made if a text of the command is a pattern in
 * rules, because the operator chose it: a container named {@code *} would permit all containers.
 *
 * @param notes what the rule permits beyond the command
 */
record SuggestedRule(String toml, List<String> notes) {
  /** The names of containers that contain no character with a meaning in rules. */
  private static final Pattern NAME =
      Pattern.compile("((docker|podman)://([a-z_][a-z0-9_-]*/)?)?[A-Za-z0-9][A-Za-z0-9_.-]*");

  /** A name with so many hexadecimal digits is probably the beginning of an id. */
  private static final Pattern ID = Pattern.compile("(sha256:)?[0-9a-f]{12,64}");

  private static final String IMAGES = Image.SCHEME + "://";

  private static final Pattern NETWORK = Pattern.compile("[0-9A-Fa-f.:]+/[0-9]{1,3}");

  /** Thrown if no rule can be suggested; the message is the reason. */
  static final class Unsuggestable extends Failure {
    Unsuggestable(String why) {
      super(why);
    }
  }

  static SuggestedRule of(RefusedLine line, Tool tool) throws Unsuggestable {
    Set<NamespaceKind> kinds = line.least(tool.kinds().requires());
    if (kinds.isEmpty() && !tool.isTold()) {
      throw new Unsuggestable("no namespace was typed and the tool needs none: choose one");
    }
    if (line.runAs().isPresent()) {
      throw new Unsuggestable("-u needs a rule with user-switch, which is not suggested");
    }
    List<String> notes = new ArrayList<>();
    String toml =
        """
        [[rule]]
        who        = [%s]
        containers = [%s]
        %stools      = [%s]
        %s
        [rule.arguments.%s]
        %s"""
            .formatted(
                quoted(who(line.operator())),
                quoted(container(line.target())),
                tool.isTold() ? "" : "namespaces = [%s]\n".formatted(quoted(kinds)),
                quoted(tool.name()),
                line.hasReason() ? "reason     = \"required\"\n" : "",
                quoted(tool.name()),
                arguments(line, tool, notes));
    return new SuggestedRule(toml, List.copyOf(notes));
  }

  private static String who(Operator operator) throws Unsuggestable {
    String number = operator.uid().toString();
    if (operator.user().equals(number)) {
      return "uid:" + number;
    }
    if (operator.user().isEmpty()) {
      throw new Unsuggestable("the record does not name the operator");
    }
    return operator.behalf().isPresent() ? operator.user() : "user:" + operator.user();
  }

  private static String container(String typed) throws Unsuggestable {
    if (typed.startsWith("pid://")) {
      throw new Unsuggestable("a pid is reused by other processes: name the container");
    }
    boolean isImage = typed.startsWith(IMAGES);
    String name = typed.substring(isImage ? IMAGES.length() : 0);
    if (!(isImage ? NameGrammar.isReference(name) : NAME.matcher(name).matches())) {
      throw new Unsuggestable(
          "the target is not one container's exact name: write the rule by hand");
    }
    if (ID.matcher(name).matches()) {
      throw new Unsuggestable("the target may be an id, but rules have names of containers");
    }
    return isImage ? IMAGES + Image.brief(name) : typed;
  }

  private static String arguments(RefusedLine line, Tool tool, List<String> notes)
      throws Unsuggestable {
    ParsedArguments parsed;
    try {
      parsed = tool.arguments().read(line.arguments(), line.directory());
    } catch (ArgumentMistake e) {
      throw new Unsuggestable("no rule can permit this: " + e.message());
    }
    Set<String> options = new TreeSet<>();
    for (ParsedArguments.Given given : parsed.options()) {
      if (given.type().isPresent() && given.value().isEmpty()) {
        throw new Unsuggestable(
            "a rule for %s without a value permits every value".formatted(given.spelling()));
      }
      options.add(
          given.value().isEmpty()
              ? given.spelling()
              : given.spelling() + " " + exact(given.value().get(), notes));
    }
    Set<String> operands = new TreeSet<>();
    for (String operand : parsed.operands()) {
      operands.add(exact(operand, notes));
    }
    if (!parsed.commands().isEmpty()) {
      notes.add(
          "the rule permits every sub-command of %s with these arguments".formatted(tool.name()));
    }
    return "options  = [%s]\noperands = [%s]\n".formatted(list(options), list(operands));
  }

  /** Returns a value that a rule compares literally. */
  private static String exact(String value, List<String> notes) throws Unsuggestable {
    if (value.contains("*")) {
      throw new Unsuggestable("an argument contains *, which is a pattern in rules");
    }
    if (value.codePoints().anyMatch(point -> Character.getType(point) == Character.SURROGATE)) {
      throw new Unsuggestable("an argument is not UTF-8, but a policy must be");
    }
    if (NETWORK.matcher(value).matches()) {
      notes.add("%s permits every address in this range".formatted(value));
    }
    return value;
  }

  private static String quoted(Set<NamespaceKind> kinds) {
    return kinds.stream()
        .sorted()
        .map(kind -> quoted(kind.word()))
        .collect(Collectors.joining(", "));
  }

  private static String list(Set<String> texts) {
    return texts.stream().map(SuggestedRule::quoted).collect(Collectors.joining(", "));
  }

  /** Returns a TOML string of ASCII characters, in which all others are escaped. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            point -> {
              if (point == '"' || point == '\\') {
                quoted.append('\\').appendCodePoint(point);
              } else if (point >= ' ' && point < 0x7f) {
                quoted.appendCodePoint(point);
              } else {
                quoted.append(
                    point < 0x10000 ? "\\u%04X".formatted(point) : "\\U%08X".formatted(point));
              }
            });
    return quoted.append('"').toString();
  }
}
