package dev.dbg.nativetests.scene;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Output decoded to text. */
final class Text {
  /** One character for each byte: nothing is lost, whatever a tool prints. */
  static final Charset BYTES = StandardCharsets.ISO_8859_1;

  private Text() {}
}
