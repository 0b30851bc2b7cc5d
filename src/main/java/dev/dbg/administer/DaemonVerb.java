package dev.dbg.administer;

import dev.dbg.model.ExitStatus;
import dev.dbg.model.RawText;

/** A verb of {@code dbgd}: a picocli command, which runs after its fields are filled. */
public interface DaemonVerb {
  /** Runs the verb. A verb that serves returns when the process ends. */
  Result run() throws Exception;

  /** Returns the first words of the message when {@link #run} throws. */
  String failure();

  /**
   * The result of a verb: texts for standard output and standard error, without control characters,
   * since drafts and logs contain untrusted text.
   */
  record Result(int status, String output, String complaints) {
    public static final Result DONE = new Result(ExitStatus.OK, "", "");

    public Result {
      output = RawText.printableLines(output);
      complaints = RawText.printableLines(complaints);
    }

    static Result well(String output) {
      return new Result(ExitStatus.OK, output + "\n", "");
    }

    static Result wrong(String output, String complaints) {
      return new Result(1, output, complaints);
    }
  }
}
