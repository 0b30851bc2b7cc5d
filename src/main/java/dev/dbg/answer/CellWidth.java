package dev.dbg.answer;

import java.lang.Character.UnicodeScript;
import java.util.Set;

/**
 * The number of terminal cells that a printable text takes, as in wcwidth(3): two for wide East
 * Asian characters and emoji, none for combining characters.
 */
public final class CellWidth {
  private static final String ELLIPSIS = "…";
  private static final int LAST_OF_ASCII = 0x7f;

  private static final Set<UnicodeScript> WIDE =
      Set.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.HANGUL,
          UnicodeScript.BOPOMOFO,
          UnicodeScript.YI);

  private CellWidth() {}

  public static int of(String text) {
    return text.codePoints().map(CellWidth::of).sum();
  }

  private static int of(int point) {
    if (point <= LAST_OF_ASCII) {
      return 1;
    }
    int type = Character.getType(point);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    return isWide(point) ? 2 : 1;
  }

  private static boolean isWide(int point) {
    if (point >= 0xFF00 && point <= 0xFFEF) {
      return point <= 0xFF60 || (point >= 0xFFE0 && point <= 0xFFE6);
    }
    return WIDE.contains(UnicodeScript.of(point))
        || (point >= 0x3000 && point <= 0x303E)
        || Character.isEmojiPresentation(point);
  }

  static String padded(String text, int cells) {
    return text + " ".repeat(Math.max(0, cells - of(text)));
  }

  /** Returns the text, cut to {@code cells}; a cut text ends in an ellipsis. */
  static String cut(String text, int cells) {
    if (of(text) <= cells) {
      return text;
    }
    StringBuilder cut = new StringBuilder();
    int left = cells - 1;
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      left -= of(point);
      if (left < 0) {
        break;
      }
      cut.appendCodePoint(point);
      at += Character.charCount(point);
    }
    return cut.append(ELLIPSIS).toString();
  }
}
