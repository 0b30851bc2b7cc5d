package dev.dbg.config;

import dev.dbg.authorize.Rights;
import dev.dbg.kernel.file.KubeletVolume;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.policy.PolicyReader;
import dev.dbg.toml.Mistakes;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.CatalogueEntry;
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
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the catalogue and the policy, all or nothing, from files that only root can write. */
public record RightsLoader(Path home, Path tools, Path policy) {
  private static final String SUFFIX = ".toml";

  /** A loader for the configured paths, and the catalogue installed below {@code home}. */
  public static RightsLoader of(Path home, DaemonConfig config) {
    return new RightsLoader(home, config.tools(), config.policy());
  }

  /** Reads everything. */
  public Rights load() throws IOException, TomlMistake {
    return rights(catalogue());
  }

  /**
   * Reads what a start needs: an entry that came with dbg is read when its tool is first asked for,
   * {@link Catalogue#readAll}. All files are opened, and checked, at once.
   */
  public Rights loadForStart() throws IOException, TomlMistake {
    return rights(entries());
  }

  /** Reads only the catalogue. */
  public Catalogue catalogue() throws IOException, TomlMistake {
    Catalogue catalogue = entries();
    catalogue.readAll();
    return catalogue;
  }

  private Rights rights(Catalogue catalogue) throws IOException, TomlMistake {
    return new Rights(new PolicyReader(catalogue).read(read(policy)), catalogue);
  }

  private Catalogue entries() throws IOException, TomlMistake {
    Path share = home.resolve("share/dbg");
    Path groups = share.resolve("groups.toml");
    List<CatalogueEntry> shipped = new ArrayList<>();
    read(share.resolve("tools.d"))
        .forEach(
            (file, text) ->
                shipped.add(CatalogueEntry.shipped(named(file), file, text, home.toString())));
    ToolGroups shared =
        Files.exists(groups)
            ? ToolGroups.parse(groups.toString(), TrustedFile.read(groups))
            : ToolGroups.NONE;
    return Catalogue.ofEntries(shipped).with(own()).with(shared);
  }

  /** The name of a tool, after which its file is called. */
  private static String named(String file) {
    return file.substring(file.lastIndexOf('/') + 1, file.length() - SUFFIX.length());
  }

  private List<Tool> own() throws IOException, TomlMistake {
    Mistakes mistakes = new Mistakes();
    List<Tool> all = new ArrayList<>();
    for (Map.Entry<String, String> file : read(tools).entrySet()) {
      mistakes
          .of(() -> ToolFile.parse(file.getKey(), file.getValue(), home.toString()))
          .ifPresent(all::add);
    }
    mistakes.rejectAny();
    return all;
  }

  /**
   * The texts of a directory's {@code *.toml} by path; none if there is no directory. In a
   * container of Kubernetes it may be a ConfigMap.
   */
  private static SortedMap<String, String> read(Path directory) throws IOException {
    Optional<KubeletVolume> volume = KubeletVolume.at(directory);
    if (volume.isPresent()) {
      return volume.get().texts(SUFFIX);
    }
    SortedMap<String, String> texts = new TreeMap<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
        for (Path file : files) {
          // What only root can change above the first file, only root can change before the last.
          if (texts.isEmpty()) {
            TrustedFile.requireTrustedParents(file);
          }
          texts.put(file.toString(), TrustedFile.read(file, TrustedFile.LARGEST));
        }
      }
    }
    return texts;
  }
}
