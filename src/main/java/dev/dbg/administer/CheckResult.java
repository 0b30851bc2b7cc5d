package dev.dbg.administer;

import dev.dbg.model.ExitStatus;

/**
 * What an offline verb found.
 *
 * @param status the exit status: 0 when all is well, 1 when it is not
 * @param summary for standard output; empty for none
 * @param complaints for standard error; empty for none
 */
record CheckResult(int status, String summary, String complaints) {
  private static final int WRONG = 1;

  static CheckResult well(String summary) {
    return new CheckResult(ExitStatus.OK, summary + "\n", "");
  }

  static CheckResult wrong(String summary, String complaints) {
    return new CheckResult(WRONG, summary, complaints);
  }
}
