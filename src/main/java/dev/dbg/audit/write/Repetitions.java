package dev.dbg.audit.write;

import dev.dbg.audit.record.Draft;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what is no session's beginning or end, such as refusals. Who asks the same again and again
 * gets a record each at first; what comes beyond that is counted, and the count is a record once an
 * interval: a script that goes wild neither fills the disk nor hides what others do, and no refusal
 * is dropped.
 *
 * <p>Any thread may append. What is counted is in memory: a dbgd that is killed loses the counts of
 * the interval, never the fact, which the first records tell. A thread writes the counts; there is
 * one only while there is something to count.
 */
public final class Repetitions implements AutoCloseable {
  /** As many of a kind are records of their own: people try again, and each try is of interest. */
  static final int AT_ONCE = 10;

  private static final Logger LOG = LoggerFactory.getLogger("audit");
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  /** How many kinds, and how long in all, are told apart before the oldest is written at once. */
  private static final int MOST_KINDS = 1024;

  private static final int MOST_HELD = 1 << 20;

  private final AuditLog log;
  private final Clock clock;
  private final Duration interval;
  // Guarded by this. The one whose interval ends first comes first.
  private final Map<Draft.Kind, Counted> kinds = new LinkedHashMap<>();
  private int held;
  private boolean closed;
  private @Nullable Thread writer;

  public Repetitions(AuditLog log, Clock clock) {
    this(log, clock, INTERVAL);
  }

  Repetitions(AuditLog log, Clock clock, Duration interval) {
    this.log = log;
    this.clock = clock;
    this.interval = interval;
  }

  /** Drafts of one kind, in the interval that ends at {@code due}. */
  private static final class Counted {
    final int size;
    long due;
    int written;
    long count;
    Draft last;
    Instant from;
    Instant to;

    Counted(Draft draft, long due, Instant now) {
      this.size = draft.toString().length();
      this.due = due;
      this.last = draft;
      this.from = now;
      this.to = now;
    }

    void add(Draft draft, Instant now) {
      from = count == 0 ? now : from;
      to = now;
      last = draft;
      count++;
    }

    Draft draft() {
      Map<String, Object> repeated = new LinkedHashMap<>();
      repeated.put("count", count);
      repeated.put("first", from.toString());
      repeated.put("last", to.toString());
      return last.with("repeated", repeated);
    }
  }

  /**
   * Writes a record, durably, or counts it.
   *
   * @throws AuditFailure when nothing can be written
   */
  public void append(Draft draft) throws AuditFailure {
    if (!isCounted(draft)) {
      log.append(draft);
    }
  }

  private boolean isCounted(Draft draft) throws AuditFailure {
    List<Draft> early;
    boolean counted;
    synchronized (this) {
      if (closed || log.failure() != null) {
        return false;
      }
      Counted known = kinds.get(draft.kind());
      if (known == null) {
        known = new Counted(draft, System.nanoTime() + interval.toNanos(), clock.instant());
        kinds.put(draft.kind(), known);
        held += known.size;
        startWriter();
      }
      counted = known.written >= AT_ONCE;
      if (counted) {
        known.add(draft, clock.instant());
      } else {
        known.written++;
      }
      early = tooMany();
    }
    write(early);
    return counted;
  }

  private void startWriter() {
    if (writer == null) {
      writer = Thread.ofPlatform().name("repetitions").daemon().start(this::writeWhenDue);
    }
  }

  /** The counts of the oldest kinds, which are then forgotten, while there are too many. */
  private List<Draft> tooMany() {
    List<Draft> drafts = new ArrayList<>();
    Iterator<Counted> oldest = kinds.values().iterator();
    while ((kinds.size() > MOST_KINDS || held > MOST_HELD) && kinds.size() > 1) {
      take(oldest.next(), drafts);
      oldest.remove();
    }
    return drafts;
  }

  private void take(Counted counted, List<Draft> drafts) {
    held -= counted.size;
    if (counted.count > 0) {
      drafts.add(counted.draft());
    }
  }

  private void writeWhenDue() {
    Map<Draft.Kind, Counted> due = awaitDue();
    while (!due.isEmpty()) {
      due.forEach(this::writeOrKeep);
      due = awaitDue();
    }
  }

  /** Waits for what is due; nothing, when there is nothing to wait for any more. */
  private synchronized Map<Draft.Kind, Counted> awaitDue() {
    while (!closed && !kinds.isEmpty()) {
      long left = kinds.values().iterator().next().due - System.nanoTime();
      if (left > 0) {
        try {
          wait(left / 1_000_000 + 1);
        } catch (InterruptedException e) {
          // Nobody interrupts it; it looks again.
        }
      } else {
        Map<Draft.Kind, Counted> due = due();
        if (!due.isEmpty()) {
          return due;
        }
      }
    }
    writer = null;
    return Map.of();
  }

  /** While the disk is nearly full a count waits for its next interval. */
  private void writeOrKeep(Draft.Kind kind, Counted counted) {
    try {
      log.append(counted.draft());
    } catch (AuditFailure e) {
      LOG.error("{} repetitions are not on record yet: {}", counted.count, e.message());
      synchronized (this) {
        Counted now = kinds.get(kind);
        if (now != null) {
          now.count += counted.count;
          now.from = counted.from;
        } else {
          LOG.error("this is in no log: {}", counted.last);
        }
      }
    }
  }

  /** Takes what is due and was counted; a kind of which nothing more has come is forgotten. */
  private Map<Draft.Kind, Counted> due() {
    Map<Draft.Kind, Counted> due = new LinkedHashMap<>();
    long now = System.nanoTime();
    Iterator<Map.Entry<Draft.Kind, Counted>> all = kinds.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Draft.Kind, Counted> next = all.next();
      Counted counted = next.getValue();
      if (counted.due - now > 0) {
        break;
      }
      all.remove();
      held -= counted.size;
      if (counted.count > 0) {
        due.put(next.getKey(), counted);
      }
    }
    due.forEach((kind, counted) -> kinds.put(kind, goingOn(counted, now)));
    return due;
  }

  private Counted goingOn(Counted counted, long now) {
    Counted again = new Counted(counted.last, now + interval.toNanos(), clock.instant());
    again.written = AT_ONCE;
    held += again.size;
    return again;
  }

  private void write(List<Draft> drafts) throws AuditFailure {
    for (Draft draft : drafts) {
      try {
        log.append(draft);
      } catch (AuditFailure e) {
        LOG.error("this is in no log: {}", draft);
        throw e;
      }
    }
  }

  /** Writes what has been counted. What comes later is written as it comes. */
  @Override
  public void close() throws AuditFailure {
    List<Draft> drafts = new ArrayList<>();
    synchronized (this) {
      closed = true;
      kinds.values().forEach(counted -> take(counted, drafts));
      kinds.clear();
      notifyAll();
    }
    write(drafts);
  }
}
