package dev.dbg.kube;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads an object {@code DebugSession} in JSON. A stranger chose most of it, so it is read as a
 * stream, and nothing is made of fields that are not asked for. For one answer.
 */
final class SessionReader {
  private static final int DEEPEST = 100;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  private final JsonParser json;

  private String namespace = "";
  private String name = "";
  private String uid = "";
  private String resourceVersion = "";
  private String created = "";
  private boolean isDeleted;
  private boolean hasStatus;
  private String username = "";
  private String userUid = "";
  private final List<String> groups = new ArrayList<>();
  private final Map<String, String> labels = new LinkedHashMap<>();
  private String pod = "";
  private String podUid = "";
  private String node = "";
  private String keyHash = "";
  private String reason = "";
  private final List<String> command = new ArrayList<>();

  private SessionReader(JsonParser json) {
    this.json = json;
  }

  /** The next field of an object, whose value is the parser's token. */
  private interface FieldReader {
    void take(String name) throws IOException;
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
      reader.each(reader::topmost);
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
        namespace,
        name,
        uid,
        resourceVersion,
        Instant.parse(created),
        isDeleted,
        hasStatus,
        username,
        userUid,
        groups,
        labels,
        pod,
        podUid,
        node,
        keyHash,
        reason,
        command);
  }

  private void each(FieldReader field) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw malformed();
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      field.take(name);
    }
  }

  private void topmost(String field) throws IOException {
    switch (field) {
      case "metadata" -> each(this::metadata);
      case "spec" -> each(this::spec);
      case "status" -> {
        hasStatus = true;
        json.skipChildren();
      }
      default -> json.skipChildren();
    }
  }

  private void metadata(String field) throws IOException {
    switch (field) {
      case "namespace" -> namespace = text();
      case "name" -> name = text();
      case "uid" -> uid = text();
      case "resourceVersion" -> resourceVersion = text();
      case "creationTimestamp" -> created = text();
      case "deletionTimestamp" -> isDeleted = true;
      default -> json.skipChildren();
    }
  }

  private void spec(String field) throws IOException {
    switch (field) {
      case "user" -> each(this::user);
      case "namespaceLabels" -> each(key -> labels.put(key, text()));
      case "pod" -> pod = text();
      case "podUID" -> podUid = text();
      case "nodeName" -> node = text();
      case "keyHash" -> keyHash = text();
      case "reason" -> reason = text();
      case "command" -> texts(command::add);
      default -> json.skipChildren();
    }
  }

  private void user(String field) throws IOException {
    switch (field) {
      case "username" -> username = text();
      case "uid" -> userUid = text();
      case "groups" -> texts(groups::add);
      default -> json.skipChildren();
    }
  }

  private void texts(Consumer<String> taker) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw malformed();
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      taker.accept(text());
    }
  }

  private String text() throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw malformed();
    }
    return json.getText();
  }
}
