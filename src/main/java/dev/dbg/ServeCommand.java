package dev.dbg;

import dev.dbg.administer.ConfiguredVerb;
import dev.dbg.administer.DaemonVerb;
import dev.dbg.config.DaemonConfig;
import dev.dbg.serve.WaitingClients;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code dbgd [serve] --config FILE [--deliver]}. */
@Command(
    name = ServeCommand.NAME,
    header = {
      "  dbgd --config /etc/dbg/dbgd.toml           as the service does",
      "  dbgd serve --config FILE --deliver         by hand, with receivers",
      ""
    },
    description = "Serve dbg in the foreground until stopped; the verb that may be left out.",
    customSynopsis = ServeCommand.SYNOPSIS)
final class ServeCommand extends ConfiguredVerb {
  static final String NAME = "serve";
  static final String SYNOPSIS = "dbgd [serve] --config FILE [--deliver]";

  private final Path home;

  /** The verb, if it comes after an option. */
  @Parameters(arity = "0..1", hidden = true)
  @Nullable String verb;

  @Option(
      names = "--deliver",
      description = "Also send the log to the configured receivers, in this process.")
  boolean deliver;

  /** What it means for operators if the present step of the start fails; empty after the start. */
  private String failing = "";

  ServeCommand(Path home) {
    this.home = home;
  }

  /**
   * The verb, if the words are those of the service, {@code [serve] --config FILE}; otherwise null.
   * They are recognized without picocli, which would make the first client wait.
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

  @Override
  public DaemonVerb.Result run() throws Exception {
    if (verb != null && !verb.equals(NAME)) {
      throw new ParameterException(
          new CommandLine(this), "'%s' follows an option: put the verb first".formatted(verb));
    }
    failing = "the configuration at %s is refused".formatted(config);
    try {
      new Dbgd(home, DaemonConfig.read(config), deliver).serve(means -> failing = means);
      return DaemonVerb.Result.DONE;
    } catch (Exception e) {
      if (!failing.isEmpty()) {
        WaitingClients.refuseAll(
            "dbgd cannot start: %s: ask its administrator: journalctl -u dbgd says why"
                .formatted(failing));
      }
      throw e;
    }
  }

  @Override
  public String failure() {
    return "cannot start";
  }
}
