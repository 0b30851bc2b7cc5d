package dev.dbg.kube;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads an object {@code DebugSession} in JSON. A stranger chose most of it, so it is read as a
 * stream, and nothing is made of fields that are not asked for. A field that is asked for must not
 * be there twice: the parser's own check would keep the names of all fields. For one answer.
 */
final class SessionReader {
  private static final int DEEPEST = 100;

  /** More than an object of the shipped definition has, whatever the API server lets through. */
  private static final int MOST_TEXTS = 2048;

  private static final int LONGEST = 4096;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  private static final String LABELS = "/spec/namespaceLabels";
  private static final String GROUPS = "/spec/user/groups";
  private static final String COMMAND = "/spec/command";

  /** Of these only whether they are there counts. */
  private static final String DELETED = "/metadata/deletionTimestamp";

  private static final String STATUS = "/status";

  private static final Set<String> OBJECTS = Set.of("", "/metadata", "/spec", "/spec/user", LABELS);

  private static final Set<String> TEXTS =
      Set.of(
          "/metadata/namespace",
          "/metadata/name",
          "/metadata/uid",
          "/metadata/resourceVersion",
          "/metadata/creationTimestamp",
          "/spec/user/username",
          "/spec/user/uid",
          "/spec/pod",
          "/spec/podUID",
          "/spec/nodeName",
          "/spec/keyHash",
          "/spec/reason");

  private final JsonParser json;
  private int all;

  /** By their JSON pointers, RFC 6901. */
  private final Map<String, String> texts = new HashMap<>();

  private final Map<String, List<String>> lists = new HashMap<>();
  private final Map<String, String> labels = new LinkedHashMap<>();

  /** The fields that were asked for and found. */
  private final Set<String> seen = new HashSet<>();

  private SessionReader(JsonParser json) {
    this.json = json;
  }

  /**
   * Reads an answer of the API server.
   *
   * @throws IOException if it is no such object; the message has nothing of it
   */
  static SessionObject read(byte[] answer) throws IOException {
    try (JsonParser json = JSON.createParser(answer)) {
      SessionReader reader = new SessionReader(json);
      json.nextToken();
      reader.read();
      if (json.nextToken() != null) {
        throw malformed();
      }
      return reader.object();
    } catch (JacksonException | DateTimeException e) {
      // Their messages quote it.
      throw malformed();
    }
  }

  private static IOException malformed() {
    return new IOException("the API server's answer is not an object DebugSession");
  }

  private SessionObject object() {
    return new SessionObject(
        found("/metadata/namespace"),
        found("/metadata/name"),
        found("/metadata/uid"),
        found("/metadata/resourceVersion"),
        Instant.parse(found("/metadata/creationTimestamp")),
        texts.containsKey(DELETED),
        texts.containsKey(STATUS),
        found("/spec/user/username"),
        found("/spec/user/uid"),
        lists.getOrDefault(GROUPS, List.of()),
        labels,
        found("/spec/pod"),
        found("/spec/podUID"),
        found("/spec/nodeName"),
        found("/spec/keyHash"),
        found("/spec/reason"),
        lists.getOrDefault(COMMAND, List.of()));
  }

  private String found(String path) {
    return texts.getOrDefault(path, "");
  }

  /** Reads the value that is the parser's token. */
  private void read() throws IOException {
    String path = json.getParsingContext().pathAsPointer().toString();
    if (OBJECTS.contains(path)) {
      requireFirst(path);
      require(JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        json.nextToken();
        read();
      }
    } else if (path.equals(GROUPS) || path.equals(COMMAND)) {
      requireFirst(path);
      require(JsonToken.START_ARRAY);
      List<String> list = new ArrayList<>();
      lists.put(path, list);
      while (json.nextToken() != JsonToken.END_ARRAY) {
        list.add(text());
      }
    } else if (path.startsWith(LABELS + "/")) {
      requireFirst(path);
      labels.put(json.currentName(), text());
    } else if (TEXTS.contains(path)) {
      requireFirst(path);
      texts.put(path, text());
    } else {
      if (path.equals(DELETED) || path.equals(STATUS)) {
        requireFirst(path);
        texts.put(path, "");
      }
      json.skipChildren();
    }
  }

  private void requireFirst(String path) throws IOException {
    if (!seen.add(path)) {
      throw malformed();
    }
  }

  private void require(JsonToken token) throws IOException {
    if (json.currentToken() != token) {
      throw malformed();
    }
  }

  private String text() throws IOException {
    require(JsonToken.VALUE_STRING);
    if (++all > MOST_TEXTS || json.getTextLength() > LONGEST) {
      throw malformed();
    }
    return json.getText();
  }
}
