package dev.dbg.grammar;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dbg explain TARGET [NS] [--] TOOL [ARG...]}. */
@Command(name = "explain")
final class ExplainVerb implements Verb.OfLine {
  @Mixin LineOptions options = new LineOptions();

  @Option(names = "--json")
  boolean json;

  @Option(names = "--as", paramLabel = "USER")
  @Nullable String as;

  @Override
  public Invocation invocation(List<String> operands) throws UsageMistake {
    Optional<Duration> _ = options.timeout();
    Optional<Duration> _ = options.waiting(operands);
    return new Invocation.Explain(
        CommandWords.line(operands, options.user, options.directory),
        options.terminal,
        options.record,
        Optional.ofNullable(as),
        json);
  }
}
