package dev.dbg.metrics;

import dev.dbg.model.Outcome;
import dev.dbg.model.Refusal.Denial;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what happened since dbgd started. A session adds to a few numbers, and waits for nobody.
 *
 * <p>Labels are words of dbg and names of tools in the catalogue. Neither an operator nor a
 * container can choose one, so their number is limited.
 *
 * <p>For any thread.
 */
public final class Counters {
  /** The upper limits of the histogram's buckets, in milliseconds; the last bucket has none. */
  private static final long[] LIMITS = {
    10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 1_800_000,
    3_600_000
  };

  private final Map<EndedAs, LongAdder> sessions =
      new ConcurrentSkipListMap<>(
          Comparator.comparing(EndedAs::tool).thenComparing(EndedAs::result));

  private final Map<Denial, LongAdder> denials = new EnumMap<>(Denial.class);
  private final LongAdder[] lengths = new LongAdder[LIMITS.length + 1];
  private final LongAdder microseconds = new LongAdder();

  /** The labels of a number of sessions. */
  private record EndedAs(String tool, String result) {}

  public Counters() {
    for (Denial kind : Denial.values()) {
      denials.put(kind, new LongAdder());
    }
    Arrays.setAll(lengths, _ -> new LongAdder());
  }

  /** A session ended; {@code tool} is the name of an entry in the catalogue. */
  public void ended(String tool, Outcome outcome, Duration took) {
    sessions.computeIfAbsent(new EndedAs(tool, result(outcome)), _ -> new LongAdder()).increment();
    int at = 0;
    while (at < LIMITS.length && took.compareTo(Duration.ofMillis(LIMITS[at])) > 0) {
      at++;
    }
    lengths[at].increment();
    microseconds.add(took.toNanos() / 1000);
  }

  /** So many requests were refused, or came to nothing. */
  public void denied(Denial kind, long times) {
    LongAdder count = denials.get(kind);
    if (count != null) {
      count.add(times);
    }
  }

  private static String result(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Exited exited -> exited.status() == 0 ? "success" : "failure";
      case Outcome.Signalled _ -> "signal";
      case Outcome.TimedOut _ -> "timeout";
      case Outcome.Unrecordable _ -> "unrecordable";
      case Outcome.Unread _ -> "unread";
      case Outcome.Failed _ -> "failed";
      case Outcome.NotRun _ -> "not_run";
    };
  }

  public void write(Exposition out) {
    out.counter("dbg_sessions_total", "Sessions that ended, by their end and their tool.");
    sessions.forEach((as, count) -> out.sample(count.sum(), "result", as.result, "tool", as.tool));

    out.counter("dbg_denials_total", "Requests that ran nothing, by the kind of the record.");
    denials.forEach((kind, count) -> out.sample(count.sum(), "kind", kind.word()));

    out.histogram("dbg_session_seconds", "From a session's permission to its tool's end.");
    long all = 0;
    for (int i = 0; i < LIMITS.length; i++) {
      all += lengths[i].sum();
      out.part("_bucket", all, "le", Exposition.number(LIMITS[i] / 1000.0));
    }
    all += lengths[LIMITS.length].sum();
    out.part("_bucket", all, "le", "+Inf");
    out.part("_sum", microseconds.sum() / 1e6);
    out.part("_count", all);
  }
}
