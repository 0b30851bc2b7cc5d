package dev.dbg.audit.record;

import dev.dbg.altered.InPlaceOf;
import java.util.Map;

/** What native tests put in places of {@code audit.record}. */
public interface AlteredRecord {

  /** Writes records at full length. */
  final class Verbose {
    @InPlaceOf(Truncation.class)
    static Map<String, Object> toFit(Map<String, Object> fields, boolean runs) {
      return fields;
    }
  }
}
