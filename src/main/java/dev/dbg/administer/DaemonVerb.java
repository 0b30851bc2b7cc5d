package dev.dbg.administer;

import dev.dbg.model.ExitStatus;
import dev.dbg.model.RawText;

/** A verb of {@code dbgd}: a picocli command, which runs once its fields are filled. */
public interface DaemonVerb {
  /** Runs the verb; a verb that serves returns when the process ends. */
  Result run() throws Exception;

  /** Names what failed, for the message when {@link #run} throws. */
  String failure();

  /**
   * The result of a verb: text for standard output and standard error, which may be empty. Drafts,
   * logs and what was suggested have words of anybody's, so a terminal obeys none of it.
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
