package dev.dbg.policy;

import dev.dbg.policy.audit.AuditAccess;
import dev.dbg.policy.rule.ContainerPattern;
import dev.dbg.policy.rule.Principal;
import dev.dbg.toml.Mistakes;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reads {@code [[audit-access]]}, dbg-policy(5). */
final class AuditAccessReader {
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
