package dev.dbg.serve;

import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.RepeatSuppressor;
import dev.dbg.kernel.process.Users;
import dev.dbg.kernel.socket.PeerCredentials;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Uid;
import dev.dbg.session.SessionRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who asks for more than dbgd answers: told in the journal, at once and then once a minute a user,
 * with how much it was. Clients that are turned away, or not read, are put on record here,
 * likewise: whoever lets clients in must not wait for a disk or for a user's name.
 *
 * <p>Any thread may note. A thread writes; there is one only while there is something to tell.
 */
final class FloodReports implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FloodReports.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  private final RepeatSuppressor log;
  private final Duration interval;
  // Guarded by this.
  private final Map<Uid, Count> counts = new HashMap<>();
  private boolean closed;
  private @Nullable Thread teller;

  FloodReports(RepeatSuppressor log) {
    this(log, INTERVAL);
  }

  FloodReports(RepeatSuppressor log, Duration interval) {
    this.log = log;
    this.interval = interval;
  }

  /** What one user has done since it was last told. */
  private static final class Count {
    final Uid user;
    long waited;
    long unread;
    long turnedAway;
    Instant first = Instant.now();
    Instant last = first;
    String why = "";
    @Nullable PeerCredentials peer;
    long due = System.nanoTime();

    Count(Uid user) {
      this.user = user;
    }

    boolean isEmpty() {
      return waited + unread + turnedAway == 0;
    }

    /** What is to be told; this one starts anew. */
    Count taken(long nextDue) {
      Count told = new Count(user);
      told.waited = waited;
      told.unread = unread;
      told.turnedAway = turnedAway;
      told.first = first;
      told.last = last;
      told.why = why;
      told.peer = peer;
      waited = 0;
      unread = 0;
      turnedAway = 0;
      due = nextDue;
      return told;
    }
  }

  /** A request had to wait because its user has asked for too much. */
  synchronized void hadToWait(Uid user) {
    count(user).waited++;
  }

  /** A request was not read because there was no room for it. */
  synchronized void wasNotRead(PeerCredentials peer, String why) {
    Count count = count(peer.uid());
    count.unread++;
    count.peer = peer;
    count.why = why;
  }

  /** A client was not let in. */
  synchronized void turnedAway(PeerCredentials peer, String why) {
    Count count = count(peer.uid());
    count.turnedAway++;
    count.peer = peer;
    count.why = why;
  }

  private Count count(Uid user) {
    Count count = counts.computeIfAbsent(user, Count::new);
    count.last = Instant.now();
    if (count.isEmpty()) {
      count.first = count.last;
    }
    if (teller == null && !closed) {
      teller = Thread.ofPlatform().name("floods").daemon().start(this::tellWhenDue);
    } else {
      notifyAll();
    }
    return count;
  }

  private void tellWhenDue() {
    List<Count> due = awaitDue();
    while (!due.isEmpty()) {
      due.forEach(this::tell);
      due = awaitDue();
    }
  }

  /** Waits for what is to be told; nothing, when there is nothing to wait for any more. */
  private synchronized List<Count> awaitDue() {
    while (!closed && !counts.isEmpty()) {
      long now = System.nanoTime();
      // Who has been told about and has done no more is forgotten.
      counts.values().removeIf(count -> count.isEmpty() && count.due <= now);
      List<Count> due = new ArrayList<>();
      long left = interval.toNanos();
      for (Count count : counts.values()) {
        if (!count.isEmpty() && count.due <= now) {
          due.add(count.taken(now + interval.toNanos()));
        }
        left = Math.min(left, count.due - now);
      }
      if (!due.isEmpty()) {
        return due;
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, left));
      } catch (InterruptedException e) {
        // Nobody interrupts it; it looks again.
      }
    }
    teller = null;
    return List.of();
  }

  private void tell(Count count) {
    LOG.warn(
        "{} (uid {}) asks for more than dbgd answers: {} requests had to wait, {} were not read, {} clients were turned away",
        Users.name(count.user),
        count.user,
        count.waited,
        count.unread,
        count.turnedAway);
    PeerCredentials peer = count.peer;
    long unheard = count.turnedAway + count.unread;
    if (unheard == 0 || peer == null) {
      return;
    }
    RecordBuilder draft =
        SessionRecords.turnedAway(Operators.briefly(peer), count.why, ExitStatus.DBG_FAILED);
    if (unheard > 1) {
      RecordBuilder _ =
          draft
              .with(RecordField.REPEATED_COUNT, unheard)
              .with(RecordField.REPEATED_FIRST, count.first.toString())
              .with(RecordField.REPEATED_LAST, count.last.toString());
    }
    try {
      log.append(draft);
    } catch (AuditFailure e) {
      LOG.error("{} clients turned away are not on record: {}", unheard, e.message());
    }
  }

  /** Tells what there is to tell. */
  @Override
  public void close() {
    List<Count> rest;
    synchronized (this) {
      closed = true;
      rest = counts.values().stream().filter(count -> !count.isEmpty()).toList();
      counts.clear();
      notifyAll();
    }
    rest.forEach(this::tell);
  }
}
