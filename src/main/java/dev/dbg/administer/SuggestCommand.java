package dev.dbg.administer;

import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.Query;
import dev.dbg.config.DaemonConfig;
import dev.dbg.model.amount.Since;
import dev.dbg.toml.TomlMistake;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dbgd suggest}: prints the narrowest rules that permit refused commands. */
@Command(
    name = "suggest",
    header = {
      "  dbgd suggest --since today                         commands refused today",
      "  dbgd suggest --operator ana > draft.toml           of one operator",
      "  dbgd suggest --operator ana --tests > draft.test.toml",
      ""
    },
    description = "Print rules that permit refused commands, for you to review.",
    customSynopsis = "dbgd suggest [--since TIME] [--operator USER] [--tests] [--config FILE]")
public final class SuggestCommand extends OfflineVerb {
  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only refusals that are not older, as in dbg audit: today, 90m, 17:00.")
  @Nullable String since;

  @Option(
      names = "--operator",
      paramLabel = "USER",
      description = "Only refusals of this operator, by name or uid.")
  @Nullable String operator;

  @Option(names = "--tests", description = "Print a file for dbgd test that expects these permits.")
  boolean tests;

  public SuggestCommand(Path home) {
    super(home);
  }

  @Override
  public Result run() throws IOException, TomlMistake {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Optional<Since> begin = since == null ? Optional.empty() : Since.parse(since);
    if (since != null && begin.isEmpty()) {
      throw new IOException("--since '%s' is not a time: %s".formatted(since, Since.FORM));
    }
    DaemonConfig settings = settings();
    Path log = settings.audit().directory();
    Suggestions suggestions = new Suggestions(installed().load(), now);
    AuditReader.forward(
        log,
        Query.of(
            begin.map(time -> time.from(now, ZoneId.systemDefault())),
            Optional.ofNullable(operator),
            true,
            Optional.empty()),
        record -> true,
        read -> {
          suggestions.take(read.fields());
          return true;
        });
    String body = tests ? suggestions.tests() : suggestions.rules();
    return Result.well((heading(settings, now, tests) + body).stripTrailing());
  }

  private static String heading(DaemonConfig settings, Instant now, boolean tests) {
    Path log = settings.audit().directory();
    return tests
        ? "# Permits of the rules that dbgd suggest made at %s from %s. Check them with dbgd test FILE.\n"
            .formatted(now, log)
        : "# Made by dbgd suggest at %s from the refusals in %s. Read each rule. Copy the right ones to\n# %s/NAME.toml, with an end (until). Then use dbgd check, and dbgd test (see --tests).\n"
            .formatted(now, log, settings.policy());
  }
}
