package dev.dbg.grammar;

import dev.dbg.grammar.words.RunAs;
import dev.dbg.grammar.words.SplitWords;
import dev.dbg.model.QuotedText;
import dev.dbg.model.amount.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/**
 * A picocli command that turns its command line into an {@link Invocation}. Each verb has its own
 * class.
 */
interface Verb {
  /** Called once after picocli has filled the command's fields. */
  Invocation invocation(ParseResult parsed) throws UsageMistake;

  /** A verb about {@code TARGET [NS] [--] TOOL [ARG...]}, whose words {@link SplitWords} reads. */
  interface OfLine {
    /**
     * Called once after picocli has filled the command's fields.
     *
     * @param operands TARGET and what follows, without options of dbg
     */
    Invocation invocation(List<String> operands) throws UsageMistake;
  }

  /** A verb whose answer may be JSON. */
  abstract class WithJson implements Verb {
    @Option(names = "--json")
    boolean json;
  }

  /** The options of every verb that runs a tool. */
  class SessionOptions {
    @Option(names = "--reason", paramLabel = "TEXT")
    @Nullable String reason;

    @Option(names = "--timeout", paramLabel = "DUR")
    @Nullable String timeout;

    @Option(names = "--record")
    boolean record;

    /** The line of a tool of which the verb has the name. */
    Invocation run(String target, String tool, List<String> arguments) throws UsageMistake {
      return new Invocation.Exec(
          new Invocation.Line(
              CommandWords.target(target),
              WantedNamespaces.Chosen.FOR_TOOL,
              RunAs.ROOT,
              Optional.empty(),
              tool,
              arguments),
          false,
          record,
          Optional.ofNullable(reason),
          timeout(),
          Optional.empty());
    }

    Optional<Duration> timeout() throws UsageMistake {
      return timeout == null ? Optional.empty() : Optional.of(duration(timeout));
    }
  }

  static Duration duration(String typed) throws UsageMistake {
    return Durations.parse(typed)
        .orElseThrow(
            () ->
                UsageMistake.about(
                    "'%s' is not a length of time: " + Durations.FORM, QuotedText.of(typed)));
  }
}
