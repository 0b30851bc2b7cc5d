package dev.dbg.tools;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What may follow a tool's name, argument by argument. Free arguments are an exec in disguise: what
 * this does not know is refused, and what it knows is rebuilt, so that the tool reads what was
 * decided and nothing else: no abbreviations, each flag by itself, one spelling an option, no
 * option twice, options before operands.
 *
 * @param flags every spelling of every flag, with the one that the tool is given
 * @param options every spelling of every option that takes a value
 * @param operands the forms that the operands may take
 */
public record ArgumentGrammar(
    Map<String, String> flags, Map<String, TypedOption> options, List<Operands> operands) {
  private static final String END_OF_OPTIONS = "--";

  public ArgumentGrammar {
    flags = Map.copyOf(flags);
    options = Map.copyOf(options);
    operands = List.copyOf(operands);
  }

  /** An option that takes a value, with the spelling that the tool is given. */
  record TypedOption(String spelling, ValueType type) {}

  /**
   * The arguments as the tool will be given them.
   *
   * @param typed as the operator typed them, without the tool's name
   */
  public List<String> canonical(List<String> typed) throws ArgumentMistake {
    return new Walk(typed).canonical();
  }

  /** What would be accepted, short: {@code -tulnp --tos -f VALUE}. */
  private String accepted() {
    Set<String> given = new TreeSet<>(flags.values());
    StringBuilder letters = new StringBuilder();
    StringBuilder words = new StringBuilder();
    for (String flag : given) {
      if (flag.length() == 2) {
        letters.append(flag.charAt(1));
      } else {
        words.append(' ').append(flag);
      }
    }
    options.values().stream()
        .map(option -> " " + option.spelling() + " VALUE")
        .distinct()
        .sorted()
        .forEach(words::append);
    String all = (letters.isEmpty() ? "" : "-" + letters) + words;
    return all.isEmpty() ? "it takes no option" : all.strip() + " are";
  }

  /** One walk over one command line. */
  private final class Walk {
    private final List<String> typed;
    private final List<String> rebuilt = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private final Set<String> given = new HashSet<>();
    private int at;

    Walk(List<String> typed) {
      this.typed = typed;
    }

    List<String> canonical() throws ArgumentMistake {
      boolean optionsEnded = false;
      for (; at < typed.size(); at++) {
        String argument = typed.get(at);
        if (!optionsEnded && argument.equals(END_OF_OPTIONS)) {
          optionsEnded = true;
        } else if (!optionsEnded && argument.startsWith("--")) {
          longOption(argument);
        } else if (!optionsEnded && argument.startsWith("-") && argument.length() > 1) {
          shortOptions(argument);
        } else {
          words.add(argument);
        }
      }
      if (operands.stream().noneMatch(form -> form.accepts(words))) {
        throw new ArgumentMistake(
            "%s not accepted: %s"
                .formatted(
                    words.isEmpty()
                        ? "no operand is"
                        : words.stream()
                            .map(ValueType::quoted)
                            .collect(Collectors.joining(" ", "the operands ", " are")),
                    operands.stream()
                        .map(Operands::description)
                        .collect(Collectors.joining("; or "))));
      }
      rebuilt.addAll(words);
      return rebuilt;
    }

    private void longOption(String argument) throws ArgumentMistake {
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument : argument.substring(0, equals);
      if (equals < 0 && flags.containsKey(name)) {
        rebuilt.add(flags.getOrDefault(name, name));
        return;
      }
      TypedOption option = options.get(name);
      if (option == null) {
        throw unknown(argument);
      }
      add(name, option, equals < 0 ? next(name) : argument.substring(equals + 1));
    }

    /** A flag or option of its own ({@code -4}, {@code -family}), else a bundle of letters. */
    private void shortOptions(String argument) throws ArgumentMistake {
      if (flags.containsKey(argument)) {
        rebuilt.add(flags.getOrDefault(argument, argument));
        return;
      }
      TypedOption whole = options.get(argument);
      if (whole != null) {
        add(argument, whole, next(argument));
        return;
      }
      for (int i = 1; i < argument.length(); i++) {
        String letter = "-" + argument.charAt(i);
        TypedOption option = options.get(letter);
        if (option != null) {
          boolean attached = i + 1 < argument.length();
          add(letter, option, attached ? argument.substring(i + 1) : next(letter));
          return;
        }
        if (!flags.containsKey(letter)) {
          throw unknown(argument);
        }
        rebuilt.add(flags.getOrDefault(letter, letter));
      }
    }

    private String next(String option) throws ArgumentMistake {
      if (at + 1 >= typed.size()) {
        throw new ArgumentMistake(at + 1, option, "its value is missing");
      }
      return typed.get(++at);
    }

    private void add(String name, TypedOption option, String value) throws ArgumentMistake {
      if (!given.add(option.spelling())) {
        throw new ArgumentMistake(at + 1, name, "it is given twice: once is accepted");
      }
      if (!option.type().accepts(value)) {
        throw new ArgumentMistake(
            at + 1, value, "%s takes %s".formatted(name, option.type().description()));
      }
      if (option.spelling().startsWith("--")) {
        rebuilt.add(option.spelling() + "=" + value);
      } else {
        rebuilt.add(option.spelling());
        rebuilt.add(value);
      }
    }

    private ArgumentMistake unknown(String argument) {
      return new ArgumentMistake(at + 1, argument, "not accepted here: " + accepted());
    }
  }
}
