package dev.dbg.administer;

import dev.dbg.model.ExitStatus;

/** A verb of {@code dbgd}: a picocli command, which runs once its fields are filled. */
public interface DaemonVerb {
  /** Does what the verb is for; a verb that serves returns when the process ends. */
  Result run() throws Exception;

  /** What has failed when {@link #run} throws, for the message. */
  String failure();

  /**
   * What a verb found or did.
   *
   * @param output for standard output; empty for none
   * @param complaints for standard error; empty for none
   */
  record Result(int status, String output, String complaints) {
    public static final Result DONE = new Result(ExitStatus.OK, "", "");

    static Result well(String output) {
      return new Result(ExitStatus.OK, output + "\n", "");
    }

    static Result wrong(String output, String complaints) {
      return new Result(1, output, complaints);
    }
  }
}
