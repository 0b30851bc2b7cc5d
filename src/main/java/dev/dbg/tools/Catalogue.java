package dev.dbg.tools;

import dev.dbg.toml.Mistakes;
import dev.dbg.toml.TomlMistake;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * All tools by name, the shipped ones overridden by the administrator's, and the shipped groups of
 * tools. Immutable, but that a shipped entry may be read only when its tool is first asked for. An
 * entry with a mistake is then refused with an {@link IllegalStateException}: whoever has changed
 * such a file finds the mistake by {@link #readAll}.
 */
public final class Catalogue {
  private final Map<String, CatalogueEntry> entries;
  private final Set<String> published;
  private final ToolGroups groups;

  private Catalogue(Map<String, CatalogueEntry> entries, Set<String> published, ToolGroups groups) {
    this.entries = entries;
    this.published = Set.copyOf(published);
    this.groups = groups;
  }

  /** Shipped tools; later ones replace earlier ones of the same name. There are no groups. */
  public static Catalogue of(Collection<Tool> shipped) {
    return ofEntries(shipped.stream().map(CatalogueEntry::of).toList());
  }

  /** Shipped entries; later ones replace earlier ones of the same name. There are no groups. */
  public static Catalogue ofEntries(List<CatalogueEntry> shipped) {
    Map<String, CatalogueEntry> byName = new TreeMap<>();
    shipped.forEach(entry -> byName.put(entry.name(), entry));
    return new Catalogue(byName, byName.keySet(), ToolGroups.NONE);
  }

  /** The same with the administrator's tools, which replace those of the same name. */
  public Catalogue with(Collection<Tool> further) {
    Map<String, CatalogueEntry> byName = new TreeMap<>(entries);
    further.forEach(tool -> byName.put(tool.name(), CatalogueEntry.of(tool)));
    return new Catalogue(byName, published, groups);
  }

  public Catalogue with(ToolGroups others) {
    return new Catalogue(entries, published, others);
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
    return Optional.ofNullable(entries.get(name)).map(Catalogue::tool);
  }

  /** The names of all tools, sorted. */
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /** All tools, sorted by name. */
  public List<Tool> all() {
    return entries.values().stream().map(Catalogue::tool).toList();
  }

  /** Reads all entries that were not read yet; the mistake stands for all mistakes in them. */
  public void readAll() throws TomlMistake {
    Mistakes mistakes = new Mistakes();
    for (CatalogueEntry entry : entries.values()) {
      mistakes.in(
          () -> {
            Tool _ = entry.read();
          });
    }
    mistakes.rejectAny();
  }

  private static Tool tool(CatalogueEntry entry) {
    try {
      return entry.read();
    } catch (TomlMistake e) {
      throw new IllegalStateException("the catalogue is damaged: " + e.message(), e);
    }
  }
}
