package dev.dbg.answer;

import dev.dbg.grammar.Invocation.Colour;
import dev.dbg.wire.Request;

/** A client's output. If it is not a terminal, {@code columns} is 0 and lines are not cut. */
public record Screen(int columns, boolean colours) {
  /** A narrower terminal is treated like a file. */
  private static final int LEAST = 40;

  private static final int NARROW = 132;

  /** Attributes of text, ECMA-48's SGR. */
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

  /** A client's standard output. */
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

  /** Whether to abbreviate. */
  public boolean isNarrow() {
    return columns > 0 && columns < NARROW;
  }

  /** A line, cut to the width. */
  public String fitted(String line) {
    return columns == 0 ? line : CellWidth.cut(line, columns);
  }

  public String painted(Paint paint, String text) {
    return colours && paint != Paint.PLAIN
        ? "\u001b[" + paint.code + "m" + text + "\u001b[m"
        : text;
  }
}
