package dev.dbg.audit;

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

  Event event() {
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
