package dev.dbg.grammar;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** {@code dbg explain [--as USER] TARGET NS [--] TOOL [ARG...]}. */
@Command(
    name = "explain",
    description = "Say whether a line would be permitted, and by which rule.",
    customSynopsis =
        "dbg explain [--json] [--as USER] [-u UID[:GID]] [-w DIR] TARGET [NS[,NS...]] [--] TOOL [ARG...]")
final class ExplainVerb implements Verb {
  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Option(names = "--as", paramLabel = "USER", description = "Root: for this user of the host.")
  @Nullable String as;

  @Option(names = "-u", paramLabel = "UID[:GID]", description = "As this user of the container.")
  @Nullable String user;

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "DIR",
      description = "In this working directory in the container.")
  @Nullable String directory;

  @Override
  public Invocation invocation(ParseResult parsed) throws UsageMistake {
    return new Invocation.Explain(
        CommandWords.line(parsed.unmatched(), user, directory), Optional.ofNullable(as), json);
  }
}
