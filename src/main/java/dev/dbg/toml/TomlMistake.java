package dev.dbg.toml;

/** A mistake in a configuration file. Its message starts with {@code file:line:column: }. */
public final class TomlMistake extends Exception {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final int line;
  private final int column;

  TomlMistake(String file, Position at, String what) {
    super("%s:%d:%d: %s".formatted(file, at.line(), at.column(), what));
    this.file = file;
    this.line = at.line();
    this.column = at.column();
  }

  /** The position, and what is wrong. */
  public String message() {
    return String.valueOf(getMessage());
  }

  /** The file's name as given to the reader. */
  public String file() {
    return file;
  }

  /** The line of {@code text}, the file's content, with a caret below the column. */
  public String excerpt(String text) {
    String shown = text.lines().skip(line - 1L).findFirst().orElse("");
    String before = shown.substring(0, Math.min(column - 1, shown.length()));
    return "    %s%n    %s^".formatted(shown, before.replaceAll("[^\t]", " "));
  }
}
