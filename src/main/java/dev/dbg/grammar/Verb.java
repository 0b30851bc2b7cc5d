package dev.dbg.grammar;

/** A picocli command that knows what its command line means. One file a verb. */
interface Verb {
  /** What was typed means. Called once after picocli has filled the command's fields. */
  Invocation invocation() throws UsageMistake;
}
