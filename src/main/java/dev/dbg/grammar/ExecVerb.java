package dev.dbg.grammar;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dbg TARGET [NS] [--] TOOL [ARG...]}, with or without the word exec. */
@Command(name = "exec")
final class ExecVerb implements Verb.OfLine {
  @Mixin LineOptions options = new LineOptions();

  @Override
  public Invocation invocation(List<String> operands) throws UsageMistake {
    Optional<Duration> waiting = options.waiting(operands);
    Invocation.Line line = CommandWords.line(operands, options.user, options.directory);
    if (waiting.isPresent() && line.tool().equals(ToolVerbs.Logs.TOOL)) {
      throw ToolVerbs.Logs.waits();
    }
    return new Invocation.Exec(
        line,
        options.terminal,
        options.record,
        Optional.ofNullable(options.reason),
        options.timeout(),
        waiting);
  }
}
