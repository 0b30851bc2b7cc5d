package dev.dbg.tools;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * All tools by name, the shipped ones overridden by the administrator's, and the shipped groups of
 * tools. Immutable.
 */
public final class Catalogue {
  private final Map<String, Tool> tools;
  private final Set<String> published;
  private final ToolGroups groups;

  private Catalogue(Map<String, Tool> tools, Set<String> published, ToolGroups groups) {
    this.tools = tools;
    this.published = Set.copyOf(published);
    this.groups = groups;
  }

  /** Shipped tools; later ones replace earlier ones of the same name. There are no groups. */
  public static Catalogue of(Collection<Tool> shipped) {
    Catalogue all = new Catalogue(Map.of(), Set.of(), ToolGroups.NONE).with(shipped);
    return new Catalogue(all.tools, all.tools.keySet(), all.groups);
  }

  /** The same with the administrator's tools, which replace those of the same name. */
  public Catalogue with(Collection<Tool> further) {
    Map<String, Tool> byName = new TreeMap<>(tools);
    further.forEach(tool -> byName.put(tool.name(), tool));
    return new Catalogue(byName, published, groups);
  }

  /** The same with other groups. */
  public Catalogue with(ToolGroups others) {
    return new Catalogue(tools, published, others);
  }

  /** The shipped groups. */
  public ToolGroups groups() {
    return groups;
  }

  /**
   * Whether everybody may know that there is a tool of that name: everybody has the shipped
   * catalogue, but only the administrator has the other entries.
   */
  public boolean isPublished(String name) {
    return published.contains(name);
  }

  public Optional<Tool> tool(String name) {
    return Optional.ofNullable(tools.get(name));
  }

  /** All tools, sorted by name. */
  public Collection<Tool> all() {
    return tools.values();
  }
}
