package dev.dbg.audit.write;

import static dev.dbg.audit.record.RecordField.*;

import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.FittedRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many bytes of the log each user's refusals may take: a burst, and then a rate per minute. The
 * rest is counted, with one record an interval.
 *
 * <p>For one thread at a time. Times are those of {@link System#nanoTime}.
 */
final class RefusalQuota {
  /** Some hundred refusals. */
  static final int AT_ONCE = 256 * 1024;

  static final int A_MINUTE = 32 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger("audit");
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  /** The most users held; one with a full quota and no sum is not held. */
  private static final int MOST_USERS = 256;

  private final Duration interval;
  private final Map<Long, User> users = new LinkedHashMap<>();

  RefusalQuota(Duration interval) {
    this.interval = interval;
  }

  private static final class User {
    double left = AT_ONCE;
    long at;
    @Nullable Sum sum;

    User(long now) {
      at = now;
    }

    void refill(long now) {
      left = Math.min(AT_ONCE, left + (double) A_MINUTE * (now - at) / MINUTE);
      at = now;
    }
  }

  /** One user's refusals without records of their own. */
  private static final class Sum {
    final long due;
    final Map<Event, Long> events = new EnumMap<>(Event.class);
    final Instant from;
    Instant to;
    FittedRecord last;

    Sum(FittedRecord first, Instant from, long due) {
      this.due = due;
      this.from = from;
      this.to = from;
      this.last = first;
    }

    /** The last of them, with the counts. */
    FittedRecord record() {
      Map<String, Object> each = new LinkedHashMap<>();
      events.forEach((event, count) -> each.put(event.word(), count));
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put(UNWRITTEN_COUNT.word(), events.values().stream().mapToLong(Long::longValue).sum());
      facts.put(UNWRITTEN_EVENTS.word(), each);
      facts.put(UNWRITTEN_FIRST.word(), from.toString());
      facts.put(UNWRITTEN_LAST.word(), to.toString());
      return last.with(UNWRITTEN, facts);
    }
  }

  /** Takes the record's bytes from its user's quota; returns whether enough are left. */
  boolean takes(FittedRecord record, long now) {
    User user = user(record, now);
    user.refill(now);
    if (user.left < record.size()) {
      return false;
    }
    user.left -= record.size();
    return true;
  }

  private User user(FittedRecord record, long now) {
    return users.computeIfAbsent(record.author().uid(), uid -> new User(now));
  }

  /** Counts a record that is not written, {@code count} times from {@code from} to {@code to}. */
  void count(FittedRecord record, long count, Instant from, Instant to, long now) {
    User user = user(record, now);
    Sum sum = user.sum;
    if (sum == null) {
      sum = new Sum(record, from, now + interval.toNanos());
      user.sum = sum;
      LOG.warn(
          "{} (uid {}) exceeds the quota of {} KiB at once and {} KiB a minute: further refusals"
              + " and reads have no records of their own, and are counted once a minute",
          record.author().user(),
          record.author().uid(),
          AT_ONCE / 1024,
          A_MINUTE / 1024);
    }
    long _ = sum.events.merge(record.event(), count, Long::sum);
    sum.last = record;
    sum.to = to;
  }

  /** When the next sum is to be written; empty while there is none. */
  Optional<Long> nextDue() {
    return users.values().stream()
        .map(user -> user.sum)
        .filter(sum -> sum != null)
        .map(sum -> sum.due)
        .min((a, b) -> Long.signum(a - b));
  }

  /** Takes the sums that are due; all sums while there are too many users. */
  List<FittedRecord> due(long now) {
    List<FittedRecord> due = new ArrayList<>();
    Iterator<User> all = users.values().iterator();
    while (all.hasNext()) {
      User user = all.next();
      user.refill(now);
      boolean tooMany = users.size() > MOST_USERS;
      if (user.sum != null && (user.sum.due - now <= 0 || tooMany)) {
        due.add(user.sum.record());
        user.sum = null;
      }
      if (user.sum == null && user.left >= AT_ONCE) {
        all.remove();
      }
    }
    return due;
  }

  /** Takes all sums. */
  List<FittedRecord> all() {
    List<FittedRecord> all = new ArrayList<>();
    for (User user : users.values()) {
      if (user.sum != null) {
        all.add(user.sum.record());
      }
    }
    users.clear();
    return all;
  }
}
