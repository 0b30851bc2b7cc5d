package dev.dbg.audit.read;

import com.fasterxml.jackson.databind.JsonNode;

/** Which records somebody may read. */
@FunctionalInterface
public interface ReadPermission {
  /** Whether the record may be read, looked at alone. */
  boolean alone(JsonNode record);

  /**
   * Whether the end of a session that may not be read alone may be read if its beginning may: what
   * a session is about stands in its beginning.
   */
  default boolean withBeginning(JsonNode end) {
    return false;
  }
}
