package dev.dbg.tools.argument;

import dev.dbg.tools.argument.ArgumentGrammar.Command;
import dev.dbg.tools.argument.ArgumentGrammar.TypedOption;
import dev.dbg.tools.argument.GrammarWords.Word;
import dev.dbg.tools.argument.GrammarWords.WordKind;
import dev.dbg.tools.value.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a grammar accepts, as lines for people of at most 80 columns. */
public final class GrammarText {
  private static final int WIDTH = 80;
  private static final String INDENT = "  ";
  private static final int MEANING = 32;

  private GrammarText() {}

  /** Its options, operands and sub-commands, one a line, below a heading each. */
  public static List<String> lines(ArgumentGrammar grammar) {
    List<String> lines = new ArrayList<>();
    level(grammar, "", lines);
    return lines;
  }

  private static void level(ArgumentGrammar grammar, String commands, List<String> lines) {
    List<Word> words = GrammarWords.of(grammar);
    section(
        commands + "flags",
        wrapped(
            words.stream()
                .filter(word -> word.kind() == WordKind.FLAG)
                .map(word -> String.join(" ", word.spellings()))
                .toList()),
        lines);
    section(
        commands + "options",
        words.stream()
            .filter(word -> word.kind() == WordKind.OPTION)
            .flatMap(word -> option(word).stream())
            .toList(),
        lines);
    for (Set<String> oneOf : grammar.needs()) {
      lines.addAll(
          wrapped(List.of("must be given: " + String.join(" or ", new TreeSet<>(oneOf))), ""));
    }
    if (grammar.commands().isEmpty()) {
      section(commands + "operands", operands(grammar), lines);
    }
    for (Word word : words) {
      Command command = grammar.commands().get(word.spellings().get(0));
      if (word.kind() == WordKind.COMMAND && command != null) {
        level(command.grammar(), commands + String.join("|", word.spellings()) + " ", lines);
      }
    }
  }

  private static void section(String heading, List<String> content, List<String> lines) {
    if (!content.isEmpty()) {
      lines.add(heading);
      lines.addAll(content);
    }
  }

  /** {@code -c --count <int:1-5> a whole number from 1 to 5}. */
  private static List<String> option(Word word) {
    TypedOption option = word.option().orElseThrow();
    String notation = option.type().notation();
    String value =
        option.attached()
            ? "[=" + notation + "]"
            : option.optional() ? "[" + notation + "]" : notation;
    List<String> spellings = new ArrayList<>(word.spellings());
    if (spellings.remove(GrammarReader.NUMBER)) {
      spellings.add("-NUMBER, or");
      spellings = spellings.reversed();
    }
    String last = spellings.getLast();
    String left =
        String.join(" ", spellings) + (option.attached() || last.endsWith("=") ? "" : " ") + value;
    String times = option.most() == 1 ? "" : " (up to %d times)".formatted(option.most());
    return beside(left, meaning(option.type()) + times);
  }

  /** What a type accepts, unless its notation says it. */
  private static String meaning(ValueType type) {
    return type instanceof ValueType.Choice ? "" : type.description();
  }

  private static List<String> operands(ArgumentGrammar grammar) {
    List<String> lines = new ArrayList<>();
    Map<String, String> meanings = new LinkedHashMap<>();
    for (Operands form : grammar.operands().all()) {
      String with =
          form.with().isEmpty() ? "" : String.join("|", new TreeSet<>(form.with())) + ": ";
      String places =
          form.places().isEmpty()
              ? "(none)"
              : form.places().stream().map(ValueType::notation).collect(Collectors.joining(" "))
                  + (form.lastRepeats() ? "..." : "");
      lines.addAll(wrapped(List.of(with + places)));
      form.places().stream()
          .filter(type -> !(type instanceof ValueType.Choice))
          .forEach(type -> meanings.put(type.notation(), type.description()));
    }
    meanings.forEach((notation, meaning) -> lines.addAll(beside(notation, "is " + meaning)));
    return lines;
  }

  /** Two columns; the second goes to lines of its own where the first is long. */
  private static List<String> beside(String left, String right) {
    if (right.isEmpty()) {
      return wrapped(List.of(left));
    }
    List<String> meaning = wrapped(words(right), " ".repeat(MEANING));
    if (INDENT.length() + left.length() + 2 > MEANING) {
      return Stream.concat(wrapped(List.of(left)).stream(), meaning.stream()).toList();
    }
    List<String> lines = new ArrayList<>(meaning);
    String first = lines.getFirst().strip();
    lines.set(0, (INDENT + left + " ".repeat(MEANING)).substring(0, MEANING) + first);
    return lines;
  }

  private static List<String> words(String text) {
    return List.of(text.split(" "));
  }

  /** Pieces beside each other, two blanks between them. */
  private static List<String> wrapped(List<String> pieces) {
    return wrapped(pieces, INDENT, "  ");
  }

  /** A text, wrapped at its blanks. */
  public static List<String> wrapped(List<String> pieces, String indent) {
    return wrapped(pieces, indent, " ");
  }

  private static List<String> wrapped(List<String> pieces, String indent, String between) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String piece : pieces.stream().flatMap(p -> broken(p, WIDTH - indent.length())).toList()) {
      int length = line.length() + between.length() + piece.length();
      if (line.length() > 0 && indent.length() + length > WIDTH) {
        lines.add(indent + line);
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : between).append(piece);
    }
    if (!line.isEmpty()) {
      lines.add(indent + line);
    }
    return lines;
  }

  /** A piece that is wider than a line, broken after a bar or a blank where that is possible. */
  private static Stream<String> broken(String piece, int width) {
    if (piece.length() <= width) {
      return Stream.of(piece);
    }
    int bar = Math.max(piece.lastIndexOf('|', width - 1), piece.lastIndexOf(' ', width - 1));
    int end = bar > 0 ? bar + 1 : width;
    return Stream.concat(
        Stream.of(piece.substring(0, end).stripTrailing()),
        broken(INDENT + piece.substring(end), width));
  }
}
