package dev.dbg.policy;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.QuotedText.Sha256;
import dev.dbg.model.amount.Durations;
import dev.dbg.policy.audit.AuditAccess;
import dev.dbg.policy.rule.ArgumentConstraint;
import dev.dbg.policy.rule.ContainerPattern;
import dev.dbg.policy.rule.Hours;
import dev.dbg.policy.rule.Principal;
import dev.dbg.policy.rule.RecordingMode;
import dev.dbg.policy.rule.Rule;
import dev.dbg.policy.rule.Terms;
import dev.dbg.toml.Mistakes;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import dev.dbg.tools.Catalogue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * Reads the files of {@code policy.d}, dbg-policy(5), all of them or none.
 *
 * @param catalogue has the existing tools; a rule for any other tool is a mistake
 */
public record PolicyReader(Catalogue catalogue) {
  /**
   * Reads the files into one policy.
   *
   * @param files each file's text by its path
   * @throws TomlMistake with all mistakes that are independent of each other
   */
  public Policy read(SortedMap<String, String> files) throws TomlMistake {
    Mistakes mistakes = new Mistakes();
    List<TomlTable> tables = new ArrayList<>();
    for (Map.Entry<String, String> file : files.entrySet()) {
      mistakes.of(() -> TomlTable.parse(file.getKey(), file.getValue())).ifPresent(tables::add);
    }
    // A group may be used in an earlier file than the one that defines it.
    ToolNames names = new ToolNames(catalogue);
    for (TomlTable table : tables) {
      mistakes.in(() -> names.readGroups(table.table("tool-groups")));
    }
    List<Rule> rules = new ArrayList<>();
    List<AuditAccess> accesses = new ArrayList<>();
    for (TomlTable table : tables) {
      for (TomlTable rule : mistakes.of(() -> table.tables("rule")).orElse(List.of())) {
        mistakes.of(() -> rule(rule, names)).ifPresent(rules::add);
      }
      for (TomlTable access : mistakes.of(() -> table.tables("audit-access")).orElse(List.of())) {
        mistakes.of(() -> AuditAccessReader.read(access)).ifPresent(accesses::add);
      }
      mistakes.in(table::rejectUnknown);
    }
    mistakes.rejectAny();
    return new Policy(rules, accesses, names.shippedInUse(), hash(files, names.shippedInUse()));
  }

  private static Rule rule(TomlTable table, ToolNames names) throws TomlMistake {
    Mistakes mistakes = new Mistakes();
    Optional<List<Principal>> who = mistakes.of(() -> who(table, "who"));
    Optional<List<ContainerPattern>> containers =
        mistakes.of(() -> containers(table, "containers", table.requiredStrings("containers")));
    Optional<List<ContainerPattern>> except =
        mistakes.of(() -> containers(table, "except", table.strings("except")));
    if (containers.isPresent() && except.isPresent()) {
      mistakes.in(() -> requireImages(table, containers.get(), except.get()));
      mistakes.in(() -> requireContainersOfImages(table, containers.get(), except.get()));
    }
    Optional<Set<String>> tools =
        mistakes.of(() -> names.tools(table, "tools", table.requiredStrings("tools")));
    boolean mayEnter = tools.isEmpty() || !names.areTold(tools.get());
    Optional<Set<NamespaceKind>> namespaces = mistakes.of(() -> namespaces(table, mayEnter));
    Optional<TomlTable> arguments = mistakes.of(() -> table.table("arguments"));
    Optional<Map<String, ArgumentConstraint>> narrowed =
        tools.isPresent() && arguments.isPresent()
            ? mistakes.of(() -> names.narrowed(arguments.get(), tools.get()))
            : Optional.empty();
    Optional<Boolean> hostNamespaces = mistakes.of(() -> table.flag("host-namespaces"));
    Optional<Boolean> stopped = mistakes.of(() -> table.flag("stopped"));
    Optional<Optional<Instant>> until = mistakes.of(() -> table.instant("until"));
    TermsReader reader = new TermsReader(table);
    Optional<List<Hours>> hours = mistakes.of(reader::hours);
    Optional<Terms> terms = mistakes.of(reader::terms);
    mistakes.in(table::rejectUnknown);
    mistakes.rejectAny();
    return new Rule(
        table.file() + ":" + table.position().line(),
        who.orElseThrow(),
        containers.orElseThrow(),
        except.orElseThrow(),
        namespaces.orElseThrow(),
        tools.orElseThrow(),
        narrowed.orElseThrow(),
        hostNamespaces.orElseThrow(),
        stopped.orElseThrow(),
        until.orElseThrow(),
        hours.orElseThrow(),
        terms.orElseThrow());
  }

  private static void requireContainersOfImages(
      TomlTable table, List<ContainerPattern> containers, List<ContainerPattern> except)
      throws TomlMistake {
    if (containers.stream().noneMatch(ContainerPattern::isForImages)
        && except.stream().anyMatch(ContainerPattern::isForImages)) {
      throw table.mistake(
          "except",
          "image:// excludes none of this rule's containers: write image:NAME for those that were made from an image");
    }
  }

  /** An exception that can never hold would permit what it was meant to forbid. */
  private static void requireImages(
      TomlTable table, List<ContainerPattern> containers, List<ContainerPattern> except)
      throws TomlMistake {
    if (containers.stream().noneMatch(ContainerPattern::reachesImages)
        && except.stream().anyMatch(ContainerPattern.ByImage.class::isInstance)) {
      throw table.mistake(
          "except",
          "image: excludes none of this rule's containers, of which no image is known by name: name them, or use label:");
    }
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
                          "'%s' is not a valid operator: write user:NAME, group:NAME, uid:FIRST-LAST, kube:NAME, kube-group:NAME or *"
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

  /** {@code required}: a rule for tools that enter no namespace need not name any. */
  private static Set<NamespaceKind> namespaces(TomlTable table, boolean required)
      throws TomlMistake {
    Set<NamespaceKind> kinds = EnumSet.noneOf(NamespaceKind.class);
    String key = "namespaces";
    for (String text : required ? table.requiredStrings(key) : table.strings(key)) {
      kinds.addAll(table.converted("namespaces", () -> NamespaceKind.selection(text)));
    }
    return kinds;
  }

  /** A shipped group means what it held when the policy was read, so the hash is of that too. */
  private static String hash(
      SortedMap<String, String> files, SortedMap<String, List<String>> groups) {
    MessageDigest digest = Sha256.digest();
    for (Map.Entry<String, String> file : files.entrySet()) {
      digest.update((file.getKey() + "\0").getBytes(StandardCharsets.UTF_8));
      digest.update((file.getValue() + "\0").getBytes(StandardCharsets.UTF_8));
    }
    for (Map.Entry<String, List<String>> group : groups.entrySet()) {
      String text = "@%s\0%s\0".formatted(group.getKey(), String.join(" ", group.getValue()));
      digest.update(text.getBytes(StandardCharsets.UTF_8));
    }
    return Sha256.of(digest);
  }

  /** Reads {@code [[audit-access]]}, dbg-policy(5). */
  private static final class AuditAccessReader {
    private static final String OPERATORS = "operators";
    private static final String CONTAINERS = "containers";

    private AuditAccessReader() {}

    static AuditAccess read(TomlTable table) throws TomlMistake {
      Mistakes mistakes = new Mistakes();
      Optional<List<Principal>> who = mistakes.of(() -> PolicyReader.who(table, "who"));
      Optional<List<Principal>> _ = mistakes.of(() -> PolicyReader.who(table, OPERATORS));
      mistakes.in(() -> requireContainers(table));
      Optional<Optional<Instant>> until = mistakes.of(() -> table.instant("until"));
      mistakes.in(table::rejectUnknown);
      mistakes.rejectAny();
      return new AuditAccess(
          table.file() + ":" + table.position().line(),
          who.orElseThrow(),
          new AuditAccess.Reach(table.strings(OPERATORS), table.strings(CONTAINERS)),
          until.orElseThrow());
    }

    /** An empty list is refused: read as no restriction, it would permit everything. */
    private static void requireContainers(TomlTable table) throws TomlMistake {
      if (!table.has(CONTAINERS)) {
        return;
      }
      List<ContainerPattern> patterns =
          PolicyReader.containers(table, CONTAINERS, table.requiredStrings(CONTAINERS));
      if (patterns.stream().anyMatch(ContainerPattern::readsLabels)) {
        throw table.mistake(
            CONTAINERS,
            "records do not have the containers' labels: write NAME, SCHEME://NAME or image:NAME");
      }
    }
  }

  record TermsReader(TomlTable table) {
    private static final String ALLOWED = "allowed";
    private static final String REQUIRED = "required";
    private static final int MOST_SESSIONS = 10_000;

    Terms terms() throws TomlMistake {
      Mistakes mistakes = new Mistakes();
      Optional<Optional<Duration>> timeout =
          mistakes.of(
              () -> table.parsed("timeout", Durations::parse, "a duration: " + Durations.FORM));
      Optional<Optional<Long>> sessions =
          mistakes.of(() -> table.integer("sessions", 1, MOST_SESSIONS));
      Optional<RecordingMode> record = mistakes.of(this::record);
      Optional<Boolean> reason = mistakes.of(this::reason);
      Optional<Boolean> userSwitch = mistakes.of(() -> table.flag("user-switch"));
      mistakes.rejectAny();
      return new Terms(
          timeout.orElseThrow(),
          sessions.orElseThrow().map(Long::intValue),
          record.orElseThrow(),
          reason.orElseThrow(),
          userSwitch.orElseThrow());
    }

    private RecordingMode record() throws TomlMistake {
      if (!table.isString("record")) {
        return table.flag("record") ? RecordingMode.ALWAYS : RecordingMode.NEVER;
      }
      String text = table.requiredString("record");
      if (!text.equals(ALLOWED)) {
        throw table.mistake(
            "record",
            "'record' accepts true, false or \"allowed\" (if asked for with --record), not '%s'"
                .formatted(text));
      }
      return RecordingMode.ALLOWED;
    }

    private boolean reason() throws TomlMistake {
      Optional<String> text = table.string("reason");
      if (text.isPresent() && !text.get().equals(REQUIRED)) {
        throw table.mistake(
            "reason", "'reason' accepts only \"required\", not '%s'".formatted(text.get()));
      }
      return text.isPresent();
    }

    List<Hours> hours() throws TomlMistake {
      ZoneId zone = zone();
      List<Hours> hours = new ArrayList<>();
      if (table.has("hours")) {
        for (String text : table.requiredStrings("hours")) {
          hours.add(table.converted("hours", () -> Hours.parse(text, zone)));
        }
      }
      return hours;
    }

    private ZoneId zone() throws TomlMistake {
      String name = table.string("zone").orElse("UTC");
      try {
        return ZoneId.of(name);
      } catch (DateTimeException e) {
        throw table.mistake(
            "zone", "'%s' is not a time zone: write one as Europe/Berlin".formatted(name));
      }
    }
  }
}
