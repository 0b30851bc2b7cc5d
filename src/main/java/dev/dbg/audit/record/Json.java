package dev.dbg.audit.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** JSON as one line of printable ASCII: without control sequences for a terminal. */
public final class Json {
  private static final ObjectWriter WRITER =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build().writer();

  private Json() {}

  public static String of(Object value) {
    try {
      // The only ASCII control character that JSON does not escape; it occurs in strings only.
      return WRITER.writeValueAsString(value).replace("\u007f", "\\u007f");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a tree of maps, lists and values", e);
    }
  }
}
