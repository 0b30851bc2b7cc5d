package dev.dbg.administer;

import dev.dbg.authorize.Rights;
import dev.dbg.config.RightsLoader;
import dev.dbg.policy.Policy;
import dev.dbg.policy.PolicyReader;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Tool;
import dev.dbg.tools.ToolFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code dbgd check [PATH]}: whether dbgd would take what is installed, or a draft. */
final class CheckCommand {
  private final RightsLoader installed;

  CheckCommand(RightsLoader installed) {
    this.installed = installed;
  }

  /**
   * Checks what is installed as dbgd would read it; or a draft, which may be anybody's: a directory
   * of policies, one policy, or a tool's entry.
   */
  CheckResult of(Optional<Path> path) throws IOException {
    try {
      if (path.isPresent()) {
        return draft(installed.catalogue(), texts(path.get()));
      }
      Rights rights = installed.load();
      return well(rights.policy(), rights.catalogue().all().size());
    } catch (TomlMistake e) {
      return wrong(e, Files.readString(Path.of(e.file())));
    }
  }

  static SortedMap<String, String> texts(Path path) throws IOException {
    SortedMap<String, String> texts = new TreeMap<>();
    if (!Files.isDirectory(path)) {
      texts.put(path.toString(), Files.readString(path));
      return texts;
    }
    try (var files = Files.newDirectoryStream(path, "*.toml")) {
      for (Path file : files) {
        texts.put(file.toString(), Files.readString(file));
      }
    }
    return texts;
  }

  /** Checks texts by their paths, entries of tools beside those of a catalogue. */
  static CheckResult draft(Catalogue catalogue, SortedMap<String, String> texts) {
    try {
      SortedMap<String, String> policies = new TreeMap<>();
      List<Tool> tools = new ArrayList<>(catalogue.all());
      int entries = 0;
      for (Map.Entry<String, String> file : texts.entrySet()) {
        if (TomlTable.parse(file.getKey(), file.getValue()).has("name")) {
          tools.add(ToolFile.parse(file.getKey(), file.getValue()));
          entries++;
        } else {
          policies.put(file.getKey(), file.getValue());
        }
      }
      Policy policy = new PolicyReader(Catalogue.of(tools)).read(policies);
      return well(policy, entries);
    } catch (TomlMistake e) {
      return wrong(e, texts.getOrDefault(e.file(), ""));
    }
  }

  private static CheckResult well(Policy policy, int tools) {
    String accesses =
        policy.auditAccessCount() == 0
            ? ""
            : "%d accesses to records, ".formatted(policy.auditAccessCount());
    return CheckResult.well(
        "%d rules, %s%d tools: all is well".formatted(policy.ruleCount(), accesses, tools));
  }

  private static CheckResult wrong(TomlMistake mistake, String text) {
    return CheckResult.wrong("", "%s%n%s%n".formatted(mistake.message(), mistake.excerpt(text)));
  }
}
