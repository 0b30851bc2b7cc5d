package dev.dbg.enter;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.Outcome;
import java.nio.charset.StandardCharsets;

/**
 * The report of dbg-enter when it does not start the tool, {@code report.c}: an exit status, an
 * errno or 0, and a text that ends with a NUL. If there are several, only the first is used.
 */
final class HelperReport {
  private static final int TEXT_AT = 2;

  /** {@code UNRECORDABLE} and {@code UNREAD} of enter.h. */
  private static final int UNRECORDABLE = 124;

  private static final int UNREAD = 123;

  private HelperReport() {}

  /** Whether it has at least a status and an errno. */
  static boolean isWhole(byte[] report) {
    return report.length >= TEXT_AT;
  }

  static int status(byte[] report) {
    return report[0];
  }

  static Outcome outcome(byte[] report) {
    return switch (status(report)) {
      case UNRECORDABLE -> new Outcome.Unrecordable(message(report));
      case UNREAD -> new Outcome.Unread(message(report));
      default -> new Outcome.NotRun(status(report), message(report));
    };
  }

  /** What failed, why, and what to do. */
  static String message(byte[] report) {
    return report[1] == 0
        ? text(report)
        : KernelException.reported(report[1], text(report)).message();
  }

  /** The text; with an errno, a call and its object. */
  static String text(byte[] report) {
    int end = TEXT_AT;
    while (end < report.length && report[end] != 0) {
      end++;
    }
    return new String(report, TEXT_AT, end - TEXT_AT, StandardCharsets.UTF_8);
  }
}
