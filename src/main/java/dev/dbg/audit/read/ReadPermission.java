package dev.dbg.audit.read;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

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

  /** Whether all records may be read. */
  default boolean isForAll() {
    return false;
  }

  /** The uid of the only operator whose records may be read; empty if there may be others. */
  default Optional<String> onlyOperator() {
    return Optional.empty();
  }
}
