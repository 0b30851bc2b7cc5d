package dev.dbg.model;

/** How a session ended. Every way has its exit status in dbg(1). */
public sealed interface Outcome {
  /** The tool ran and exited with a status of its own. */
  record Exited(int status) implements Outcome {}

  /** The tool ran and was ended by a signal, signal(7). */
  record Signalled(int signal) implements Outcome {}

  /** dbgd ended the tool because its time was over. */
  record TimedOut() implements Outcome {}

  /**
   * The tool was ended because what it wrote could not be recorded any more.
   *
   * @param why for the operator and the record
   */
  record Unrecordable(String why) implements Outcome {}

  /**
   * The tool was ended because it holds processes of the container's, and nobody read what it
   * printed.
   *
   * @param why for the operator and the record
   */
  record Unread(String why) implements Outcome {}

  /**
   * The tool never ran.
   *
   * @param status 125 dbg failed, 126 not executable, 127 no such tool
   * @param why what failed, for the operator and the record
   */
  record NotRun(int status, String why) implements Outcome {}
}
