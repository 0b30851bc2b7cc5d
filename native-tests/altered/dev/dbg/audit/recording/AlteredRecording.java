package dev.dbg.audit.recording;

import dev.dbg.altered.InPlaceOf;

/** What native tests put in places of {@code audit.recording}. */
public interface AlteredRecording {

  /** Has no quota of a user's recordings. */
  final class Lenient {
    @InPlaceOf(value = RecordingQuota.class, usedBy = "trouble")
    static long perUser(RecordingQuota quota) {
      return Long.MAX_VALUE;
    }
  }
}
