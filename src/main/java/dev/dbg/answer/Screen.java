package dev.dbg.answer;

import dev.dbg.grammar.Invocation.Colour;
import dev.dbg.wire.Request;

/** A client's output. If it is not a terminal, {@code columns} is 0 and lines are not cut. */
public record Screen(int columns, boolean colours) {
  /** Lines for a narrower terminal are not cut. */
  private static final int LEAST = 40;

  private static final int NARROW = 132;

  /** Text attributes, SGR of ECMA-48. */
  public enum Paint {
    PLAIN(""),
    HEADING("1"),
    QUIET("2"),
    BAD("31"),
    WARNING("33");

    private final String code;

    Paint(String code) {
      this.code = code;
    }
  }

  public static Screen of(Request request, Colour when) {
    boolean terminal = request.printsToTerminal();
    boolean able =
        !request.variable(Request.TERMINAL).isEmpty()
            && !request.variable(Request.TERMINAL).equals("dumb");
    boolean colours =
        switch (when) {
          case ALWAYS -> true;
          case NEVER -> false;
          case AUTO -> terminal && able;
        };
    return new Screen(
        terminal && request.window().columns() >= LEAST ? request.window().columns() : 0, colours);
  }

  /** Returns true if lines are to be abbreviated. */
  public boolean isNarrow() {
    return columns > 0 && columns < NARROW;
  }

  public String fitted(String line) {
    return columns == 0 ? line : CellWidth.cut(line, columns);
  }

  public String painted(Paint paint, String text) {
    return colours && paint != Paint.PLAIN
        ? "\u001b[" + paint.code + "m" + text + "\u001b[m"
        : text;
  }
}
