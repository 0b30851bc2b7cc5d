package dev.dbg.config;

import dev.dbg.authorize.Rights;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.policy.PolicyReader;
import dev.dbg.toml.Mistakes;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Tool;
import dev.dbg.tools.ToolFile;
import dev.dbg.tools.ToolGroups;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the catalogue and the policy, all or nothing, from files that only root can write. */
public record RightsLoader(Path home, Path shippedTools, Path groups, Path tools, Path policy) {
  /** A loader for the configured paths, and the catalogue installed below {@code home}. */
  public static RightsLoader of(Path home, DaemonConfig config) {
    Path shipped = home.resolve("share/dbg");
    return new RightsLoader(
        home,
        shipped.resolve("tools.d"),
        shipped.resolve("groups.toml"),
        config.tools(),
        config.policy());
  }

  public Rights load() throws IOException, TomlMistake {
    Catalogue catalogue = catalogue();
    return new Rights(new PolicyReader(catalogue).read(read(policy)), catalogue);
  }

  /** Reads only the catalogue. */
  public Catalogue catalogue() throws IOException, TomlMistake {
    Mistakes mistakes = new Mistakes();
    List<Tool> shipped = entries(shippedTools, mistakes);
    List<Tool> own = entries(tools, mistakes);
    mistakes.rejectAny();
    ToolGroups shared =
        Files.exists(groups)
            ? ToolGroups.parse(groups.toString(), TrustedFile.read(groups))
            : ToolGroups.NONE;
    return Catalogue.of(shipped).with(own).with(shared);
  }

  private List<Tool> entries(Path directory, Mistakes mistakes) throws IOException {
    List<Tool> all = new ArrayList<>();
    for (Map.Entry<String, String> file : read(directory).entrySet()) {
      mistakes
          .of(() -> ToolFile.parse(file.getKey(), file.getValue(), home.toString()))
          .ifPresent(all::add);
    }
    return all;
  }

  /** The texts of a directory's {@code *.toml} by path; none if there is no directory. */
  private static SortedMap<String, String> read(Path directory) throws IOException {
    SortedMap<String, String> texts = new TreeMap<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.toml")) {
        for (Path file : files) {
          texts.put(file.toString(), TrustedFile.read(file));
        }
      }
    }
    return texts;
  }
}
