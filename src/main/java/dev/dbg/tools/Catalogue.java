package dev.dbg.tools;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All tools by name: the shipped ones, overridden by the administrator's. Immutable. */
public final class Catalogue {
  private final Map<String, Tool> tools;

  private Catalogue(Map<String, Tool> tools) {
    this.tools = tools;
  }

  /** Later tools replace earlier ones of the same name. */
  public static Catalogue of(Collection<Tool> tools) {
    Map<String, Tool> byName = new TreeMap<>();
    tools.forEach(tool -> byName.put(tool.name(), tool));
    return new Catalogue(byName);
  }

  public Optional<Tool> tool(String name) {
    return Optional.ofNullable(tools.get(name));
  }

  /** All tools, sorted by name. */
  public Collection<Tool> all() {
    return tools.values();
  }
}
