package dev.dbg.wire;

import dev.dbg.altered.InPlaceOf;

/** What native tests put in places of {@code wire}. */
public interface AlteredWire {

  /** Sends a text in one piece. */
  final class InOnePiece {
    @InPlaceOf(value = StreamedText.class, name = "PIECE")
    static int piece() {
      return 1 << 30;
    }
  }
}
