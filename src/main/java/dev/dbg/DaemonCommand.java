package dev.dbg;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code dbgd [serve] --config FILE}. */
@Command(name = "dbgd", customSynopsis = "dbgd [serve] --config FILE")
final class DaemonCommand {
  @Parameters(arity = "0..1", hidden = true)
  @Nullable String verb;

  @Option(names = "--config", required = true, paramLabel = "FILE")
  @Nullable Path config;

  private DaemonCommand() {}

  /** The configuration file; empty, and said on {@code err}, when the words mean nothing. */
  static Optional<Path> parse(String[] words, PrintStream err) {
    DaemonCommand command = new DaemonCommand();
    CommandLine line = new CommandLine(command).setExpandAtFiles(false);
    try {
      line.parseArgs(words);
      if (command.verb != null && !command.verb.equals("serve")) {
        throw new ParameterException(line, "unknown verb '%s': serve".formatted(command.verb));
      }
      return Optional.ofNullable(command.config);
    } catch (ParameterException e) {
      err.println("dbgd: " + e.getMessage() + ": dbgd [serve] --config FILE");
      return Optional.empty();
    }
  }
}
