package dev.dbg.grammar;

import dev.dbg.model.RawText;
import dev.dbg.model.Shortened;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** {@code dbg completion SHELL}, and {@code dbg completion --line -- WORD...} for its script. */
@Command(name = "completion")
final class CompletionVerb implements Verb {
  @Option(names = "--line", hidden = true)
  boolean line;

  @Override
  public Invocation invocation(ParseResult parsed) throws UsageMistake {
    List<String> words = parsed.unmatched();
    if (line) {
      return new Invocation.Complete(words.isEmpty() ? List.of("") : words);
    }
    return Arrays.stream(Invocation.Completion.ShellKind.values())
        .filter(shell -> words.equals(List.of(shell.name().toLowerCase(Locale.ROOT))))
        .findFirst()
        .map(Invocation.Completion::new)
        .orElseThrow(
            () ->
                words.size() == 1
                    ? UsageMistake.about(
                        "'%s' is not a shell that dbg knows: dbg completion bash, zsh or fish",
                        Shortened.of(RawText.printable(words.get(0))))
                    : new UsageMistake("dbg completion takes one word: bash, zsh or fish"));
  }
}
