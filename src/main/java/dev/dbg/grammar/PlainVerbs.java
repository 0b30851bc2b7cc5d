package dev.dbg.grammar;

import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import dev.dbg.model.TargetName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/** The verbs that run no tool, but for those that have a file of their own. */
final class PlainVerbs {
  private PlainVerbs() {}

  /** {@code dbg doctor}. */
  @Command(name = "doctor")
  static final class DoctorVerb extends Verb.WithJson {
    @Override
    public Invocation invocation(ParseResult parsed) {
      return new Invocation.Diagnose(json);
    }
  }

  /** {@code dbg sessions}. */
  @Command(name = "sessions")
  static final class SessionsVerb extends Verb.WithJson {
    @Option(names = "--watch")
    boolean watch;

    @Override
    public Invocation invocation(ParseResult parsed) {
      return new Invocation.Sessions(watch, json);
    }
  }

  /** {@code dbg kill SESSION}. */
  @Command(name = "kill")
  static final class KillVerb extends Verb.WithJson {
    /**
     * Fewer digits would often be the beginning of a number that somebody mistook for a session's.
     */
    static final Pattern SESSION = Pattern.compile("[0-9a-f]{4,16}");

    @Parameters(hidden = true)
    List<String> words = new ArrayList<>();

    @Override
    public Invocation invocation(ParseResult parsed) throws UsageMistake {
      if (words.size() != 1) {
        throw new UsageMistake("dbg kill takes one SESSION: dbg sessions lists those that run");
      }
      if (!SESSION.matcher(words.get(0)).matches()) {
        throw UsageMistake.about(
            "'%s' is not a session: dbg kill ends sessions of dbg, not containers: write its number, or at least the first four digits, as dbg sessions lists it",
            QuotedText.of(RawText.printable(words.get(0))));
      }
      return new Invocation.Kill(words.get(0), json);
    }
  }

  /** {@code dbg witness EPOCH NUMBER:HASH}, as {@code dbgd deliver} types it. */
  @Command(name = "witness")
  static final class WitnessVerb implements Verb {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18}) (\\d{1,18}:[0-9a-f]{64})");

    @Parameters(hidden = true)
    List<String> words = new ArrayList<>();

    @Override
    public Invocation invocation(ParseResult parsed) throws UsageMistake {
      Matcher said = FORM.matcher(String.join(" ", words));
      if (words.size() != 2 || !said.matches()) {
        throw new UsageMistake("dbg witness takes EPOCH NUMBER:HASH: see dbg witness --help");
      }
      return new Invocation.NoteSeal(Long.parseLong(said.group(1)), said.group(2));
    }
  }

  /** {@code dbg version}. */
  @Command(name = "version")
  static final class VersionVerb extends Verb.WithJson {
    /** The version of the client that asks; hidden from operators. */
    @Option(names = "--client", paramLabel = "VERSION", hidden = true)
    @Nullable String client;

    @Override
    public Invocation invocation(ParseResult parsed) {
      return new Invocation.Version(json, Optional.ofNullable(client));
    }
  }

  /** {@code dbg tools [TARGET] [TOOL]}. */
  @Command(name = "tools")
  static final class ToolsVerb extends Verb.WithJson {
    @Option(names = "--as", paramLabel = "USER")
    @Nullable String as;

    @Parameters(hidden = true)
    List<String> words = new ArrayList<>();

    @Override
    public Invocation invocation(ParseResult parsed) throws UsageMistake {
      if (words.size() > 2) {
        throw UsageMistake.about(
            "dbg tools takes TARGET and TOOL: for a whole line, dbg explain %s -- TOOL ARG...",
            QuotedText.of(RawText.printable(words.get(0))));
      }
      Optional<TargetName> target =
          words.isEmpty() ? Optional.empty() : Optional.of(CommandWords.target(words.get(0)));
      Optional<String> tool = words.size() < 2 ? Optional.empty() : Optional.of(words.get(1));
      return new Invocation.Tools(target, tool, Optional.ofNullable(as), json);
    }
  }

  /** {@code dbg completion --line -- WORD...}, which the script for a shell types. */
  @Command(name = "completion")
  static final class CompletionVerb implements Verb {
    @Option(names = "--line", hidden = true)
    boolean line;

    @Override
    public Invocation invocation(ParseResult parsed) throws UsageMistake {
      List<String> words = parsed.unmatched();
      if (line) {
        return new Invocation.Complete(words.isEmpty() ? List.of("") : words);
      }
      throw new UsageMistake(
          "dbg prints the script for a shell itself: install dbg and dbgd of the same version");
    }
  }
}
