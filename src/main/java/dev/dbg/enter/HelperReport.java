package dev.dbg.enter;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.Outcome;
import java.nio.charset.StandardCharsets;

/**
 * What dbg-enter says when there will be no tool, {@code report.c}: an exit status, an errno or 0,
 * and a text that ends with a NUL. Of several only the first counts.
 */
final class HelperReport {
  private static final int TEXT_AT = 2;

  /** {@code UNRECORDABLE} and {@code UNREAD} of enter.h. */
  private static final int UNRECORDABLE = 124;

  private static final int UNREAD = 123;

  private HelperReport() {}

  /** The exit status. */
  static int status(byte[] said) {
    return said[0];
  }

  /** What it means. */
  static Outcome outcome(byte[] said) {
    return switch (status(said)) {
      case UNRECORDABLE -> new Outcome.Unrecordable(message(said));
      case UNREAD -> new Outcome.Unread(message(said));
      default -> new Outcome.NotRun(status(said), message(said));
    };
  }

  /** What, why, and what to do. */
  static String message(byte[] said) {
    return said[1] == 0 ? text(said) : KernelException.reported(said[1], text(said)).message();
  }

  /** The text alone: where there is an errno, a call and its object. */
  static String text(byte[] said) {
    int end = TEXT_AT;
    while (end < said.length && said[end] != 0) {
      end++;
    }
    return new String(said, TEXT_AT, end - TEXT_AT, StandardCharsets.UTF_8);
  }
}
