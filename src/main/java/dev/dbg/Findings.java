package dev.dbg;

import dev.dbg.model.ExitStatus;

/**
 * What an offline verb found.
 *
 * @param status the exit status: 0 when all is well, 1 when it is not
 * @param summary for standard output; empty for none
 * @param complaints for standard error; empty for none
 */
record Findings(int status, String summary, String complaints) {
  private static final int WRONG = 1;

  static Findings well(String summary) {
    return new Findings(ExitStatus.OK, summary + "\n", "");
  }

  static Findings wrong(String summary, String complaints) {
    return new Findings(WRONG, summary, complaints);
  }
}
