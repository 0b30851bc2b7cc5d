package dev.dbg.grammar;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dbg shell TARGET [NS]}. */
@Command(name = "shell")
final class ShellVerb implements Verb.OfLine {
  /** Stands for the tool that {@link CommandWords} expects. */
  private static final String NO_TOOL = "true";

  @Mixin LineOptions options = new LineOptions();

  @Option(names = "-c", paramLabel = "LINE")
  @Nullable String command;

  @Override
  public Invocation invocation(List<String> words) throws UsageMistake {
    if (words.isEmpty()) {
      throw new UsageMistake(
          "TARGET is missing: dbg shell TARGET [NS[,NS...]], as in dbg shell web-1");
    }
    if (words.size() > 2) {
      throw new UsageMistake(
          "dbg shell takes TARGET and NS: for one command, dbg shell -c LINE TARGET, or dbg TARGET -- TOOL");
    }
    Invocation.Line line =
        CommandWords.line(
            words.size() == 1
                ? List.of(words.get(0), "--", NO_TOOL)
                : List.of(words.get(0), words.get(1), "--", NO_TOOL),
            options.user,
            options.directory);
    return new Invocation.Shell(
        line.target(),
        line.namespaces(),
        line.runAs(),
        line.directory(),
        Optional.ofNullable(options.reason),
        options.timeout(),
        options.record,
        Optional.ofNullable(command));
  }
}
