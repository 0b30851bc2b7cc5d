package dev.dbg.tools.argument;

import dev.dbg.model.Shortened;
import dev.dbg.tools.value.ValueType;

/**
 * Arguments that a tool's grammar does not know: which, at what position, what would be accepted.
 */
public final class ArgumentMistake extends Exception {
  private static final long serialVersionUID = 1L;

  ArgumentMistake(int position, String argument, String what) {
    super(
        Shortened.message(
            "argument %d, %s: %s".formatted(position, ValueType.quoted(argument), what)),
        null,
        false,
        false);
  }

  ArgumentMistake(String what) {
    super(Shortened.message(what), null, false, false);
  }

  public String message() {
    return String.valueOf(getMessage());
  }
}
