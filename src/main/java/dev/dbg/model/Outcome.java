package dev.dbg.model;

/**
 * How a session ended. dbg(1) has the exit status of each. {@code why} is for the operator and the
 * record.
 */
public sealed interface Outcome {
  /** The tool exited. */
  record Exited(int status) implements Outcome {}

  /** A signal killed the tool, signal(7). */
  record Signalled(int signal) implements Outcome {
    /** As a shell has it. */
    public int status() {
      return 128 + signal;
    }
  }

  /** dbgd killed the tool at its time limit. */
  record TimedOut() implements Outcome {}

  /** dbgd killed the tool because its output could not be recorded any more. */
  record Unrecordable(String why) implements Outcome {}

  /**
   * dbgd killed the tool, which traces processes of the container, because nobody read its output.
   */
  record Unread(String why) implements Outcome {}

  /** dbgd failed while the tool ran, and killed it, or gave it only a part of a log. */
  record Failed(String why) implements Outcome {}

  /**
   * The tool never ran.
   *
   * @param status 125 if dbg failed, 126 if the tool is not executable, 127 if there is no such
   *     tool
   */
  record NotRun(int status, String why) implements Outcome {}
}
