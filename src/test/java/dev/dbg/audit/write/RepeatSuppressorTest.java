package dev.dbg.audit.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.InMemory;
import dev.dbg.audit.Logs;
import dev.dbg.audit.read.Query;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.model.Refusal.Denial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are repeated many times. */
class RepeatSuppressorTest {
  private static final Duration NEVER = Duration.ofHours(1);
  private static final Duration SOON = Duration.ofMillis(200);

  @TempDir(factory = InMemory.class)
  private Path directory;

  private static RecordBuilder denied(int number, String user, String tool) {
    return RecordBuilder.of(Event.DENIED)
        .with("session", "s" + number)
        .with("operator", Map.of("uid", 1000, "user", user, "pid", 5000 + number))
        .with("tool", Map.of("name", tool, "argv_typed", List.of("-K")))
        .with("decision", Map.of("allowed", false, "why", "no"));
  }

  private static long count(List<JsonNode> records) {
    return records.stream().mapToLong(r -> r.at("/repeated/count").asLong(1)).sum();
  }

  @Test
  void ten_thousand_refusals_are_few_records_that_count_ten_thousand() throws Exception {
    try (AuditLog log = Logs.open(directory);
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      RepeatSuppressor repetitions = new RepeatSuppressor(log, (_, _) -> {}, Logs.CLOCK, SOON);
      for (int i = 0; i < 10_000; i++) {
        RecordBuilder draft = denied(i, "ann", "ss");
        threads.execute(() -> append(repetitions, draft));
      }
      threads.shutdown();
      assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS));
      repetitions.close();
    }
    List<JsonNode> records = Logs.verified(directory);
    assertEquals(10_000, count(records));
    // The first refusals, and one record for each interval of the run; no interval is shorter.
    assertTrue(records.size() < 200, "records: " + records.size());
    // A pause of the machine begins anew, with a few refusals that are not counted.
    JsonNode last =
        records.stream().filter(record -> record.has("repeated")).findAny().orElseThrow();
    assertTrue(last.at("/repeated/count").asLong() > 0, last::toString);
    assertEquals("ss", last.at("/tool/name").asText());
    assertEquals("no", last.at("/decision/why").asText());
    Instant first = Instant.parse(last.at("/repeated/first").asText());
    assertFalse(first.isAfter(Instant.parse(last.at("/repeated/last").asText())));
  }

  private static void append(RepeatSuppressor repetitions, RecordBuilder draft) {
    try {
      repetitions.append(draft);
    } catch (AuditFailure e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void who_tries_a_few_times_has_a_record_each_time() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      RepeatSuppressor repetitions = new RepeatSuppressor(log, (_, _) -> {}, Logs.CLOCK, NEVER);
      for (int i = 0; i < RepeatSuppressor.AT_ONCE; i++) {
        repetitions.append(denied(i, "ann", "ss"));
        assertEquals(i + 1, log.head().seq());
      }
      repetitions.append(denied(99, "ann", "ss"));
      assertEquals(RepeatSuppressor.AT_ONCE, log.head().seq());
      repetitions.close();
    }
    assertEquals(1, Logs.verified(directory).getLast().at("/repeated/count").asInt());
  }

  @Test
  void different_refusals_are_counted_apart() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      RepeatSuppressor repetitions = new RepeatSuppressor(log, (_, _) -> {}, Logs.CLOCK, NEVER);
      for (int i = 0; i < 50; i++) {
        repetitions.append(denied(i, "ann", "ss"));
        repetitions.append(denied(i, "ann", "ip"));
        repetitions.append(denied(i, "bob", "ss"));
      }
      repetitions.close();
    }
    List<JsonNode> records = Logs.verified(directory);
    assertEquals(3 * (RepeatSuppressor.AT_ONCE + 1), records.size());
    assertEquals(150, count(records));
    assertEquals(
        100,
        count(
            records.stream().filter(r -> r.at("/operator/user").asText().equals("ann")).toList()));
  }

  /** Different words that look the same when they are joined are still different. */
  @Test
  void arguments_that_only_look_alike_are_counted_apart() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      RepeatSuppressor repetitions = new RepeatSuppressor(log, (_, _) -> {}, Logs.CLOCK, NEVER);
      for (int i = 0; i < 20; i++) {
        repetitions.append(RecordBuilder.of(Event.DENIED).with("argv", List.of("a, b")));
        repetitions.append(RecordBuilder.of(Event.DENIED).with("argv", List.of("a", "b")));
        repetitions.append(RecordBuilder.of(Event.MALFORMED).with("argv", List.of("a", "b")));
      }
      repetitions.close();
    }
    assertEquals(3 * (RepeatSuppressor.AT_ONCE + 1), Logs.verified(directory).size());
  }

  @Test
  void a_count_is_written_when_its_interval_is_over_and_not_again() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      RepeatSuppressor repetitions = new RepeatSuppressor(log, (_, _) -> {}, Logs.CLOCK, SOON);
      for (int i = 0; i < RepeatSuppressor.AT_ONCE + 5; i++) {
        repetitions.append(denied(i, "ann", "ss"));
      }
      assertTrue(log.awaitBeyond(RepeatSuppressor.AT_ONCE, Duration.ofSeconds(30)));
      // Later refusals continue as before: one record for those in each interval.
      repetitions.append(denied(77, "ann", "ss"));
      assertTrue(log.awaitBeyond(RepeatSuppressor.AT_ONCE + 1, Duration.ofSeconds(30)));
      repetitions.close();
    }
    assertEquals(RepeatSuppressor.AT_ONCE + 6, count(Logs.verified(directory)));
  }

  @Test
  @Tag("whole")
  void of_many_kinds_the_oldest_is_written_early_and_none_is_lost() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      RepeatSuppressor repetitions = new RepeatSuppressor(log, (_, _) -> {}, Logs.CLOCK, NEVER);
      for (int user = 0; user < 90; user++) {
        for (int i = 0; i < 12; i++) {
          repetitions.append(large(user, "x"));
        }
      }
      long before = log.head().seq();
      assertTrue(before > 90L * RepeatSuppressor.AT_ONCE, "nothing was written early");
      repetitions.close();
    }
    assertEquals(1080, count(Logs.verified(directory)));
  }

  /** Returns a record of about the maximum size. */
  private static RecordBuilder large(int uid, String word) {
    return RecordBuilder.of(Event.DENIED)
        .with("operator", Map.of("uid", uid, "user", "u" + uid))
        .with("decision", Map.of("kind", "rule"))
        .with("argv", Collections.nCopies(500, word.repeat(25).substring(0, 25)));
  }

  @Test
  @Tag("whole")
  void refusals_beyond_a_users_allowance_are_summed_up() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      RepeatSuppressor repetitions = new RepeatSuppressor(log, (_, _) -> {}, Logs.CLOCK, NEVER);
      for (int i = 0; i < 2000; i++) {
        repetitions.append(large(7, "n" + i + "-"));
      }
      repetitions.append(RecordBuilder.of(Event.MALFORMED).with("operator", Map.of("uid", 8)));
      RecordBuilder read =
          RecordBuilder.of(Event.READ)
              .with("operator", Map.of("uid", 7, "user", "u7"))
              .with("argv", Collections.nCopies(500, "y".repeat(25)));
      assertFalse(repetitions.appendWords(read), "the log would not say what was read");
      assertTrue(Files.size(Logs.file(directory)) <= RefusalQuota.AT_ONCE + 1024);
      repetitions.close();
    }
    List<JsonNode> records = Logs.verified(directory);
    assertTrue(Files.size(Logs.file(directory)) <= RefusalQuota.AT_ONCE + (16 << 10) + 1024);
    assertEquals("malformed", records.get(records.size() - 2).path("event").asText());
    JsonNode sum = records.getLast();
    long written = records.size() - 2L;
    assertEquals(2001 - written, sum.at("/unwritten/count").asLong());
    assertEquals(2000 - written, sum.at("/unwritten/events/denied").asLong());
    assertEquals(1, sum.at("/unwritten/events/read").asLong());
    assertTrue(sum.at("/unwritten/first").asText().startsWith("2026-11-24T12"), sum::toString);
    assertEquals("denied", sum.path("event").asText());
    assertTrue(sum.at("/argv/0").asText().startsWith("n1999-"), sum::toString);
    Query refused = Query.of(Optional.empty(), Optional.empty(), true, Optional.empty());
    assertTrue(refused.matches(sum), "a search for refusals finds it");
  }

  /** It counts later, and leaves no refusal out. */
  @Test
  void a_refusal_is_on_record_where_no_thread_can_be_started() throws Exception {
    AtomicInteger failures = new AtomicInteger(1);
    ThreadFactory threads =
        work -> {
          if (failures.getAndDecrement() > 0) {
            throw new OutOfMemoryError("unable to create native thread");
          }
          return new Thread(work);
        };
    try (AuditLog log = Logs.open(directory)) {
      RepeatSuppressor repetitions =
          new RepeatSuppressor(log, (_, _) -> {}, Logs.CLOCK, SOON, threads);
      for (int i = 0; i <= RepeatSuppressor.AT_ONCE; i++) {
        repetitions.append(denied(i, "ann", "ss"));
      }
      assertEquals(RepeatSuppressor.AT_ONCE, log.head().seq());
      repetitions.append(denied(99, "bob", "ss"));
      while (log.head().seq() < RepeatSuppressor.AT_ONCE + 2) {
        Thread.sleep(10);
      }
      repetitions.close();
    }
    assertEquals(RepeatSuppressor.AT_ONCE + 2, count(Logs.verified(directory)));
  }

  /** One report of clients that were turned away stands for all of them, also in a sum. */
  @Test
  void what_stands_for_many_counts_as_many_wherever_it_is_counted() throws Exception {
    Map<Denial, Long> told = new EnumMap<>(Denial.class);
    Instant first = Logs.CLOCK.instant().minusSeconds(60);
    try (AuditLog log = Logs.open(directory)) {
      RepeatSuppressor repetitions =
          new RepeatSuppressor(
              log, (kind, times) -> told.merge(kind, times, Long::sum), Logs.CLOCK, NEVER);
      assertTrue(repetitions.appendWords(large(7, "a"), 5000, first, Logs.CLOCK.instant()));
      for (int i = 0; i < 100; i++) {
        repetitions.append(large(7, "n" + i + "-"));
      }
      assertFalse(repetitions.appendWords(large(7, "b"), 3000, first, Logs.CLOCK.instant()));
      repetitions.close();
    }
    List<JsonNode> records = Logs.verified(directory);
    assertEquals(5000, records.getFirst().at("/repeated/count").asLong());
    assertEquals(first.toString(), records.getFirst().at("/repeated/first").asText());
    JsonNode sum = records.getLast();
    long written = records.size() - 2L;
    assertEquals(100 - written + 3000, sum.at("/unwritten/count").asLong());
    assertTrue(sum.at("/argv/0").asText().startsWith("bbb"), sum::toString);
    assertFalse(sum.has("repeated"), "a record says once what it stands for");
    assertEquals(Map.of(Denial.RULE, 8100L), told);
  }

  /** Or who has tried what is to be hidden types nonsense after it. */
  @Test
  void a_sum_is_the_last_of_the_gravest_refusals() throws Exception {
    RecordBuilder mistyped =
        RecordBuilder.of(Event.MISTYPED)
            .with("operator", Map.of("uid", 7, "user", "u7"))
            .with("argv", Collections.nCopies(500, "z".repeat(25)));
    try (AuditLog log = Logs.open(directory)) {
      RepeatSuppressor repetitions = new RepeatSuppressor(log, (_, _) -> {}, Logs.CLOCK, NEVER);
      for (int i = 0; i < 100; i++) {
        repetitions.append(large(7, "n" + i + "-").with("decision", Map.of("kind", "entry")));
      }
      repetitions.append(large(7, "vault-1-").with("decision", Map.of("kind", "rule")));
      repetitions.append(large(7, "vault-2-").with("decision", Map.of("kind", "rule")));
      repetitions.append(large(7, "nothing-").with("decision", Map.of("kind", "failed")));
      repetitions.append(mistyped);
      repetitions.close();
    }
    JsonNode sum = Logs.verified(directory).getLast();
    assertTrue(sum.at("/argv/0").asText().startsWith("vault-2-"), sum::toString);
    assertEquals(1, sum.at("/unwritten/events/mistyped").asLong());
  }

  /** What is read is known by the records that the log has: those that are counted repeat them. */
  @Test
  @Tag("whole")
  void an_access_that_repeats_others_is_counted_though_the_allowance_is_used_up() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      RepeatSuppressor repetitions = new RepeatSuppressor(log, (_, _) -> {}, Logs.CLOCK, NEVER);
      RecordBuilder read =
          RecordBuilder.of(Event.READ)
              .with("operator", Map.of("uid", 7, "user", "u7"))
              .with("argv", List.of("replay", "0123456789abcdef"));
      for (int i = 0; i < RepeatSuppressor.AT_ONCE; i++) {
        assertTrue(repetitions.appendWords(read));
      }
      for (int i = 0; i < 2000; i++) {
        repetitions.append(large(7, "n" + i + "-"));
      }
      assertTrue(repetitions.appendWords(read));
      repetitions.close();
    }
    assertEquals(
        1,
        Logs.verified(directory).stream()
            .filter(r -> r.path("event").asText().equals("read"))
            .filter(r -> r.at("/repeated/count").asInt() == 1)
            .count());
  }

  @Test
  void a_sum_is_written_when_its_interval_is_over() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      RepeatSuppressor repetitions = new RepeatSuppressor(log, (_, _) -> {}, Logs.CLOCK, SOON);
      for (int i = 0; i < 100; i++) {
        repetitions.append(large(7, "n" + i + "-"));
      }
      List<JsonNode> records = Logs.verified(directory);
      while (records.stream().noneMatch(record -> record.has("unwritten"))) {
        assertTrue(log.awaitBeyond(records.size(), Duration.ofSeconds(30)));
        records = Logs.verified(directory);
      }
      repetitions.close();
    }
    assertEquals(
        100,
        Logs.verified(directory).stream().mapToLong(r -> r.at("/unwritten/count").asLong(1)).sum());
  }

  /**
   * Otherwise an operator could repeat a thousand different requests and get a record a minute for
   * each.
   */
  @Test
  void counts_too_are_within_the_allowance() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      RepeatSuppressor repetitions = new RepeatSuppressor(log, (_, _) -> {}, Logs.CLOCK, NEVER);
      for (int i = 0; i < 100; i++) {
        repetitions.append(large(7, "a"));
        repetitions.append(large(7, "b"));
      }
      long before = Files.size(Logs.file(directory));
      assertTrue(before <= RefusalQuota.AT_ONCE, before + " bytes");
      repetitions.close();
    }
    assertEquals(
        200,
        Logs.verified(directory).stream()
            .mapToLong(r -> r.at("/unwritten/count").asLong(r.at("/repeated/count").asLong(1)))
            .sum());
  }

  @Test
  void when_the_log_has_failed_nothing_is_counted_in_its_stead() throws Exception {
    AuditLog log = Logs.open(directory);
    RepeatSuppressor repetitions = new RepeatSuppressor(log, (_, _) -> {}, Logs.CLOCK, NEVER);
    for (int i = 0; i < 20; i++) {
      repetitions.append(denied(i, "ann", "ss"));
    }
    repetitions.close();
    log.close();
    AuditFailure failure =
        assertThrows(AuditFailure.class, () -> repetitions.append(denied(21, "ann", "ss")));
    assertTrue(failure.message().contains("cannot be written"), failure.message());
  }
}
