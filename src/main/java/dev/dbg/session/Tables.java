package dev.dbg.session;

import dev.dbg.model.RawText;
import java.util.List;

/**
 * Columns of text for a terminal, each as wide as its widest cell. Control characters are escaped.
 */
final class Tables {
  private Tables() {}

  /**
   * @param rows the heading first; all of one length
   */
  static String of(List<List<String>> rows) {
    List<List<String>> shown =
        rows.stream().map(row -> row.stream().map(RawText::printable).toList()).toList();
    int columns = shown.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : shown) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder table = new StringBuilder();
    for (List<String> row : shown) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      table.append(line.toString().stripTrailing()).append('\n');
    }
    return table.toString();
  }
}
