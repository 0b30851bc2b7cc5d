package dev.dbg.toml;

import java.util.List;

/** A mistake in a configuration file. Its message starts with {@code file:line:column: }. */
public final class TomlMistake extends Exception {
  private final String file;
  private final int line;
  private final int column;

  private final List<TomlMistake> all;

  TomlMistake(String file, Position at, String what) {
    super("%s:%d:%d: %s".formatted(file, at.line(), at.column(), what));
    this.file = file;
    this.line = at.line();
    this.column = at.column();
    this.all = List.of();
  }

  private TomlMistake(TomlMistake first, List<TomlMistake> all) {
    super(
        "%s; %d more mistakes: dbgd check shows all".formatted(first.getMessage(), all.size() - 1));
    this.file = first.file;
    this.line = first.line;
    this.column = first.column;
    this.all = List.copyOf(all);
  }

  /** One that stands for several, and names the first of them. */
  static TomlMistake of(List<TomlMistake> several) {
    return several.size() == 1 ? several.getFirst() : new TomlMistake(several.getFirst(), several);
  }

  /** The mistakes that it stands for; itself if it stands for one. */
  public List<TomlMistake> all() {
    return all.isEmpty() ? List.of(this) : all;
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
