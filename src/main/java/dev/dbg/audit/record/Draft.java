package dev.dbg.audit.record;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a record says, before the log gives it its number, time and hash. Fields keep the order in
 * which they are added; values are strings, numbers, booleans, lists and maps of those.
 *
 * <p>Not for several threads until it is appended.
 */
public final class Draft {
  private final Event event;
  private final Map<String, Object> fields = new LinkedHashMap<>();

  private Draft(Event event) {
    this.event = event;
  }

  public static Draft of(Event event) {
    return new Draft(event);
  }

  /** Adds a field; a null value leaves it out. */
  public Draft with(String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value);
    }
    return this;
  }

  /** What two drafts have in common that say the same of the same operator, but for when. */
  public record Kind(Event event, Map<String, Object> fields) {}

  /** Its kind: without its session's number, and without that of the client's process. */
  public Kind kind() {
    Map<String, Object> same = new HashMap<>(fields);
    same.remove("session");
    if (same.get("operator") instanceof Map<?, ?> operator) {
      Map<Object, Object> who = new HashMap<>(operator);
      who.remove("pid");
      same.put("operator", who);
    }
    return new Kind(event, same);
  }

  public Event event() {
    return event;
  }

  Map<String, Object> fields() {
    return fields;
  }

  /** For the journal, when there is no log: the event and its fields. */
  @Override
  public String toString() {
    return event.word() + " " + fields;
  }
}
