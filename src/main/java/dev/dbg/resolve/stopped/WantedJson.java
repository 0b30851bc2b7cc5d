package dev.dbg.resolve.stopped;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Set;

/**
 * Some fields of a JSON object in which strangers have words: whoever makes an image or a pod
 * chooses its arguments and labels. Nothing is made of the others, as a megabyte of empty lists
 * would become twenty in memory.
 */
final class WantedJson {
  /** It keeps no names of fields. */
  private static final JsonMapper JSON =
      new JsonMapper(
          JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build());

  private WantedJson() {}

  /** The object with these of its fields. */
  static ObjectNode of(String json, Set<String> wanted) throws IOException {
    ObjectNode found = JSON.createObjectNode();
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("its JSON is malformed");
      }
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        JsonToken _ = parser.nextToken();
        if (wanted.contains(field)) {
          found.set(field, JSON.readTree(parser));
        } else {
          JsonParser _ = parser.skipChildren();
        }
      }
    }
    return found;
  }
}
