package dev.dbg.tools;

import dev.dbg.toml.TomlMistake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The shipped catalogue. */
public final class Shipped {
  private static final Path DIRECTORY = Path.of("src/main/dist/share/dbg/tools.d");

  private static final Path GROUPS = Path.of("src/main/dist/share/dbg/groups.toml");

  /** Nobody changes it; reading all entries takes a tenth of a second. */
  private static final Catalogue CATALOGUE = read();

  private Shipped() {}

  public static Catalogue catalogue() {
    return CATALOGUE;
  }

  private static Catalogue read() {
    List<CatalogueEntry> tools = new ArrayList<>();
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      for (Path file : files.sorted().toList()) {
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.toml$", "");
        tools.add(CatalogueEntry.shipped(name, file.toString(), Files.readString(file), ""));
      }
      Catalogue catalogue =
          Catalogue.ofEntries(tools)
              .with(ToolGroups.parse(GROUPS.toString(), Files.readString(GROUPS)));
      catalogue.readAll();
      return catalogue;
    } catch (IOException | TomlMistake e) {
      throw new IllegalStateException(e);
    }
  }
}
