package dev.dbg.grammar;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** {@code dbg shell TARGET [NS]}. */
@Command(
    name = "shell",
    description = "Open a shell whose commands run in a container.",
    customSynopsis =
        "dbg shell [-u UID[:GID]] [-w DIR] [--reason TEXT] [--timeout DUR] [--record] [-c LINE] TARGET [NS[,NS...]]")
final class ShellVerb implements Verb {
  /** Stands for the tool that {@link CommandWords} expects. */
  private static final String NO_TOOL = "true";

  @Option(names = "-c", paramLabel = "LINE", description = "Run this line, and end.")
  @Nullable String command;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the records.")
  @Nullable String reason;

  @Option(
      names = "--timeout",
      paramLabel = "DUR",
      description = "End each command after this long.")
  @Nullable String timeout;

  @Option(names = "-u", paramLabel = "UID[:GID]", description = "As this user of the container.")
  @Nullable String user;

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "DIR",
      description = "Begin in this directory of the container.")
  @Nullable String directory;

  @Option(names = "--record", description = "Keep what the tools write: dbg audit replay.")
  boolean record;

  @Override
  public Invocation invocation(ParseResult parsed) throws UsageMistake {
    List<String> words = parsed.unmatched();
    if (words.isEmpty()) {
      throw new UsageMistake(
          "TARGET is missing: dbg shell TARGET [NS[,NS...]], as in dbg shell web-1");
    }
    if (words.size() > 2) {
      throw new UsageMistake(
          "dbg shell takes TARGET and NS: for one command, dbg shell -c LINE TARGET, or dbg TARGET -- TOOL");
    }
    Invocation.Line line =
        words.size() == 1
            ? CommandWords.line(List.of(words.get(0), "--", NO_TOOL), user, directory)
            : CommandWords.line(
                List.of(words.get(0), words.get(1), "--", NO_TOOL), user, directory);
    return new Invocation.Shell(
        line.target(),
        line.namespaces(),
        line.runAs(),
        line.directory(),
        Optional.ofNullable(reason),
        ExecVerb.timeout(timeout),
        record,
        Optional.ofNullable(command));
  }
}
