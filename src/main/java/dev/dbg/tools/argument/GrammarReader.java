package dev.dbg.tools.argument;

import dev.dbg.model.Glob;
import dev.dbg.toml.DidYouMean;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import dev.dbg.tools.value.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads which arguments a tool or one of its sub-commands accepts, dbg-tools(5). */
public final class GrammarReader {
  /** Words of find(1) without a dash that are options all the same. */
  static final Set<String> BARE_FLAGS = Set.of("!", "(", ")");

  /** The spelling of an option that is written as a number, as in {@code tail -20}. */
  static final String NUMBER = "-NUM";

  private static final int MOST_TIMES = 64;

  /** {@code <type>}, {@code [<type>]}, or with the most occurrences {@code <type>{8}}. */
  private static final Pattern VALUE = Pattern.compile("(\\[?)(.+?)(]?)(?:\\{([0-9]{1,3})})?");

  /**
   * {@code -e --regexp: <path>...}: options before a colon, and the operands' form with these
   * options.
   */
  private static final Pattern BEHIND = Pattern.compile("([-+][^<:]*):(?: +(.*))?");

  private static final Pattern SPELLING =
      Pattern.compile("-[A-Za-z0-9?]|(--?|\\+)[A-Za-z0-9][A-Za-z0-9._-]+");

  /** {@code -type=}: an option of one dash whose value is attached to it. */
  private static final Pattern ATTACHING = Pattern.compile("-[A-Za-z0-9][A-Za-z0-9._-]*=");

  private static final String AT_TERMINAL = "always-at-terminal";

  private final String tool;
  private final TomlTable table;

  /** Every spelling, to find duplicates, mapped to the spelling that is passed to the tool. */
  private final Map<String, String> known = new HashMap<>();

  private GrammarReader(String tool, TomlTable table) {
    this.tool = tool;
    this.table = table;
  }

  /**
   * Reads the keys of {@code table} that belong to a grammar; the caller reads the others.
   *
   * @param tool the tool's name
   */
  public static ArgumentGrammar read(String tool, TomlTable table) throws TomlMistake {
    return new GrammarReader(tool, table).grammar();
  }

  private ArgumentGrammar grammar() throws TomlMistake {
    Map<String, String> flags = flags();
    Map<String, ArgumentGrammar.TypedOption> options = options();
    Map<String, ArgumentGrammar.Command> commands = commands();
    return new ArgumentGrammar(
        tool,
        flags,
        hiding(options),
        operands(commands.isEmpty()),
        commands,
        table.strings("always"),
        table.has(AT_TERMINAL) ? table.strings(AT_TERMINAL) : table.strings("always"),
        needs(),
        manner(options),
        elsewhere(),
        oneOf("only-by-name", table.strings("only-by-name")),
        advice());
  }

  /** {@code "-t --tcp"}: the spellings of one flag; the first is passed to the tool. */
  private Map<String, String> flags() throws TomlMistake {
    Map<String, String> flags = new LinkedHashMap<>();
    for (String line : table.strings("flags")) {
      List<String> spellings = List.of(line.split(" +"));
      for (String spelling : spellings) {
        requireOption("flags", spelling, spellings.get(0));
        flags.put(spelling, spellings.get(0));
      }
    }
    return flags;
  }

  /** {@code "-f --family <inet|inet6>"}: the spellings of one option and its value's type. */
  private Map<String, ArgumentGrammar.TypedOption> options() throws TomlMistake {
    Map<String, ArgumentGrammar.TypedOption> options = new LinkedHashMap<>();
    for (String line : table.strings("options")) {
      List<String> words = List.of(line.split(" +"));
      if (words.size() < 2) {
        throw table.mistake("options", "'%s' has no value: write '-f <type>'".formatted(line));
      }
      ArgumentGrammar.TypedOption option = option(words.get(0), words.get(words.size() - 1));
      for (String spelling : words.subList(0, words.size() - 1)) {
        requireOption("options", spelling, words.get(0));
        options.put(spelling, option);
      }
    }
    return options;
  }

  private ArgumentGrammar.TypedOption option(String spelling, String written) throws TomlMistake {
    Matcher value = VALUE.matcher(written);
    boolean brackets = value.matches() && !value.group(1).isEmpty();
    if (!value.matches()
        || brackets == value.group(3).isEmpty()
        || (brackets && spelling.endsWith("="))) {
      throw table.mistake("options", "'%s' is not a value: write '<type>'".formatted(written));
    }
    int most = value.group(4) == null ? 1 : Integer.parseInt(value.group(4));
    if (most < 1 || most > MOST_TIMES) {
      throw table.mistake(
          "options", "'%s': an option may be given 1 to %d times".formatted(written, MOST_TIMES));
    }
    boolean attached = brackets && value.group(2).startsWith("=");
    if (attached && !spelling.startsWith("--")) {
      throw table.mistake("options", "'%s' is for options like --word".formatted(written));
    }
    ValueType type = place("options", value.group(2).substring(attached ? 1 : 0));
    return new ArgumentGrammar.TypedOption(spelling, type, brackets, attached, most, false);
  }

  private Map<String, ArgumentGrammar.TypedOption> hiding(
      Map<String, ArgumentGrammar.TypedOption> options) throws TomlMistake {
    Set<String> secret = new HashSet<>();
    for (String spelling : table.strings("secret")) {
      ArgumentGrammar.TypedOption option = options.get(spelling);
      if (option == null) {
        throw table.mistake(
            "secret", "'%s' is not one of its options%s".formatted(spelling, nearest(spelling)));
      }
      secret.add(option.spelling());
    }
    options.replaceAll(
        (spelling, option) -> secret.contains(option.spelling()) ? option.asSecret() : option);
    return options;
  }

  private ParsingStyle manner(Map<String, ArgumentGrammar.TypedOption> options) throws TomlMistake {
    Optional<String> base = table.string("base");
    if (base.isPresent() && !(options.containsKey(base.get()) && isPath(options.get(base.get())))) {
      throw table.mistake(
          "base", "'%s' is not an option whose value is a path".formatted(base.get()));
    }
    boolean operandsFirst = table.flag("operands-first");
    for (String flag : BARE_FLAGS) {
      if (known.containsKey(flag) && !operandsFirst) {
        throw table.mistake("flags", "'%s' needs operands-first = true".formatted(flag));
      }
    }
    return new ParsingStyle(
        operandsFirst,
        table.flag("values-apart"),
        table.flag("bare-bundle"),
        table.flag("split-operands"),
        base.map(spelling -> known.getOrDefault(spelling, spelling)));
  }

  private static boolean isPath(ArgumentGrammar.@Nullable TypedOption option) {
    return option != null && option.type().isPath();
  }

  /** {@code "-z --gzip: TEXT"}, with options, or with patterns of operands and sub-commands. */
  private Advice advice() throws TomlMistake {
    Map<String, String> options = new HashMap<>();
    Map<Glob, String> words = new HashMap<>();
    for (String line : table.strings("instead")) {
      int end = line.indexOf(": ");
      if (end < 1 || line.endsWith(": ")) {
        throw table.mistake("instead", "'%s' says nothing: write '-x: TEXT'".formatted(line));
      }
      for (String word : line.substring(0, end).split(" +", -1)) {
        if (known.containsKey(word)) {
          throw table.mistake("instead", "'%s' is accepted".formatted(word));
        }
        if (word.startsWith("-") || word.startsWith("+")) {
          options.put(word, line.substring(end + 2));
        } else {
          words.put(new Glob(word), line.substring(end + 2));
        }
      }
    }
    return new Advice(options, words);
  }

  /** {@code "-L -S"}: one of these must be given. */
  private List<Set<String>> needs() throws TomlMistake {
    List<Set<String>> needs = new ArrayList<>();
    for (String line : table.strings("needs")) {
      needs.add(oneOf("needs", List.of(line.strip().split(" +"))));
    }
    return needs;
  }

  /** Replaces spellings by those that are passed to the tool. */
  private Set<String> oneOf(String key, List<String> spellings) throws TomlMistake {
    Set<String> oneOf = new HashSet<>();
    for (String spelling : spellings) {
      String given = known.get(spelling);
      if (given == null) {
        throw table.mistake(
            key,
            "'%s' is not one of its flags and options%s".formatted(spelling, nearest(spelling)));
      }
      oneOf.add(given);
    }
    return Set.copyOf(oneOf);
  }

  /**
   * {@code name = "show list"}: the spellings of a sub-command; the first is passed to the tool.
   */
  private Map<String, ArgumentGrammar.Command> commands() throws TomlMistake {
    Map<String, ArgumentGrammar.Command> commands = new LinkedHashMap<>();
    for (TomlTable inner : table.tables("command")) {
      List<String> names = List.of(inner.requiredString("name").split(" +"));
      ArgumentGrammar.Command command =
          new ArgumentGrammar.Command(names.get(0), read(tool, inner));
      inner.rejectUnknown();
      for (String name : names) {
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*")) {
          throw inner.mistake("name", "'%s' is not a name for a sub-command".formatted(name));
        }
        if (commands.put(name, command) != null) {
          throw inner.mistake("name", "'%s' is defined twice".formatted(name));
        }
      }
    }
    return commands;
  }

  /** Without the key there may be no operands; and if there are sub-commands, one must be given. */
  private OperandForms operands(boolean bare) throws TomlMistake {
    List<String> forms = table.strings("operands");
    if (!bare && forms.stream().anyMatch(form -> !form.isBlank())) {
      throw table.mistake("operands", "beside sub-commands there can be no operands");
    }
    List<Operands> operands = new ArrayList<>();
    for (String form : forms.isEmpty() && bare ? List.of("") : forms) {
      operands.add(form(form));
    }
    if (operands.stream().noneMatch(form -> form.with().isEmpty()) && !operands.isEmpty()) {
      throw table.mistake(
          "operands",
          "every form is behind an option: write \"\" if there is no operand otherwise");
    }
    return new OperandForms(operands);
  }

  /**
   * {@code "-e --regexp: <path>..."}: the options that select the form, and the operands' types.
   */
  private Operands form(String written) throws TomlMistake {
    Matcher behind = BEHIND.matcher(written);
    boolean hasOptions = behind.matches();
    Set<String> with =
        hasOptions ? oneOf("operands", List.of(behind.group(1).split(" +"))) : Set.of();
    String form = hasOptions ? Optional.ofNullable(behind.group(2)).orElse("") : written;
    boolean repeats = form.endsWith(Operands.REPEATED);
    String places = repeats ? form.substring(0, form.length() - Operands.REPEATED.length()) : form;
    List<ValueType> types = new ArrayList<>();
    for (String word : places.isBlank() ? List.<String>of() : List.of(places.strip().split(" +"))) {
      types.add(place("operands", word));
    }
    if (repeats && types.isEmpty()) {
      throw table.mistake("operands", "'...' follows a type: write '<filter>...'");
    }
    return new Operands(with, types, repeats);
  }

  /** {@code "-L"}, or {@code "-H host:* forwarded:*"} where only some values lead elsewhere. */
  private Map<String, List<Glob>> elsewhere() throws TomlMistake {
    Map<String, List<Glob>> elsewhere = new HashMap<>();
    for (String line : table.strings("elsewhere")) {
      List<String> words = List.of(line.strip().split(" +"));
      List<String> values = words.size() == 1 ? List.of("*") : words.subList(1, words.size());
      for (String spelling : oneOf("elsewhere", words.subList(0, 1))) {
        elsewhere.put(
            spelling, values.stream().map(v -> new Glob(v.toLowerCase(Locale.ROOT))).toList());
      }
    }
    return elsewhere;
  }

  /** {@code <type>}, a type with a prefix as in {@code @<type>}, or a literal word. */
  private ValueType place(String key, String word) throws TomlMistake {
    if (word.startsWith("-")) {
      throw table.mistake(key, "'%s' is an option: it belongs to flags or options".formatted(word));
    }
    int open = word.indexOf('<');
    if (open < 0 || !word.endsWith(">")) {
      return new ValueType.Choice(List.of(word));
    }
    String type = word.substring(open + 1, word.length() - 1);
    if (type.contains("|") && !type.matches("[^-|][^|]*([|][^-|][^|]*)*")) {
      throw table.mistake(
          key, "'%s' holds a word that is empty, or starts with a dash".formatted(word));
    }
    ValueType named =
        ValueType.named(type)
            .orElseThrow(
                () -> table.mistake(key, "unknown type '<%s>': see dbg-tools(5)".formatted(type)));
    if (key.equals("operands") && (named.accepts("-") || named.accepts("-1"))) {
      throw table.mistake(key, "'%s' admits a dash: it is for options".formatted(word));
    }
    return open == 0 ? named : new ValueType.Prefixed(word.substring(0, open), named);
  }

  private void requireOption(String key, String spelling, String given) throws TomlMistake {
    boolean attaching = key.equals("options") && ATTACHING.matcher(spelling).matches();
    boolean isNumber = key.equals("options") && spelling.equals(NUMBER) && !given.equals(NUMBER);
    boolean isBare = key.equals("flags") && BARE_FLAGS.contains(spelling);
    if (!attaching && !isNumber && !isBare && !SPELLING.matcher(spelling).matches()) {
      throw table.mistake(key, "'%s' is not an option: write '-x' or '--word'".formatted(spelling));
    }
    if (known.put(spelling, given) != null) {
      throw table.mistake(key, "'%s' is defined twice".formatted(spelling));
    }
  }

  private String nearest(String spelling) {
    return DidYouMean.question(spelling, known.keySet(), "");
  }
}
