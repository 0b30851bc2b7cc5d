package dev.dbg.tools;

import dev.dbg.model.NamespaceKind;
import dev.dbg.toml.Nearest;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads one tool's file, dbg-policy(5), section TOOLS. */
public final class ToolFile {
  private ToolFile() {}

  /**
   * Reads it.
   *
   * @param file what to call it in messages
   */
  public static Tool parse(String file, String text) throws TomlMistake {
    TomlTable table = TomlTable.parse(file, text);
    String name = table.requiredString("name");
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")) {
      throw table.mistake("name", "'%s' is no tool's name".formatted(name));
    }
    Tool tool =
        new Tool(
            name,
            table.string("file"),
            table.requiredString("summary"),
            table.requiredString("why"),
            table.string("package"),
            namespaces(table),
            capabilities(table),
            table.flag("tracer"),
            table.flag("threads"),
            table.flag("forks"),
            table.strings("data-files"),
            arguments(table));
    table.rejectUnknown();
    return tool;
  }

  private static Set<NamespaceKind> namespaces(TomlTable table) throws TomlMistake {
    Set<NamespaceKind> kinds = EnumSet.noneOf(NamespaceKind.class);
    for (String word : table.strings("requires")) {
      try {
        kinds.add(NamespaceKind.of(word));
      } catch (IllegalArgumentException e) {
        throw table.mistake("requires", String.valueOf(e.getMessage()));
      }
    }
    return kinds;
  }

  private static Set<Capability> capabilities(TomlTable table) throws TomlMistake {
    Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    List<String> known = Arrays.stream(Capability.values()).map(Enum::name).toList();
    for (String word : table.strings("capabilities")) {
      if (!known.contains(word)) {
        throw table.mistake(
            "capabilities",
            "a tool can't have the capability '%s'%s"
                .formatted(
                    word,
                    Nearest.to(word, known)
                        .map(": did you mean '%s'?"::formatted)
                        .orElse(": one of " + String.join(", ", known))));
      }
      capabilities.add(Capability.valueOf(word));
    }
    return capabilities;
  }

  private static ArgumentGrammar arguments(TomlTable table) throws TomlMistake {
    Set<String> taken = new HashSet<>();
    return new ArgumentGrammar(flags(table, taken), options(table, taken), operands(table));
  }

  /** {@code "-t --tcp"}: the spellings of one flag; the tool is given the first. */
  private static Map<String, String> flags(TomlTable table, Set<String> taken) throws TomlMistake {
    Map<String, String> flags = new HashMap<>();
    for (String line : table.strings("flags")) {
      List<String> spellings = List.of(line.split(" +"));
      for (String spelling : spellings) {
        requireOption(table, "flags", spelling, taken);
        flags.put(spelling, spellings.get(0));
      }
    }
    return flags;
  }

  /** {@code "-f --family <inet|inet6>"}: the spellings of one option and its value's type. */
  private static Map<String, ArgumentGrammar.TypedOption> options(
      TomlTable table, Set<String> taken) throws TomlMistake {
    Map<String, ArgumentGrammar.TypedOption> options = new HashMap<>();
    for (String line : table.strings("options")) {
      List<String> words = List.of(line.split(" +"));
      if (words.size() < 2) {
        throw table.mistake("options", "'%s' names no value: write '-f <type>'".formatted(line));
      }
      ValueType type = place(table, "options", words.get(words.size() - 1));
      for (String spelling : words.subList(0, words.size() - 1)) {
        requireOption(table, "options", spelling, taken);
        options.put(spelling, new ArgumentGrammar.TypedOption(words.get(0), type));
      }
    }
    return options;
  }

  private static List<Operands> operands(TomlTable table) throws TomlMistake {
    List<String> forms = table.strings("operands");
    List<Operands> operands = new ArrayList<>();
    for (String form : forms.isEmpty() ? List.of("") : forms) {
      boolean repeats = form.endsWith(Operands.REPEATED);
      String places =
          repeats ? form.substring(0, form.length() - Operands.REPEATED.length()) : form;
      List<ValueType> types = new ArrayList<>();
      for (String word :
          places.isBlank() ? List.<String>of() : List.of(places.strip().split(" +"))) {
        types.add(place(table, "operands", word));
      }
      if (repeats && types.isEmpty()) {
        throw table.mistake("operands", "'...' follows a type: write '<filter>...'");
      }
      operands.add(new Operands(types, repeats));
    }
    return operands;
  }

  /** {@code <type>} or a word that stands for itself. */
  private static ValueType place(TomlTable table, String key, String word) throws TomlMistake {
    if (word.startsWith("<") && word.endsWith(">")) {
      String type = word.substring(1, word.length() - 1);
      if (type.contains("|") && !type.matches("[^-|][^|]*([|][^-|][^|]*)*")) {
        throw table.mistake(
            key, "'%s' holds a word that is empty, or starts with a dash".formatted(word));
      }
      return ValueType.named(type)
          .orElseThrow(
              () -> table.mistake(key, "unknown type '<%s>': see dbg-policy(5)".formatted(type)));
    }
    if (word.startsWith("-")) {
      throw table.mistake(key, "'%s' is an option: it belongs to flags or options".formatted(word));
    }
    return new ValueType.Choice(List.of(word));
  }

  private static void requireOption(TomlTable table, String key, String spelling, Set<String> taken)
      throws TomlMistake {
    if (!spelling.matches("-[A-Za-z0-9?]|--?[A-Za-z0-9][A-Za-z0-9-]+")) {
      throw table.mistake(key, "'%s' is no option: write '-x' or '--word'".formatted(spelling));
    }
    if (!taken.add(spelling)) {
      throw table.mistake(key, "'%s' is there twice".formatted(spelling));
    }
  }
}
