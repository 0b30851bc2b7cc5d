package dev.dbg.grammar.words;

import dev.dbg.model.NamespaceKind;
import java.util.ArrayList;
import java.util.List;

/**
 * The words of a verb that is about {@code TARGET [NS] [--] TOOL ARG…}: dbg's options, which may
 * stand anywhere before the tool, and these operands. Everything after {@code --} and everything
 * after the tool is an operand, whatever it looks like.
 *
 * @param operands without a {@code --} in front of TARGET
 * @param lacksValue whether the last word is an option whose value is missing
 */
public record SplitWords(List<String> options, List<String> operands, boolean lacksValue) {
  private static final String END = "--";
  private static final int WITH_TARGET = 1;

  public SplitWords {
    options = List.copyOf(options);
    operands = List.copyOf(operands);
  }

  /** The options of a verb. */
  public interface Options<E extends Exception> {
    /**
     * Whether a value follows the option.
     *
     * @param name with its dashes
     * @throws E if the verb has no such option
     */
    boolean takeValue(String name) throws E;
  }

  /** Separates the words. */
  public static <E extends Exception> SplitWords of(List<String> words, Options<E> known) throws E {
    List<String> options = new ArrayList<>();
    List<String> operands = new ArrayList<>();
    boolean lacksValue = false;
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
        int next = at + width(word, known);
        lacksValue = next > words.size();
        next = Math.min(words.size(), next);
        options.addAll(words.subList(at, next));
        at = next;
      } else if (operands.isEmpty()
          || (operands.size() == WITH_TARGET && isNamespaces(words, at))) {
        operands.add(word);
        at++;
      } else {
        break;
      }
    }
    operands.addAll(words.subList(at, words.size()));
    return new SplitWords(options, operands, lacksValue);
  }

  private static boolean isOption(String word) {
    return word.length() > 1 && word.startsWith("-");
  }

  /** Whether the second of {@code TARGET [NS] [--] TOOL ARG…} names namespaces. */
  public static boolean namesNamespaces(List<String> operands) {
    return operands.size() > WITH_TARGET
        && !operands.get(WITH_TARGET).equals(END)
        && isNamespaces(operands, WITH_TARGET);
  }

  /** Where the tool is among these operands, or would be. */
  public static int toolAt(List<String> operands) {
    int at = WITH_TARGET + (namesNamespaces(operands) ? 1 : 0);
    return at < operands.size() && operands.get(at).equals(END) ? at + 1 : at;
  }

  /**
   * Whether the word at {@code at}, which follows TARGET, names namespaces, rightly or wrongly, and
   * is not the tool: it is followed by {@code --}, or has commas, or is a namespace.
   */
  private static boolean isNamespaces(List<String> words, int at) {
    String word = words.get(at);
    return (words.size() > at + 1 && words.get(at + 1).equals(END))
        || word.indexOf(',') >= 0
        || word.equals("all")
        || NamespaceKind.isOne(word);
  }

  /** How many words the option takes: two if its value is a word of its own. */
  private static <E extends Exception> int width(String word, Options<E> known) throws E {
    if (word.startsWith(END)) {
      int value = word.indexOf('=');
      return known.takeValue(value < 0 ? word : word.substring(0, value)) && value < 0 ? 2 : 1;
    }
    for (int i = 1; i < word.length(); i++) {
      if (known.takeValue("-" + word.charAt(i))) {
        return i == word.length() - 1 ? 2 : 1;
      }
    }
    return 1;
  }
}
