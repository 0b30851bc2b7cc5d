package dev.dbg.audit.read;

import dev.dbg.altered.InPlaceOf;

/** What native tests put in places of {@code audit.read}. */
public interface AlteredRead {

  /** Holds all records that it will show. */
  final class Careless {
    @InPlaceOf(value = NewestRecords.class, name = "MOST_HELD")
    static int mostHeld() {
      return 1 << 30;
    }
  }
}
