package dev.dbg.audit.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a record says, before the log gives it its number, time and hash. Fields keep the order in
 * which they are added; values are strings, numbers, booleans, lists and maps of those.
 *
 * <p>Not for several threads until it is appended.
 */
public final class RecordBuilder {
  private static final JsonMapper JSON = new JsonMapper();

  private final Event event;
  private final Map<String, Object> fields = new LinkedHashMap<>();

  private RecordBuilder(Event event) {
    this.event = event;
  }

  public static RecordBuilder of(Event event) {
    return new RecordBuilder(event);
  }

  /** Adds a field; a null value leaves it out, and so does a missing one of an older record. */
  public RecordBuilder with(String name, @Nullable Object value) {
    Object plain = value instanceof JsonNode node ? JSON.convertValue(node, Object.class) : value;
    if (plain != null) {
      fields.put(name, plain);
    }
    return this;
  }

  /**
   * What two drafts have in common that say the same of the same operator, but for when: a hash of
   * all but the session's number and that of the client's process.
   */
  public String kind() {
    Map<String, Object> same = Truncation.toFit(fields);
    same.remove("session");
    if (same.get("operator") instanceof Map<?, ?> operator) {
      Map<Object, Object> who = new LinkedHashMap<>(operator);
      who.remove("pid");
      same.put("operator", who);
    }
    return TruncationMark.sha256(event.word() + FittedRecord.json(same));
  }

  public Event event() {
    return event;
  }

  Map<String, Object> fields() {
    return fields;
  }
}
