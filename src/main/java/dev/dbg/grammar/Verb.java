package dev.dbg.grammar;

import picocli.CommandLine.ParseResult;

/**
 * A picocli command that turns its command line into an {@link Invocation}. Each verb has its own
 * class.
 */
interface Verb {
  /** Called once after picocli has filled the command's fields. */
  Invocation invocation(ParseResult parsed) throws UsageMistake;
}
