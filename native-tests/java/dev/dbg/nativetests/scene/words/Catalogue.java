package dev.dbg.nativetests.scene.words;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The shipped entries, dbg-tools(5), read from the tree that was built. They are read without dbg's
 * own code, and no more strictly than the tests need. A new tool is tested because it is in the
 * catalogue.
 */
public final class Catalogue {
  private static final TomlMapper TOML = new TomlMapper();

  /** The directories that dbgd searches for a tool whose entry names no file. */
  private static final List<String> DIRECTORIES =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private Catalogue() {}

  /**
   * A tool's entry.
   *
   * @param file the tool's file on this host, if it exists
   * @param opaque whether the tool may look into other processes
   */
  public record Tool(
      String name,
      Optional<Path> file,
      Set<String> requires,
      Set<String> excludes,
      boolean opaque,
      Grammar grammar) {
    /** Whether the tool may be run with these namespaces. */
    public boolean worksWith(List<String> namespaces) {
      boolean all = namespaces.equals(List.of("all"));
      return all
          ? excludes.isEmpty()
          : namespaces.containsAll(requires) && namespaces.stream().noneMatch(excludes::contains);
    }
  }

  /**
   * The arguments that may follow the name of a tool or of a sub-command.
   *
   * @param flags one spelling each
   * @param needs lists of options; one of each list must be given
   * @param operands the forms, each a list of places
   */
  public record Grammar(
      List<String> flags,
      List<Option> options,
      List<List<String>> needs,
      List<List<String>> operands,
      List<Command> commands,
      boolean operandsFirst) {}

  /** An option and the type of its value, such as {@code <port>}, or a word. */
  public record Option(String spelling, String type, boolean optional) {}

  /** A sub-command. */
  public record Command(String name, Grammar grammar) {}

  /** All entries, by name. */
  public static List<Tool> in(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      List<Tool> tools = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith(".toml")).sorted().toList()) {
        tools.add(tool(directory.resolve("../../.."), TOML.readTree(file.toFile())));
      }
      return List.copyOf(tools);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tool tool(Path tree, JsonNode entry) {
    String name = entry.path("name").asText();
    return new Tool(
        name,
        entry.has("file") ? existing(tree.resolve(entry.path("file").asText())) : found(name),
        new TreeSet<>(strings(entry, "requires")),
        new TreeSet<>(strings(entry, "excludes")),
        strings(entry, "capabilities").contains("SYS_PTRACE"),
        grammar(entry));
  }

  private static Optional<Path> existing(Path file) {
    return Optional.of(file).filter(Files::isExecutable);
  }

  private static Optional<Path> found(String name) {
    return DIRECTORIES.stream()
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Grammar grammar(JsonNode table) {
    List<Option> options = new ArrayList<>();
    for (String line : strings(table, "options")) {
      List<String> words = words(line);
      String value = words.getLast().replaceAll("\\{[0-9]+}$", "");
      boolean optional = value.startsWith("[");
      options.add(
          new Option(
              words.getFirst(),
              optional ? value.substring(1, value.length() - 1) : value,
              optional));
    }
    List<Command> commands = new ArrayList<>();
    for (JsonNode inner : table.path("command")) {
      commands.add(new Command(words(inner.path("name").asText()).getFirst(), grammar(inner)));
    }
    // A form such as "-C: ." is only for lines with that option.
    List<String> forms =
        strings(table, "operands").stream().filter(form -> !form.matches("-\\S+:.*")).toList();
    return new Grammar(
        strings(table, "flags").stream().map(line -> words(line).getFirst()).toList(),
        List.copyOf(options),
        strings(table, "needs").stream().map(Catalogue::words).toList(),
        (forms.isEmpty() ? List.of("") : forms).stream().map(Catalogue::places).toList(),
        List.copyOf(commands),
        table.path("operands-first").asBoolean());
  }

  private static List<String> places(String form) {
    String plain = form.replace("...", "").strip();
    return plain.isEmpty() ? List.of() : words(plain);
  }

  private static List<String> words(String line) {
    return List.of(line.split(" +"));
  }

  private static List<String> strings(JsonNode table, String key) {
    List<String> all = new ArrayList<>();
    table.path(key).forEach(one -> all.add(one.asText()));
    return List.copyOf(all);
  }
}
