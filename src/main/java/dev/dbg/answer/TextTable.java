package dev.dbg.answer;

import dev.dbg.model.RawText;
import java.util.List;

/**
 * Columns of text for a terminal, each as wide as its widest cell, within limits: a long name that
 * a stranger chose would widen every row. Control characters are escaped.
 */
public final class TextTable {
  /** The widest column, but for the last, which is not padded. Kubernetes' longest name fits. */
  static final int WIDEST = 400;

  private TextTable() {}

  /** The rows as text. The first is the heading; all have the same number of cells. */
  public static String of(List<List<String>> rows) {
    List<List<String>> shown =
        rows.stream().map(row -> row.stream().map(RawText::printable).toList()).toList();
    int[] widths = widths(shown);
    StringBuilder table = new StringBuilder();
    shown.forEach(row -> table.append(line(row, widths)).append('\n'));
    return table.toString();
  }

  /** The same for a screen: cut to its width, with the heading highlighted. */
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

  /** How many cells each column takes. */
  public static int[] widths(List<List<String>> rows) {
    int[] widths = new int[rows.getFirst().size()];
    rows.forEach(row -> widen(widths, row));
    return widths;
  }

  /** Makes the columns wide enough for a row. */
  static void widen(int[] widths, List<String> row) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], Math.min(WIDEST, CellWidth.of(row.get(i))));
    }
  }

  /** A line of cells, which must be printable. */
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
