package dev.dbg;

import dev.dbg.administer.CheckCommand;
import dev.dbg.administer.DaemonVerb;
import dev.dbg.administer.DeliverCommand;
import dev.dbg.administer.KubeCommand;
import dev.dbg.administer.SetupKeysCommand;
import dev.dbg.administer.SuggestCommand;
import dev.dbg.administer.TestCommand;
import dev.dbg.administer.VerifyCommand;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.config.BuildVersion;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.RawText;
import dev.dbg.toml.TomlMistake;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;

/**
 * The command line of dbgd, dbgd(8): finds the verb, runs it and prints the result. Only the typed
 * verb becomes a picocli command, so that few classes are loaded.
 */
@Command(
    name = "dbgd",
    header = {
      "The daemon of dbg, and the verbs that administer it: dbgd(8).",
      "",
      "  dbgd check                        check the installed policy",
      "  dbgd suggest --since yesterday    rules for refused commands",
      "  dbgd verify /var/log/dbg          check that the log is unchanged",
      ""
    },
    customSynopsis = {
      ServeCommand.SYNOPSIS,
      "       dbgd VERB ... | dbgd help [VERB] | dbgd VERB --help | dbgd version",
      "       dbgd install | dbgd uninstall (tarball only)"
    })
record DaemonCommand(Path home, PrintStream out, PrintStream err) {
  private static final Set<String> HELP = Set.of("-h", "--help");

  private static final List<String> VERBS =
      List.of(
          ServeCommand.NAME,
          DeliverCommand.NAME,
          "kube",
          "check",
          "test",
          "suggest",
          "setup-keys",
          "verify",
          CacheCommand.NAME);

  /** Runs dbgd with the words that the launcher passes on. */
  public static void main(String[] words) {
    Path home = Path.of(System.getProperty("dbg.home", "/usr/local"));
    int status = new DaemonCommand(home, System.out, System.err).run(words);
    if (status != ExitStatus.OK) {
      System.exit(status);
    }
  }

  /** Runs a command line; returns the exit status. */
  int run(String... words) {
    DaemonVerb serve = ServeCommand.asService(home, words);
    if (serve != null) {
      return carryOut(serve, ServeCommand.NAME);
    }
    DaemonVerb deliver = DeliverCommand.asService(words);
    return deliver == null ? parse(words) : carryOut(deliver, DeliverCommand.NAME);
  }

  private int parse(String... words) {
    String first = words.length == 0 ? "help" : words[0];
    if (first.equals("help") && words.length > 1) {
      return parse(words[1], "--help");
    }
    if (first.equals("help") || HELP.contains(first)) {
      out.print(usage());
      return ExitStatus.OK;
    }
    if (first.equals("version") || first.equals("--version")) {
      out.println("dbgd " + BuildVersion.number());
      return ExitStatus.OK;
    }
    DaemonVerb verb = verb(first);
    if (verb == null) {
      err.println("dbgd: '" + first + "' is not a verb: see dbgd --help");
      return ExitStatus.DBG_FAILED;
    }
    int own = first.startsWith("-") ? 0 : 1;
    return run(verb, List.of(words).subList(Math.min(own, words.length), words.length));
  }

  /** Returns the verb of that name, or {@code serve} if the name is an option; null if unknown. */
  private @Nullable DaemonVerb verb(String name) {
    return switch (name) {
      case ServeCommand.NAME -> new ServeCommand(home);
      case DeliverCommand.NAME -> new DeliverCommand();
      case "kube" -> new KubeCommand(home);
      case "check" -> new CheckCommand(home);
      case "test" -> new TestCommand(home);
      case "suggest" -> new SuggestCommand(home);
      case "setup-keys" -> new SetupKeysCommand();
      case "verify" -> new VerifyCommand();
      case CacheCommand.NAME ->
          new CacheCommand(
              home, config -> carryOut(ServeCommand.rehearsal(home, config), ServeCommand.NAME));
      default -> name.startsWith("-") ? new ServeCommand(home) : null;
    };
  }

  private int run(DaemonVerb verb, List<String> words) {
    CommandLine line = commandLine(verb);
    if (!Collections.disjoint(words, HELP)) {
      out.print(line.getUsageMessage(Help.Ansi.OFF));
      return ExitStatus.OK;
    }
    try {
      line.parseArgs(words.toArray(new String[0]));
      return carryOut(verb, line.getCommandName());
    } catch (ParameterException e) {
      String synopsis = line.getCommandSpec().usageMessage().customSynopsis()[0];
      complain(line.getCommandName(), e.getMessage() + ": " + synopsis);
      return ExitStatus.DBG_FAILED;
    }
  }

  private int carryOut(DaemonVerb verb, String name) {
    try {
      DaemonVerb.Result result = verb.run();
      out.print(result.output());
      out.flush();
      err.print(result.complaints());
      return result.status();
    } catch (ParameterException e) {
      throw e;
    } catch (TomlMistake | AuditFailure e) {
      complain(name, e.getMessage());
    } catch (Exception | LinkageError e) {
      // For example while jars are replaced. Uncaught, it would end the JVM with the status of a
      // result.
      complain(name, verb.failure() + ": " + why(e));
    }
    return ExitStatus.DBG_FAILED;
  }

  /** Prints an error with the verb's name, except {@code serve}, which need not be typed. */
  private void complain(String verb, @Nullable String message) {
    String told = (verb.equals(ServeCommand.NAME) ? "" : verb + ": ") + message;
    err.println("dbgd: " + RawText.printableLines(told));
  }

  /** Messages of java.nio.file name the file; the exception's type is the reason. */
  private static String why(Throwable e) {
    return switch (e) {
      case NoSuchFileException missing -> "there is no " + missing.getMessage();
      case AccessDeniedException denied -> denied.getMessage() + ": permission denied";
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }

  private String usage() {
    CommandLine root = commandLine(this);
    for (String name : VERBS) {
      CommandLine line = commandLine(verb(name));
      // A verb's header has its examples. The list of verbs shows the description instead.
      line.getCommandSpec().usageMessage().header(new String[0]);
      root.addSubcommand(name, line);
    }
    return root.getUsageMessage(Help.Ansi.OFF);
  }

  /**
   * Switches off {@code @file} arguments, variables and abbreviations: a script may pass untrusted
   * words.
   */
  private static CommandLine commandLine(@Nullable Object command) {
    return new CommandLine(command)
        .setExpandAtFiles(false)
        .setInterpolateVariables(false)
        .setAbbreviatedOptionsAllowed(false);
  }
}
