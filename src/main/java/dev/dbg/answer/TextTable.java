package dev.dbg.answer;

import dev.dbg.model.RawText;
import java.util.List;

/**
 * Text in columns as wide as their widest cells, up to a limit: untrusted names could be very long.
 * Control characters are escaped.
 */
public final class TextTable {
  /** The widest column except the last, which is not padded. Kubernetes' longest name fits. */
  static final int WIDEST = 400;

  private TextTable() {}

  /** Returns the rows as text. The first is the heading; all have the same number of cells. */
  public static String of(List<List<String>> rows) {
    List<List<String>> shown =
        rows.stream().map(row -> row.stream().map(RawText::printable).toList()).toList();
    int[] widths = widths(shown);
    StringBuilder table = new StringBuilder();
    shown.forEach(row -> table.append(line(row, widths)).append('\n'));
    return table.toString();
  }

  /** Returns the rows, cut to the screen's width, with the heading highlighted. */
  public static String of(List<List<String>> rows, Screen screen) {
    StringBuilder table = new StringBuilder();
    of(rows)
        .lines()
        .forEach(
            line ->
                table
                    .append(
                        screen.painted(
                            table.isEmpty() ? Screen.Paint.HEADING : Screen.Paint.PLAIN,
                            screen.fitted(line)))
                    .append('\n'));
    return table.toString();
  }

  /** Returns the width of each column, in cells. */
  public static int[] widths(List<List<String>> rows) {
    int[] widths = new int[rows.getFirst().size()];
    rows.forEach(row -> widen(widths, row));
    return widths;
  }

  static void widen(int[] widths, List<String> row) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], Math.min(WIDEST, CellWidth.of(row.get(i))));
    }
  }

  /** Returns a line of cells, which must be printable. */
  public static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size() - 1; i++) {
      String cell = row.get(i);
      line.append(
          CellWidth.padded(
              cell.length() > WIDEST ? CellWidth.cut(cell, WIDEST) : cell, widths[i] + 2));
    }
    line.append(row.getLast());
    return line.toString().stripTrailing();
  }
}
