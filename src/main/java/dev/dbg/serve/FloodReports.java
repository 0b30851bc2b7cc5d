package dev.dbg.serve;

import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.RepeatSuppressor;
import dev.dbg.model.Operator;
import dev.dbg.model.OperatorId;
import dev.dbg.model.Refusal;
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
 * Reports users who exceed dbgd's limits, and strangers: at once, and then once a minute per user,
 * with numbers. Clients that are turned away or not read are recorded here too, because the thread
 * that accepts clients must wait neither for a disk nor for a user's name.
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
  private final Map<Whose, Count> counts = new HashMap<>();

  FloodReports(RepeatSuppressor log) {
    this.log = log;
    reporter.setKeepAliveTime(1, TimeUnit.SECONDS);
    reporter.allowCoreThreadTimeOut(true);
    reporter.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /**
   * To whom clients are counted.
   *
   * @param strangers clients that are counted to the user, and are not the user's own uid
   */
  private record Whose(OperatorId user, boolean strangers) {}

  /** What one user has done since the last report. */
  private static final class Count {
    final Whose whose;
    long delayed;
    long unread;
    long turnedAway;
    Instant first = Instant.now();
    Instant last = first;
    @Nullable Refusal why;
    @Nullable Caller caller;

    Count(Whose whose) {
      this.whose = whose;
    }

    boolean isEmpty() {
      return delayed + unread + turnedAway == 0;
    }
  }

  /** A request was delayed because its user asks too often. */
  synchronized void delayed(OperatorId user) {
    count(new Whose(user, false)).delayed++;
  }

  /** A request was not read because there was no room for it. */
  synchronized void notRead(Caller caller, Refusal why) {
    count(new Whose(caller.id(), false), caller, why).unread++;
  }

  /** A client was not accepted. */
  synchronized void turnedAway(Caller caller, Refusal why) {
    count(new Whose(caller.id(), false), caller, why).turnedAway++;
  }

  /** A client was not accepted, because nobody knows its user. */
  synchronized void turnedAway(Caller caller, KnownUsers.Stranger stranger) {
    count(new Whose(stranger.charged(), true), caller, stranger.why()).turnedAway++;
  }

  private Count count(Whose whose, Caller caller, Refusal why) {
    Count count = count(whose);
    count.caller = caller;
    count.why = why;
    return count;
  }

  private Count count(Whose whose) {
    Count count = counts.get(whose);
    if (count == null) {
      count = new Count(whose);
      // It fails if no thread can be started: then the next client of the user's is reported.
      schedule(whose, Duration.ZERO);
      counts.put(whose, count);
    }
    count.last = Instant.now();
    if (count.isEmpty()) {
      count.first = count.last;
    }
    return count;
  }

  private void schedule(Whose whose, Duration delay) {
    ScheduledFuture<?> _ =
        reporter.schedule(() -> reportIfAny(whose), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void reportIfAny(Whose whose) {
    Count count;
    synchronized (this) {
      count = counts.remove(whose);
      if (count == null || count.isEmpty()) {
        return;
      }
      counts.put(whose, new Count(whose));
      schedule(whose, INTERVAL);
    }
    report(count);
  }

  private void report(Count count) {
    OperatorId user = count.whose.user;
    Refusal why = count.why;
    Caller caller = count.caller;
    if (!count.whose.strangers) {
      LOG.warn(
          "{} exceeds dbgd's limits: {} requests delayed, {} not read, {} clients turned away",
          Operators.words(user),
          count.delayed,
          count.unread,
          count.turnedAway);
    } else if (why != null) {
      LOG.warn("clients turned away: {}; the last: {}", count.turnedAway, why.message());
    }
    long unheard = count.turnedAway + count.unread;
    if (unheard == 0 || caller == null || why == null) {
      return;
    }
    boolean isSubId = count.whose.strangers && !user.equals(KnownUsers.NOBODYS);
    Operator operator =
        Operators.briefly(user.equals(KnownUsers.NOBODYS) ? caller.id() : user, caller);
    RecordBuilder draft =
        SessionRecords.turnedAway(operator, why)
            .with(RecordField.OPERATOR_SUBUID, isSubId ? caller.peer().uid().number() : null);
    try {
      boolean _ = log.appendWords(draft, unheard, count.first, count.last);
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
