package dev.dbg.administer;

import dev.dbg.audit.seal.KeyFile;
import dev.dbg.authorize.Rights;
import dev.dbg.config.DaemonConfig;
import dev.dbg.config.RightsLoader;
import dev.dbg.kernel.file.ReplacedFile;
import dev.dbg.policy.Policy;
import dev.dbg.policy.PolicyReader;
import dev.dbg.toml.Mistakes;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Tool;
import dev.dbg.tools.ToolFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code dbgd check [PATH]}: checks that dbgd would accept the installed files, or a draft: a
 * directory of policies, a policy, or a tool's entry. A draft may have any owner.
 */
@Command(
    name = "check",
    header = {
      "  dbgd check                what is installed",
      "  dbgd check draft.toml     a draft of your own",
      "  dbgd check policy.d/      a directory of drafts",
      ""
    },
    description = "Find mistakes in the installed policy and catalogue, or in a draft.",
    customSynopsis = "dbgd check [--config FILE] [PATH]")
public final class CheckCommand extends OfflineVerb {
  private static final String ALL_IS_WELL = "all is well";

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
      DaemonConfig settings = settings();
      Path directory = settings.policy();
      return well(
          rights.policy(),
          rights.catalogue().all().size(),
          rights.policy().ruleCount() == 0
              ? "nobody may run anything: write a rule in %s/NAME.toml, dbg-policy(5)"
                  .formatted(directory)
              : ALL_IS_WELL,
          verifyingKey(settings.audit().directory())
              + metrics(settings.metrics())
              + passedOver(directory)
              + passedOver(settings.tools()));
    } catch (TomlMistake e) {
      SortedMap<String, String> texts = new TreeMap<>();
      for (TomlMistake one : e.all()) {
        texts.put(one.file(), Files.readString(Path.of(one.file())));
      }
      return wrong(e, texts);
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

  /** Checks the texts of files, by path. Tools' entries among them are added to the catalogue. */
  static Result draft(Catalogue catalogue, SortedMap<String, String> texts) {
    try {
      Mistakes mistakes = new Mistakes();
      SortedMap<String, String> policies = new TreeMap<>();
      List<Tool> tools = new ArrayList<>();
      for (Map.Entry<String, String> file : texts.entrySet()) {
        if (isEntry(file.getKey(), file.getValue())) {
          mistakes.of(() -> ToolFile.parse(file.getKey(), file.getValue())).ifPresent(tools::add);
        } else {
          policies.put(file.getKey(), file.getValue());
        }
      }
      Optional<Policy> policy =
          mistakes.of(() -> new PolicyReader(catalogue.with(tools)).read(policies));
      mistakes.rejectAny();
      return well(policy.orElseThrow(), tools.size(), ALL_IS_WELL, "");
    } catch (TomlMistake e) {
      return wrong(e, texts);
    }
  }

  /** Returns true for a tool's entry. A text that is not TOML counts as a policy. */
  private static boolean isEntry(String file, String text) {
    return new Mistakes().of(() -> TomlTable.parse(file, text).has("name")).orElse(false);
  }

  /** Returns a line for each file that is not read because of its name. */
  static String passedOver(Path directory) throws IOException {
    StringBuilder said = new StringBuilder();
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        files
            .filter(file -> !file.getFileName().toString().matches("\\..*|.*\\.(toml|example)"))
            .sorted()
            .map("\n%s is not read: its name does not end in .toml"::formatted)
            .forEach(said::append);
      }
    }
    return said.toString();
  }

  /** Returns a line with the verifying key's path; empty if the caller cannot see the file. */
  private static String verifyingKey(Path directory) {
    Path file = directory.resolve(KeyFile.VERIFYING);
    return Files.exists(file)
        ? "\nthe log's verifying key is in %s: keep a copy on another host".formatted(file)
        : "";
  }

  /** Returns a line if the metrics cannot be written, which is no reason to refuse the policy. */
  private static String metrics(Optional<Path> file) {
    return file.flatMap(ReplacedFile::trouble)
        .map("\nthe metrics will be missing: %s"::formatted)
        .orElse("");
  }

  /**
   * @param verdict the end of the first line
   * @param more further lines
   */
  private static Result well(Policy policy, int tools, String verdict, String more) {
    String accesses =
        policy.auditAccessCount() == 0
            ? ""
            : "%d accesses to records, ".formatted(policy.auditAccessCount());
    StringBuilder said =
        new StringBuilder(
            "%d rules, %s%d tools: %s".formatted(policy.ruleCount(), accesses, tools, verdict));
    policy
        .groups()
        .forEach(
            (name, group) -> said.append("\n@%s: %s".formatted(name, String.join(", ", group))));
    policy
        .placesEnded(Instant.now())
        .map("\nthe rule at %s has ended"::formatted)
        .forEach(said::append);
    return Result.well(said + more);
  }

  /** Returns the mistakes, each with the line of its file. */
  private static Result wrong(TomlMistake mistakes, SortedMap<String, String> texts) {
    StringBuilder all = new StringBuilder();
    for (TomlMistake one : mistakes.all()) {
      all.append(one.message())
          .append('\n')
          .append(one.excerpt(texts.getOrDefault(one.file(), "")))
          .append('\n');
    }
    return Result.wrong("", all.toString());
  }
}
