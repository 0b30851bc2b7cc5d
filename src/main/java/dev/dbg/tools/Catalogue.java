package dev.dbg.tools;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All tools by name, the shipped ones overridden by the administrator's, and the shipped groups of
 * tools. Immutable.
 */
public final class Catalogue {
  private final Map<String, Tool> tools;
  private final ToolGroups groups;

  private Catalogue(Map<String, Tool> tools, ToolGroups groups) {
    this.tools = tools;
    this.groups = groups;
  }

  /** Later tools replace earlier ones of the same name. There are no groups. */
  public static Catalogue of(Collection<Tool> tools) {
    return new Catalogue(Map.of(), ToolGroups.NONE).with(tools);
  }

  /** The same with further tools, which replace those of the same name. */
  public Catalogue with(Collection<Tool> further) {
    Map<String, Tool> byName = new TreeMap<>(tools);
    further.forEach(tool -> byName.put(tool.name(), tool));
    return new Catalogue(byName, groups);
  }

  /** The same with other groups. */
  public Catalogue with(ToolGroups others) {
    return new Catalogue(tools, others);
  }

  /** The shipped groups. */
  public ToolGroups groups() {
    return groups;
  }

  public Optional<Tool> tool(String name) {
    return Optional.ofNullable(tools.get(name));
  }

  /** All tools, sorted by name. */
  public Collection<Tool> all() {
    return tools.values();
  }
}
