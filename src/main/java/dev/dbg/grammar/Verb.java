package dev.dbg.grammar;

import java.util.List;

/** A picocli command that knows what its command line means. One file a verb. */
interface Verb {
  /**
   * What was typed means. Called once after picocli has filled the command's fields.
   *
   * @param rest what follows the options of a verb that stops at its first operand; else none
   */
  Invocation invocation(List<String> rest) throws UsageMistake;
}
