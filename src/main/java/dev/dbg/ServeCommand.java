package dev.dbg;

import dev.dbg.administer.ConfiguredVerb;
import dev.dbg.administer.DaemonVerb;
import dev.dbg.config.DaemonConfig;
import dev.dbg.enter.Reader;
import dev.dbg.serve.WaitingClients;
import dev.dbg.toml.TomlTable;
import dev.dbg.trace.TraceFile;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code dbgd [serve] --config FILE [--trace FILE]}. */
@Command(
    name = ServeCommand.NAME,
    header = {"  dbgd --config /etc/dbg/dbgd.toml           as the service does", ""},
    description = "Serve dbg in the foreground until stopped. The word serve may be left out.",
    customSynopsis = ServeCommand.SYNOPSIS)
final class ServeCommand extends ConfiguredVerb {
  static final String NAME = "serve";
  static final String SYNOPSIS = "dbgd [serve] --config FILE [--trace FILE]";

  private final Path home;

  /** Answers from the log in this process, instead of a reader of its own. */
  private boolean isRehearsal;

  /** The verb, if it comes after an option. */
  @Parameters(arity = "0..1", hidden = true)
  @Nullable String verb;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "Write into a new file how long each stage of a session takes.")
  @Nullable Path trace;

  /** The message for operators if the present step of the start fails; "" after the start. */
  private String failing = "";

  ServeCommand(Path home) {
    this.home = home;
  }

  /**
   * Returns the verb if the words are exactly {@code [serve] --config FILE}, as the service's;
   * otherwise null. Picocli is not used for them: loading it would delay the first client.
   */
  static @Nullable ServeCommand asService(Path home, String... words) {
    int options = words.length > 0 && words[0].equals(NAME) ? 1 : 0;
    if (words.length != options + 2
        || !words[options].equals("--config")
        || words[options + 1].startsWith("-")) {
      return null;
    }
    ServeCommand service = new ServeCommand(home);
    service.config = Path.of(words[options + 1]);
    return service;
  }

  /** The verb for {@code dbgd cache}. */
  static ServeCommand rehearsal(Path home, Path config) {
    ServeCommand rehearsal = new ServeCommand(home);
    rehearsal.config = config;
    rehearsal.isRehearsal = true;
    return rehearsal;
  }

  @Override
  public DaemonVerb.Result run() throws Exception {
    if (verb != null && !verb.equals(NAME)) {
      throw new ParameterException(
          new CommandLine(this), "'%s' follows an option: put the verb first".formatted(verb));
    }
    // The thread loads TOML's classes while this one loads the system calls.
    Thread _ = Thread.ofPlatform().name("toml").daemon().start(TomlTable::load);
    failing = "the configuration at %s is refused".formatted(config);
    try {
      DaemonConfig read = DaemonConfig.read(config);
      failing = "the trace file cannot be written";
      Optional<TraceFile> into =
          trace == null ? Optional.empty() : Optional.of(TraceFile.create(trace));
      Optional<Reader> reader =
          isRehearsal
              ? Optional.of(new RehearsedReader(read.audit().directory()))
              : Optional.empty();
      new Dbgd(home, read, into, reader).serve(means -> failing = means);
      return DaemonVerb.Result.DONE;
    } catch (Exception e) {
      if (!failing.isEmpty()) {
        WaitingClients.refuseAll(
            "dbgd cannot start: %s: ask its administrator to run journalctl -u dbgd"
                .formatted(failing));
      }
      throw e;
    }
  }
}
