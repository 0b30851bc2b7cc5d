package dev.dbg.nativetests.scene;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Output as text. */
final class Text {
  /** One character a byte: nothing is lost, whatever a tool prints. */
  static final Charset BYTES = StandardCharsets.ISO_8859_1;

  private Text() {}
}
