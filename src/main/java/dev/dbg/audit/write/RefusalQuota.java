package dev.dbg.audit.write;

import dev.dbg.audit.record.FittedRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How many bytes of the log each user's refusals may take: a burst, and then a rate per minute.
 *
 * <p>For one thread at a time. Times are those of {@link System#nanoTime}.
 */
final class RefusalQuota {
  /** Some hundred refusals. */
  static final int AT_ONCE = 256 * 1024;

  static final int A_MINUTE = 32 * 1024;

  private static final long NANOS_A_BYTE = Duration.ofMinutes(1).toNanos() / A_MINUTE;

  /** If there are more users, those who have their whole quota are forgotten. */
  private static final int MOST_USERS = 256;

  /** When each user has the whole quota again. */
  private final Map<FittedRecord.Author, Long> wholeAgain = new HashMap<>();

  /** Takes the record's bytes from its user's quota; returns whether enough are left. */
  boolean takes(FittedRecord record, long now) {
    if (wholeAgain.size() >= MOST_USERS) {
      wholeAgain.values().removeIf(time -> time - now <= 0);
    }
    long whole = wholeAgain.getOrDefault(record.author().counted(), now);
    long then = (whole - now <= 0 ? now : whole) + record.size() * NANOS_A_BYTE;
    boolean enough = then - now <= AT_ONCE * NANOS_A_BYTE;
    if (enough) {
      wholeAgain.put(record.author().counted(), then);
    }
    return enough;
  }
}
