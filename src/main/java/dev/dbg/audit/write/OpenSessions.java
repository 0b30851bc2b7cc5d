package dev.dbg.audit.write;

import dev.dbg.audit.record.FittedRecord;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * The sessions whose beginning is in the log and whose end is not, as records are written. Seals
 * say how far back they go, so that a dbgd that starts need not read further, {@link
 * RecoveryState}.
 *
 * <p>For any thread.
 */
final class OpenSessions {
  /** The number of each session's INTENT. Guarded by this. */
  private final Map<String, Long> beginnings = new HashMap<>();

  /** Takes a record that is written with number {@code seq}. */
  synchronized void take(FittedRecord record, long seq) {
    switch (record.event()) {
      case INTENT -> beginnings.put(record.session(), seq);
      case RESULT, ORPHANED -> beginnings.remove(record.session());
      case DENIED,
          MISTYPED,
          MALFORMED,
          READ,
          SHELL,
          KILL,
          WITNESS,
          POLICY,
          DAEMON,
          SEAL,
          RETENTION -> {
        // These neither begin nor end a session.
      }
    }
  }

  /**
   * The number of the first INTENT of an open session.
   *
   * @param next the number after a record that had been written before this call; the answer if no
   *     session is open
   */
  synchronized long from(long next) {
    return beginnings.isEmpty() ? next : Math.min(next, Collections.min(beginnings.values()));
  }
}
