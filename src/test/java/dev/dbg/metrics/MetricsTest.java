package dev.dbg.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Outcome;
import dev.dbg.model.Refusal.Denial;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The text of the metrics, and what is counted. promtool reads it in the native tests. */
class MetricsTest {
  @Test
  void a_family_is_its_help_its_type_and_its_samples() {
    Exposition out = new Exposition();
    out.gauge("a", "Help with a \\.");
    out.sample(1, "x", "a\"b\\c\nd", "y", "");
    out.gauge("b", "One.", 0.25);
    assertEquals(
        """
        # HELP a Help with a \\\\.
        # TYPE a gauge
        a{x="a\\"b\\\\c\\nd",y=""} 1
        # HELP b One.
        # TYPE b gauge
        b 0.25
        """,
        out.toString());
  }

  @Test
  void numbers_have_no_exponent_and_lose_nothing() {
    assertEquals("9007199254740993", Exposition.number(9_007_199_254_740_993L));
    assertEquals("0.00001", Exposition.number(0.00001));
    assertEquals("100000000000", Exposition.number(1e11));
    assertEquals("1795698304.27", Exposition.number(1_795_698_304_270L / 1000.0));
    assertEquals("0", Exposition.number(0.0));
  }

  @Test
  void sessions_are_counted_by_their_end_and_their_tool() {
    Counters counters = new Counters();
    counters.ended("ss", new Outcome.Exited(0), Duration.ofMillis(10));
    counters.ended("ss", new Outcome.Exited(0), Duration.ofMillis(11));
    counters.ended("ss", new Outcome.Exited(3), Duration.ofHours(2));
    counters.ended("cat", new Outcome.Signalled(9), Duration.ofSeconds(1));
    counters.ended("cat", new Outcome.NotRun(127, "no such tool"), Duration.ofSeconds(1));
    assertEquals(
        List.of(
            "dbg_sessions_total{result=\"not_run\",tool=\"cat\"} 1",
            "dbg_sessions_total{result=\"signal\",tool=\"cat\"} 1",
            "dbg_sessions_total{result=\"failure\",tool=\"ss\"} 1",
            "dbg_sessions_total{result=\"success\",tool=\"ss\"} 2"),
        samples(counters, "dbg_sessions_total"));
  }

  @Test
  void each_bucket_holds_those_below_it_and_a_limit_is_in_its_bucket() {
    Counters counters = new Counters();
    counters.ended("ss", new Outcome.Exited(0), Duration.ofMillis(10));
    counters.ended("ss", new Outcome.Exited(0), Duration.ofMillis(11));
    counters.ended("ss", new Outcome.Exited(0), Duration.ofHours(2));
    List<String> buckets = samples(counters, "dbg_session_seconds");
    assertEquals("dbg_session_seconds_bucket{le=\"0.01\"} 1", buckets.get(0));
    assertEquals("dbg_session_seconds_bucket{le=\"0.025\"} 2", buckets.get(1));
    assertTrue(buckets.contains("dbg_session_seconds_bucket{le=\"3600\"} 2"));
    assertEquals(
        List.of(
            "dbg_session_seconds_bucket{le=\"+Inf\"} 3",
            "dbg_session_seconds_sum 7200.021",
            "dbg_session_seconds_count 3"),
        buckets.subList(buckets.size() - 3, buckets.size()));
  }

  @Test
  void every_kind_of_denial_is_there_from_the_start() {
    Counters counters = new Counters();
    counters.denied(Denial.RULE, 2);
    List<String> denials = samples(counters, "dbg_denials_total");
    assertEquals(Denial.values().length, denials.size());
    assertEquals("dbg_denials_total{kind=\"rule\"} 2", denials.getFirst());
    assertEquals("dbg_denials_total{kind=\"malformed\"} 0", denials.getLast());
  }

  @Test
  void a_receiver_is_behind_since_the_first_record_that_it_has_not_had_was_there() {
    DeliveryLag lag = new DeliveryLag();
    long second = 1_000_000_000L;
    lag.note(5, 0);
    lag.note(5, 10 * second);
    lag.note(9, 20 * second);
    lag.note(12, 30 * second);
    assertEquals(0, lag.seconds(12, 40 * second));
    assertEquals(10, lag.seconds(9, 40 * second));
    assertEquals(20, lag.seconds(6, 40 * second));
    assertEquals(40, lag.seconds(0, 40 * second));
  }

  @Test
  void a_lag_of_days_is_remembered_in_little_memory_and_about_right() {
    DeliveryLag lag = new DeliveryLag();
    int samples = 100_000;
    for (int i = 1; i <= samples; i++) {
      lag.note(i, i * 15_000_000_000L);
    }
    long now = samples * 15_000_000_000L;
    for (int had : new int[] {0, 10, 50_000, 99_990}) {
      double exact = (samples - had - 1) * 15.0;
      assertEquals(exact, lag.seconds(had, now), exact / 30, "had " + had);
    }
    assertEquals(0, lag.seconds(samples, now));
  }

  private static List<String> samples(Counters counters, String family) {
    Exposition out = new Exposition();
    counters.write(out);
    return out.toString().lines().filter(line -> line.startsWith(family)).toList();
  }
}
