package dev.dbg.resolve.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Selected fields of a JSON value, by their paths: {@code State.Pid}, {@code names.0}, and {@code
 * Config.Labels.*} for all fields of an object. The value is read as a stream and only these fields
 * are kept, so that an attacker who wrote it cannot exhaust the heap.
 */
public final class JsonFields {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String ALL = ".*";

  private final Set<String> wanted;
  private final Map<String, String> found = new TreeMap<>();

  private JsonFields(Set<String> wanted) {
    this.wanted = wanted;
  }

  public static JsonFields of(byte[] json, Set<String> wanted) throws IOException {
    try (JsonParser parser = JSON.createParser(json)) {
      JsonToken _ = parser.nextToken();
      JsonFields fields = new JsonFields(wanted);
      fields.read(parser, "");
      return fields;
    }
  }

  /** Reads a list, element by element. */
  public static void ofEach(byte[] json, Set<String> wanted, Consumer<JsonFields> elements)
      throws IOException {
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new IOException("a list is expected");
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        JsonFields element = new JsonFields(wanted);
        element.read(parser, "");
        elements.accept(element);
      }
    }
  }

  private void read(JsonParser parser, String path) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new IOException("there is nothing in it");
    }
    if (!token.isStructStart()) {
      if (token != JsonToken.VALUE_NULL && isWanted(path)) {
        found.put(path, parser.getText());
      }
    } else if (!leadsOn(path)) {
      JsonParser _ = parser.skipChildren();
    } else if (token == JsonToken.START_ARRAY) {
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        read(parser, below(path, Integer.toString(i)));
      }
    } else {
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = parser.currentName();
        JsonToken _ = parser.nextToken();
        read(parser, below(path, field));
      }
    }
  }

  private static String below(String path, String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  private boolean isWanted(String path) {
    return wanted.contains(path)
        || wanted.stream()
            .anyMatch(w -> w.endsWith(ALL) && path.startsWith(w.substring(0, w.length() - 1)));
  }

  private boolean leadsOn(String path) {
    return path.isEmpty() || wanted.stream().anyMatch(w -> w.startsWith(path + "."));
  }

  /** A field's text; empty if it is missing. */
  public String text(String path) {
    return found.getOrDefault(path, "");
  }

  public Optional<String> optional(String path) {
    return Optional.ofNullable(found.get(path));
  }

  /** A field's number; 0 if it is missing or not a number. */
  public int number(String path) {
    try {
      return Integer.parseInt(text(path));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** All fields of an object that was selected with {@code .*}. */
  public Map<String, String> below(String object) {
    String prefix = object + ".";
    Map<String, String> fields = new HashMap<>();
    found.forEach(
        (path, text) -> {
          if (path.startsWith(prefix)) {
            fields.put(path.substring(prefix.length()), text);
          }
        });
    return fields;
  }
}
