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
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code dbgd check [PATH]}: whether dbgd would accept the installed files, or a draft with any
 * owner: a directory of policies, one policy, or a tool's entry.
 */
@Command(
    name = "check",
    description = "Say what dbgd would refuse of the catalogue and the policy, or of a draft.",
    customSynopsis = "dbgd check [--config FILE] [PATH]")
public final class CheckCommand extends OfflineVerb {
  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      description = "A draft: a directory of policies, a policy, or a tool's entry.")
  @Nullable Path path;

  public CheckCommand(Path home) {
    super(home);
  }

  @Override
  public Result run() throws IOException, TomlMistake {
    RightsLoader installed = installed();
    try {
      if (path != null) {
        return draft(installed.catalogue(), texts(path));
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

  /** Checks texts, given by their paths; tools' entries are added to those of a catalogue. */
  static Result draft(Catalogue catalogue, SortedMap<String, String> texts) {
    try {
      SortedMap<String, String> policies = new TreeMap<>();
      List<Tool> tools = new ArrayList<>();
      int entries = 0;
      for (Map.Entry<String, String> file : texts.entrySet()) {
        if (TomlTable.parse(file.getKey(), file.getValue()).has("name")) {
          tools.add(ToolFile.parse(file.getKey(), file.getValue()));
          entries++;
        } else {
          policies.put(file.getKey(), file.getValue());
        }
      }
      Policy policy = new PolicyReader(catalogue.with(tools)).read(policies);
      return well(policy, entries);
    } catch (TomlMistake e) {
      return wrong(e, texts.getOrDefault(e.file(), ""));
    }
  }

  private static Result well(Policy policy, int tools) {
    String accesses =
        policy.auditAccessCount() == 0
            ? ""
            : "%d accesses to records, ".formatted(policy.auditAccessCount());
    StringBuilder said =
        new StringBuilder(
            "%d rules, %s%d tools: all is well".formatted(policy.ruleCount(), accesses, tools));
    policy
        .groups()
        .forEach(
            (name, group) -> said.append("\n@%s: %s".formatted(name, String.join(", ", group))));
    return Result.well(said.toString());
  }

  private static Result wrong(TomlMistake mistake, String text) {
    return Result.wrong("", "%s%n%s%n".formatted(mistake.message(), mistake.excerpt(text)));
  }
}
