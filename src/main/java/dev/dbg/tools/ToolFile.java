package dev.dbg.tools;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.QuotedText;
import dev.dbg.toml.DidYouMean;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import dev.dbg.tools.argument.ArgumentGrammar;
import dev.dbg.tools.argument.ArgumentMistake;
import dev.dbg.tools.argument.GrammarReader;
import dev.dbg.tools.argument.ParsedArguments;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one tool's file, dbg-tools(5). */
public final class ToolFile {
  /** The group of tools whose entries do not name one. */
  private static final String UNGROUPED = "others";

  private ToolFile() {}

  /**
   * Parses a tool's file.
   *
   * @param file the file's name in messages
   */
  public static Tool parse(String file, String text) throws TomlMistake {
    return parse(file, text, "");
  }

  /**
   * Parses a tool's file.
   *
   * @param file the file's name in messages
   * @param home dbg's tree, where dbg's own programs are
   */
  public static Tool parse(String file, String text, String home) throws TomlMistake {
    return parse(TomlTable.parse(file, text), home);
  }

  /** Parses the file of a tool that must have this name. */
  static Tool parse(String name, String file, String text, String home) throws TomlMistake {
    TomlTable table = TomlTable.parse(file, text);
    if (!table.requiredString("name").equals(name)) {
      throw table.mistake("name", "the file of another tool than '%s'".formatted(name));
    }
    return parse(table, home);
  }

  private static Tool parse(TomlTable table, String home) throws TomlMistake {
    String name = table.requiredString("name");
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")) {
      throw table.mistake("name", "'%s' is not a valid tool name".formatted(name));
    }
    ArgumentGrammar arguments = GrammarReader.read(name, table);
    Tool tool =
        new Tool(
            name,
            new Tool.Description(
                table.requiredString("summary"),
                group(table),
                table.requiredString("why"),
                table.string("package"),
                examples(table, name, arguments)),
            new Tool.Kinds(
                namespaces(table, "requires"),
                also(table),
                needsAlso(table, arguments),
                namespaces(table, "excludes")),
            new Tool.OnHost(
                file(table, home),
                absolute(table, "libraries"),
                absolute(table, "data-files"),
                Variable.read(table, "variable"),
                helper(table)),
            capabilities(table),
            activities(table),
            table.flag("terminal"),
            input(table),
            arguments);
    table.rejectUnknown();
    return tool;
  }

  /** A path of the host, or a program of dbg's own by its path in dbg's tree. */
  private static Optional<String> file(TomlTable table, String home) throws TomlMistake {
    Optional<String> file = table.string("file");
    if (file.isPresent() && !file.get().matches("/.*|lib/dbg/tools/[a-z][a-z-]*")) {
      throw table.mistake(
          "file",
          "'%s' is not an absolute path, or that of a program in lib/dbg/tools"
              .formatted(QuotedText.of(file.get())));
    }
    return file.map(path -> path.startsWith("/") ? path : home + "/" + path);
  }

  private static String group(TomlTable table) throws TomlMistake {
    String group = table.string("group").orElse(UNGROUPED);
    if (!group.matches("[a-z][a-z0-9-]{0,31}")) {
      throw table.mistake(
          "group",
          "'%s' is not a valid group: write a word of small letters, such as network"
              .formatted(QuotedText.of(group)));
    }
    return group;
  }

  /**
   * Reads the helper's path. A tool with a helper must exclude {@code mnt}: a container's files
   * contain neither the helper's loader nor a path by which the tool finds it.
   */
  private static Optional<String> helper(TomlTable table) throws TomlMistake {
    Optional<String> helper = table.string("helper");
    if (helper.isPresent()) {
      if (!helper.get().startsWith("/")) {
        throw table.mistake("helper", "'%s' is not an absolute path".formatted(helper.get()));
      }
      if (!table.strings("excludes").contains(NamespaceKind.MNT.word())
          || !table.flag(Activity.FORKS.word())) {
        throw table.mistake(
            "helper", "a tool with a helper needs excludes = [\"mnt\"] and forks = true");
      }
    }
    return helper;
  }

  /** Command lines that the entry accepts itself. */
  private static List<String> examples(TomlTable table, String name, ArgumentGrammar arguments)
      throws TomlMistake {
    List<String> examples = table.strings("examples");
    for (String example : examples) {
      List<String> words = ExampleLine.words(example);
      if (words.isEmpty() || !words.get(0).equals(name)) {
        throw table.mistake("examples", "'%s' does not begin with %s".formatted(example, name));
      }
      try {
        ParsedArguments _ = arguments.read(words.subList(1, words.size()));
      } catch (ArgumentMistake e) {
        throw table.mistake("examples", "'%s': %s".formatted(example, e.message()));
      }
    }
    return examples;
  }

  private static List<String> absolute(TomlTable table, String key) throws TomlMistake {
    List<String> paths = table.strings(key);
    for (String path : paths) {
      if (!path.startsWith("/") || path.substring(0, path.lastIndexOf('/')).contains("*")) {
        throw table.mistake(
            key, "'%s' is not an absolute path, or has a * in a directory".formatted(path));
      }
    }
    return paths;
  }

  private static Input input(TomlTable table) throws TomlMistake {
    Optional<String> word = table.string("input");
    Optional<Input> input = word.isEmpty() ? Optional.of(Input.ALWAYS) : Input.of(word.get());
    if (input.filter(Input::isTold).isPresent()
        && namespaces(table, "excludes").size() < NamespaceKind.values().length) {
      throw table.mistake("input", "a tool that reads a log or a status excludes all namespaces");
    }
    if (input.filter(Input.CONNECTION::equals).isPresent()
        && !namespaces(table, "excludes").contains(NamespaceKind.PID)) {
      // Root of the container could take it over there, and say how much it copied.
      throw table.mistake("input", "a tool that copies to a connection excludes pid");
    }
    return input.orElseThrow(
        () -> table.mistake("input", "'input' must be one of " + String.join(", ", Input.words())));
  }

  /** The namespaces that a key lists. */
  public static Set<NamespaceKind> namespaces(TomlTable table, String key) throws TomlMistake {
    Set<NamespaceKind> kinds = EnumSet.noneOf(NamespaceKind.class);
    for (String word : table.strings(key)) {
      kinds.add(table.converted(key, () -> NamespaceKind.of(word)));
    }
    return kinds;
  }

  /** The namespaces besides the required ones: none twice, and none that the tool excludes. */
  private static Set<NamespaceKind> also(TomlTable table) throws TomlMistake {
    Set<NamespaceKind> kinds = namespaces(table, "also");
    for (String other : List.of("requires", "excludes")) {
      for (NamespaceKind kind : namespaces(table, other)) {
        if (kinds.contains(kind)) {
          throw table.mistake("also", "'%s' is in '%s' too: write it once".formatted(kind, other));
        }
      }
    }
    return kinds;
  }

  private static Set<String> needsAlso(TomlTable table, ArgumentGrammar arguments)
      throws TomlMistake {
    Set<String> words = Set.copyOf(table.strings("needs-also"));
    if (words.stream().anyMatch(w -> w.startsWith("-") && !arguments.spellings().contains(w))) {
      throw table.mistake(
          "needs-also",
          "it may list only operands, and options of the entry by their first spelling");
    }
    return words;
  }

  private static Set<Activity> activities(TomlTable table) throws TomlMistake {
    Set<Activity> activities = EnumSet.noneOf(Activity.class);
    for (Activity activity : Activity.NAMED) {
      if (table.flag(activity.word())) {
        activities.add(activity);
      }
    }
    return activities;
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
                    DidYouMean.question(word, known, ": one of " + String.join(", ", known))));
      }
      capabilities.add(Capability.valueOf(word));
    }
    return capabilities;
  }
}
