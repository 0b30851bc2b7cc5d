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

/** {@code dbgd [serve] --config FILE [--deliver]}. */
@Command(name = "dbgd", customSynopsis = DaemonCommand.SYNOPSIS)
final class DaemonCommand {
  static final String SYNOPSIS = "dbgd [serve] --config FILE [--deliver]";

  @Parameters(arity = "0..1", hidden = true)
  @Nullable String verb;

  @Option(names = "--config", required = true, paramLabel = "FILE")
  @Nullable Path config;

  @Option(names = "--deliver")
  boolean deliver;

  private DaemonCommand() {}

  /**
   * What was asked for.
   *
   * @param config the configuration file
   * @param deliver whether to send the log to the configured receivers as well, in this process
   */
  record Asked(Path config, boolean deliver) {}

  /** Empty, and said on {@code err}, when the words mean nothing. */
  static Optional<Asked> parse(String[] words, PrintStream err) {
    DaemonCommand command = new DaemonCommand();
    CommandLine line = new CommandLine(command).setExpandAtFiles(false);
    try {
      line.parseArgs(words);
      if (command.verb != null && !command.verb.equals("serve")) {
        throw new ParameterException(line, "unknown verb '%s': serve".formatted(command.verb));
      }
      return Optional.ofNullable(command.config).map(path -> new Asked(path, command.deliver));
    } catch (ParameterException e) {
      err.println("dbgd: " + e.getMessage() + ": " + SYNOPSIS);
      return Optional.empty();
    }
  }
}
