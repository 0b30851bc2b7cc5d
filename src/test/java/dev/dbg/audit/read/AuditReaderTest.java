package dev.dbg.audit.read;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.audit.Logs;
import dev.dbg.audit.Newest;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.AuditSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditReaderTest {
  @TempDir private Path directory;

  @Test
  void the_newest_come_last_and_no_more_than_asked_for() throws Exception {
    log(10);
    assertEquals(List.of("s7", "s8", "s9"), newest(3));
    assertEquals(10, newest(10).size());
    assertEquals(10, newest(1000).size());
    assertEquals(List.of(), newest(0));
  }

  @Test
  void a_filter_goes_back_as_far_as_it_must() throws Exception {
    log(500);
    List<AuditReader.Read> found =
        Newest.of(directory, 3, r -> r.path("session").asText().matches("s[0-9]"), read -> read);
    assertEquals(
        List.of("s7", "s8", "s9"),
        found.stream().map(r -> r.fields().path("session").asText()).toList());
    assertEquals(Logs.lines(directory).get(9), found.get(2).line());
    assertEquals(
        List.of(),
        Newest.of(directory, 3, r -> r.path("seq").asLong() > 500, AuditReader.Read::line));
  }

  @Test
  void no_log_and_an_empty_one_have_no_records() throws Exception {
    assertEquals(List.of(), newest(5));
    Files.writeString(Logs.file(directory), "");
    assertEquals(List.of(), newest(5));
  }

  @Test
  void what_is_no_record_is_passed_over() throws Exception {
    log(2);
    Path file = Logs.file(directory);
    Files.writeString(
        file,
        "\n{\"session\":\"torn\n[1]\nnull\n5\n\"x\"\n" + Logs.lines(directory).get(1) + "\n{\"sess",
        StandardOpenOption.APPEND);
    assertEquals(List.of("s0", "s1", "s1"), newest(5));
  }

  /** Between two records that are wanted there may be millions. */
  @Test
  void a_disconnected_client_is_noticed_though_nothing_is_found() throws Exception {
    log(500);
    for (boolean forward : List.of(true, false)) {
      AtomicInteger lines = new AtomicInteger();
      AuditReader.RecordTaker gone =
          AuditReader.RecordTaker.of(_ -> true, () -> lines.incrementAndGet() < 10);
      if (forward) {
        AuditReader.forward(directory, Query.ALL, _ -> false, gone);
      } else {
        AuditReader.backward(directory, Query.ALL, _ -> false, gone);
      }
      assertEquals(10, lines.get());
    }
  }

  /** The clock of a host that has no battery for it, or that was set back for a moment. */
  @Test
  void a_record_with_an_older_time_hides_none_that_came_before_it() throws Exception {
    List<String> times = List.of("08:00", "11:30", "09:00", "11:45");
    for (String time : times) {
      Clock clock = Clock.fixed(Instant.parse("2026-11-24T" + time + ":00Z"), ZoneOffset.UTC);
      try (AuditLog log = AuditLog.open(AuditSettings.plain(directory), Logs.BOOT, clock)) {
        log.append(RecordBuilder.of(Event.DENIED).with("session", time));
      }
    }
    Query since =
        Query.of(
            Optional.of(Instant.parse("2026-11-24T11:00:00Z")),
            Optional.empty(),
            false,
            Optional.empty());
    List<String> backward = new ArrayList<>();
    AuditReader.backward(
        directory,
        since,
        record -> true,
        read -> backward.add(read.fields().path("session").asText()));
    assertEquals(List.of("11:45", "11:30"), backward);
    List<String> lines = new ArrayList<>();
    AuditReader.lines(directory, since, (line, head) -> lines.add(head.session()));
    assertEquals(backward, lines);
  }

  private void log(int records) throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      for (int i = 0; i < records; i++) {
        log.append(RecordBuilder.of(Event.DENIED).with("session", "s" + i));
      }
    }
  }

  private List<String> newest(int count) throws Exception {
    return Newest.of(directory, count, r -> true, read -> read.fields().path("session").asText());
  }
}
