package dev.dbg.policy;

import dev.dbg.model.NamespaceKind;
import dev.dbg.policy.audit.AuditAccess;
import dev.dbg.policy.rule.ContainerPattern;
import dev.dbg.policy.rule.Principal;
import dev.dbg.policy.rule.Rule;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import dev.dbg.tools.Catalogue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/** Reads the files of {@code policy.d}, dbg-policy(5), all of them or none. */
public final class PolicyReader {
  private final Catalogue catalogue;

  /** {@code catalogue} has the existing tools; a rule for any other tool is a mistake. */
  public PolicyReader(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /**
   * Reads the files into one policy.
   *
   * @param files each file's text by its path
   */
  public Policy read(SortedMap<String, String> files) throws TomlMistake {
    List<TomlTable> tables = new ArrayList<>();
    for (Map.Entry<String, String> file : files.entrySet()) {
      tables.add(TomlTable.parse(file.getKey(), file.getValue()));
    }
    // A group may be used in an earlier file than the one that defines it.
    ToolNames names = new ToolNames(catalogue);
    for (TomlTable table : tables) {
      names.readGroups(table.table("tool-groups"));
    }
    List<Rule> rules = new ArrayList<>();
    List<AuditAccess> accesses = new ArrayList<>();
    for (TomlTable table : tables) {
      for (TomlTable rule : table.tables("rule")) {
        rules.add(rule(rule, names));
      }
      for (TomlTable access : table.tables("audit-access")) {
        accesses.add(AuditAccessReader.read(access));
      }
      table.rejectUnknown();
    }
    return new Policy(rules, accesses, names.shippedInUse(), hash(files, names.shippedInUse()));
  }

  private static Rule rule(TomlTable table, ToolNames names) throws TomlMistake {
    Set<String> tools = names.tools(table, "tools", table.requiredStrings("tools"));
    TermsReader terms = new TermsReader(table);
    Rule rule =
        new Rule(
            table.file() + ":" + table.position().line(),
            who(table, "who"),
            containers(table, "containers", table.requiredStrings("containers")),
            containers(table, "except", table.strings("except")),
            namespaces(table),
            tools,
            names.narrowed(table.table("arguments"), tools),
            table.flag("host-namespaces"),
            table.instant("until"),
            terms.hours(),
            terms.terms());
    table.rejectUnknown();
    return rule;
  }

  static List<Principal> who(TomlTable table, String key) throws TomlMistake {
    List<Principal> who = new ArrayList<>();
    for (String text : table.requiredStrings(key)) {
      who.add(
          Principal.parse(text)
              .orElseThrow(
                  () ->
                      table.mistake(
                          key,
                          "'%s' is not a valid operator: write user:NAME, group:NAME, uid:FIRST-LAST or *"
                              .formatted(text))));
    }
    return who;
  }

  static List<ContainerPattern> containers(TomlTable table, String key, List<String> texts)
      throws TomlMistake {
    List<ContainerPattern> patterns = new ArrayList<>();
    for (String text : texts) {
      patterns.add(table.converted(key, () -> ContainerPattern.parse(text)));
    }
    return patterns;
  }

  private static Set<NamespaceKind> namespaces(TomlTable table) throws TomlMistake {
    Set<NamespaceKind> kinds = EnumSet.noneOf(NamespaceKind.class);
    for (String text : table.requiredStrings("namespaces")) {
      kinds.addAll(table.converted("namespaces", () -> NamespaceKind.selection(text)));
    }
    return kinds;
  }

  /** A shipped group means what it held when the policy was read, so the hash is of that too. */
  private static String hash(
      SortedMap<String, String> files, SortedMap<String, List<String>> groups) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Map.Entry<String, String> file : files.entrySet()) {
        digest.update((file.getKey() + "\0").getBytes(StandardCharsets.UTF_8));
        digest.update((file.getValue() + "\0").getBytes(StandardCharsets.UTF_8));
      }
      for (Map.Entry<String, List<String>> group : groups.entrySet()) {
        String text = "@%s\0%s\0".formatted(group.getKey(), String.join(" ", group.getValue()));
        digest.update(text.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
