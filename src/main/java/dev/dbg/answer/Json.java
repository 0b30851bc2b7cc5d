package dev.dbg.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** What {@code --json} prints: one line, ASCII, everything else escaped. */
public final class Json {
  private static final ObjectWriter WRITER =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build().writer();

  private Json() {}

  public static String of(Object value) {
    try {
      // The one ASCII control character that JSON does not escape; it only ever stands in a string.
      return WRITER.writeValueAsString(value).replace("\u007f", "\\u007f");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a tree of maps, lists and values", e);
    }
  }
}
