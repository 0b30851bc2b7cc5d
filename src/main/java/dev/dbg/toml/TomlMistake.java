package dev.dbg.toml;

/** A mistake in a configuration file. Its message starts with {@code file:line:column: }. */
public final class TomlMistake extends Exception {
  private static final long serialVersionUID = 1L;

  TomlMistake(String file, Position at, String what) {
    super("%s:%d:%d: %s".formatted(file, at.line(), at.column(), what));
  }

  /** What is wrong, and where. */
  public String message() {
    return String.valueOf(getMessage());
  }
}
