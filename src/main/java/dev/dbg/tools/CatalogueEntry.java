package dev.dbg.tools;

import dev.dbg.toml.TomlMistake;
import org.jspecify.annotations.Nullable;

/**
 * A tool of the catalogue, or the text of its file, which is read when the tool is first asked for:
 * reading all of them takes a tenth of a second, for which the first client after a start would
 * wait.
 *
 * <p>For any thread.
 */
public final class CatalogueEntry {
  private final String name;
  private final String file;
  private final String text;
  private final String home;

  /** Null until it is read. */
  private @Nullable Tool tool;

  private CatalogueEntry(String name, String file, String text, String home, @Nullable Tool tool) {
    this.name = name;
    this.file = file;
    this.text = text;
    this.home = home;
    this.tool = tool;
  }

  static CatalogueEntry of(Tool tool) {
    return new CatalogueEntry(tool.name(), "", "", "", tool);
  }

  /**
   * The entry of a file that came with dbg.
   *
   * @param name the tool's name, which the file must have too
   * @param file the file's name in messages
   * @param home dbg's tree, where dbg's own programs are
   */
  public static CatalogueEntry shipped(String name, String file, String text, String home) {
    return new CatalogueEntry(name, file, text, home, null);
  }

  String name() {
    return name;
  }

  synchronized Tool read() throws TomlMistake {
    if (tool == null) {
      tool = ToolFile.parse(name, file, text, home);
    }
    return tool;
  }
}
