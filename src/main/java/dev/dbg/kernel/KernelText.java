package dev.dbg.kernel;

import dev.dbg.model.RawText;
import java.util.stream.Stream;

/**
 * Texts of the kernel's, proc(5). Only a newline ends a line there: a name that a stranger chose,
 * of a control group, a process or a mount, may have any other character, and the kernel escapes
 * few. {@link String#lines} would also end a line at a carriage return, so that a name could be
 * taken for a line of its own. Pure functions.
 */
public final class KernelText {
  private KernelText() {}

  /** The lines, each made when it is asked for, without the newline after the last one. */
  public static Stream<String> lines(String text) {
    int end = text.length() - (text.endsWith("\n") ? 1 : 0);
    return text.isEmpty() ? Stream.of() : RawText.pieces(text.substring(0, end), '\n');
  }
}
