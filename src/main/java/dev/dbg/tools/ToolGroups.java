package dev.dbg.tools;

import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The shipped groups of tools, which rules may name, dbg-policy(5). They are lists of their own and
 * not made from {@link Tool.Description#group}: a new tool must not widen a rule. Immutable.
 */
public record ToolGroups(Map<String, List<String>> tools) {
  /** No groups. */
  public static final ToolGroups NONE = new ToolGroups(Map.of());

  public ToolGroups {
    SortedMap<String, List<String>> sorted = new TreeMap<>();
    tools.forEach((name, group) -> sorted.put(name, List.copyOf(new TreeSet<>(group))));
    tools = Map.copyOf(sorted);
  }

  /**
   * Parses the file of groups.
   *
   * @param file the file's name in messages
   */
  public static ToolGroups parse(String file, String text) throws TomlMistake {
    TomlTable table = TomlTable.parse(file, text);
    Map<String, List<String>> groups = new TreeMap<>();
    for (String name : table.keys()) {
      groups.put(name, table.requiredStrings(name));
    }
    return new ToolGroups(groups);
  }
}
