package dev.dbg.grammar;

import dev.dbg.grammar.words.Habits;
import dev.dbg.model.RawText;
import dev.dbg.model.Shortened;
import dev.dbg.toml.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The words of {@code exec} and {@code explain}: dbg's options, which may stand anywhere before the
 * tool, and the operands {@code TARGET [NS] [--] TOOL ARG…}. Everything after {@code --} and
 * everything after the tool is an operand, whatever it looks like.
 *
 * @param operands without a {@code --} in front of TARGET
 */
record SplitWords(List<String> options, List<String> operands) {
  private static final String END = "--";
  private static final int WITH_TARGET = 1;

  /** A longer one is like none of dbg's. */
  private static final int LONGEST_OPTION = 32;

  SplitWords {
    options = List.copyOf(options);
    operands = List.copyOf(operands);
  }

  /** Separates the words with the options of {@code verb}. */
  static SplitWords of(List<String> words, CommandSpec verb) throws UsageMistake {
    List<String> options = new ArrayList<>();
    List<String> operands = new ArrayList<>();
    int at = 0;
    while (at < words.size()) {
      String word = words.get(at);
      if (word.equals(END) && operands.isEmpty()) {
        at++;
        if (at < words.size()) {
          operands.add(words.get(at++));
        }
      } else if (word.equals(END)) {
        break;
      } else if (isOption(word)) {
        int next = Math.min(words.size(), at + width(word, verb));
        options.addAll(words.subList(at, next));
        at = next;
      } else if (operands.isEmpty() || isNamespaces(words, at, operands.size())) {
        operands.add(word);
        at++;
      } else {
        break;
      }
    }
    operands.addAll(words.subList(at, words.size()));
    return new SplitWords(options, operands);
  }

  private static boolean isOption(String word) {
    return word.length() > 1 && word.startsWith("-");
  }

  /** Whether the word at {@code at} selects namespaces, rightly or wrongly, and is not the tool. */
  private static boolean isNamespaces(List<String> words, int at, int operands) {
    return operands == WITH_TARGET && CommandWords.isNamespaces(words, at);
  }

  /** How many words the option takes: two if its value is a word of its own. */
  private static int width(String word, CommandSpec verb) throws UsageMistake {
    if (word.startsWith(END)) {
      int value = word.indexOf('=');
      return takesValue(value < 0 ? word : word.substring(0, value), verb) && value < 0 ? 2 : 1;
    }
    for (int i = 1; i < word.length(); i++) {
      if (takesValue("-" + word.charAt(i), verb)) {
        return i == word.length() - 1 ? 2 : 1;
      }
    }
    return 1;
  }

  private static boolean takesValue(String name, CommandSpec verb) throws UsageMistake {
    OptionSpec option = verb.findOption(name);
    if (option == null) {
      throw new UsageMistake(
          "unknown option '%s': %s"
              .formatted(
                  Shortened.of(RawText.printable(name)),
                  Habits.option(name)
                      .or(() -> nearest(name, verb))
                      .orElse("dbg %s --help lists the options".formatted(verb.name()))));
    }
    return option.arity().max() > 0;
  }

  private static Optional<String> nearest(String name, CommandSpec verb) {
    Set<String> known =
        verb.options().stream()
            .flatMap(option -> Arrays.stream(option.names()))
            .filter(other -> other.startsWith(END))
            .collect(Collectors.toSet());
    return name.startsWith(END) && name.length() <= LONGEST_OPTION
        ? Nearest.to(name, known).map("did you mean '%s'?"::formatted)
        : Optional.empty();
  }
}
