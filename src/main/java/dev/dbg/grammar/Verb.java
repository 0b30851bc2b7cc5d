package dev.dbg.grammar;

import dev.dbg.grammar.words.SplitWords;
import java.util.List;
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
}
