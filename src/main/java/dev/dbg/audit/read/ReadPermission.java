package dev.dbg.audit.read;

import com.fasterxml.jackson.databind.JsonNode;

/** Which records a reader may read. */
@FunctionalInterface
public interface ReadPermission {
  /** Whether the record by itself may be read. */
  boolean alone(JsonNode record);

  /**
   * Whether the end of a session that may not be read by itself may be read if the session's INTENT
   * may. Container and tool are recorded in the INTENT only.
   */
  default boolean withBeginning(JsonNode end) {
    return false;
  }
}
