package dev.dbg.administer;

import dev.dbg.model.ExitStatus;

/**
 * What a verb found or did.
 *
 * @param output for standard output; empty for none
 * @param complaints for standard error; empty for none
 */
public record VerbResult(int status, String output, String complaints) {
  private static final int WRONG = 1;

  public static final VerbResult DONE = new VerbResult(ExitStatus.OK, "", "");

  static VerbResult well(String output) {
    return new VerbResult(ExitStatus.OK, output + "\n", "");
  }

  static VerbResult wrong(String output, String complaints) {
    return new VerbResult(WRONG, output, complaints);
  }
}
