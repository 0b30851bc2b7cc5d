package dev.dbg.nativetests.scene.machine;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Output decoded to text. */
public final class Text {
  /** One character for each byte: nothing is lost, whatever a tool prints. */
  public static final Charset BYTES = StandardCharsets.ISO_8859_1;

  private Text() {}
}
