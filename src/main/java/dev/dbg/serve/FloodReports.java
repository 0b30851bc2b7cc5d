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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports users who exceed dbgd's limits: at once, and then once a minute per user, with numbers.
 * Clients that are turned away or not read are recorded here too, because the thread that accepts
 * clients must wait neither for a disk nor for a user's name.
 *
 * <p>Any thread may count. One thread reports; it exists only while there is something to report.
 */
final class FloodReports implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FloodReports.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  private final RepeatSuppressor log;
  private final ScheduledThreadPoolExecutor reporter =
      new ScheduledThreadPoolExecutor(
          1,
          Thread.ofPlatform().name("floods").daemon().factory(),
          new ThreadPoolExecutor.DiscardPolicy());
  // Guarded by this. A report is scheduled for each user in it.
  private final Map<Uid, Count> counts = new HashMap<>();

  FloodReports(RepeatSuppressor log) {
    this.log = log;
    reporter.setKeepAliveTime(1, TimeUnit.SECONDS);
    reporter.allowCoreThreadTimeOut(true);
    reporter.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** What one user has done since the last report. */
  private static final class Count {
    final Uid user;
    long delayed;
    long unread;
    long turnedAway;
    Instant first = Instant.now();
    Instant last = first;
    String why = "";
    @Nullable PeerCredentials peer;

    Count(Uid user) {
      this.user = user;
    }

    boolean isEmpty() {
      return delayed + unread + turnedAway == 0;
    }
  }

  /** A request was delayed because its user asks too often. */
  synchronized void delayed(Uid user) {
    count(user).delayed++;
  }

  /** A request was not read because there was no room for it. */
  synchronized void notRead(PeerCredentials peer, String why) {
    count(peer, why).unread++;
  }

  /** A client was not accepted. */
  synchronized void turnedAway(PeerCredentials peer, String why) {
    count(peer, why).turnedAway++;
  }

  private Count count(PeerCredentials peer, String why) {
    Count count = count(peer.uid());
    count.peer = peer;
    count.why = why;
    return count;
  }

  private Count count(Uid user) {
    Count count = counts.get(user);
    if (count == null) {
      count = new Count(user);
      counts.put(user, count);
      schedule(user, Duration.ZERO);
    }
    count.last = Instant.now();
    if (count.isEmpty()) {
      count.first = count.last;
    }
    return count;
  }

  private void schedule(Uid user, Duration delay) {
    ScheduledFuture<?> _ =
        reporter.schedule(() -> reportIfAny(user), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void reportIfAny(Uid user) {
    Count count;
    synchronized (this) {
      count = counts.remove(user);
      if (count == null || count.isEmpty()) {
        return;
      }
      counts.put(user, new Count(user));
      schedule(user, INTERVAL);
    }
    report(count);
  }

  private void report(Count count) {
    LOG.warn(
        "{} (uid {}) exceeds dbgd's limits: {} requests delayed, {} not read, {} clients turned away",
        Users.name(count.user),
        count.user,
        count.delayed,
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
      LOG.error("{} clients turned away could not be recorded: {}", unheard, e.message());
    }
  }

  /** Reports the rest. */
  @Override
  public void close() {
    reporter.shutdown();
    List<Count> rest;
    synchronized (this) {
      rest = counts.values().stream().filter(count -> !count.isEmpty()).toList();
      counts.clear();
    }
    rest.forEach(this::report);
  }
}
