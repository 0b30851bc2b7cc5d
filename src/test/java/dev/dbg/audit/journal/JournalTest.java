package dev.dbg.audit.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.Logs;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.deliver.Written;
import dev.dbg.kernel.socket.DatagramServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records reach a real socket like journald's, in their order, and delay no writer. */
public class JournalTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir private Path directory;

  /** A record as an entry of the journal, for tests of other packages. */
  public static String text(JsonNode record) {
    return new String(Journal.entry(record), StandardCharsets.UTF_8);
  }

  private AuditLog log(Journal journal) throws Exception {
    return AuditLog.open(
        Logs.settings(directory.resolve("log")),
        Logs.BOOT,
        HostIdentity.UNKNOWN,
        Logs.CLOCK,
        journal);
  }

  private Path socket() {
    return directory.resolve("socket");
  }

  /** The number of the next record that the server gets, or -1. */
  private static int next(DatagramServer server, Duration within) throws Exception {
    return server
        .next(within)
        .lines()
        .filter(line -> line.startsWith("DBG_SEQ="))
        .mapToInt(line -> Integer.parseInt(line.substring("DBG_SEQ=".length())))
        .findFirst()
        .orElse(-1);
  }

  private static List<Integer> next(DatagramServer server, int count) throws Exception {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(next(server, LONG));
    }
    return numbers;
  }

  private static List<Integer> from(int first, int last) {
    return IntStream.rangeClosed(first, last).boxed().toList();
  }

  @Test
  void each_record_arrives_once_and_in_order() throws Exception {
    try (DatagramServer server = DatagramServer.at(socket());
        Journal journal = Journal.at(socket());
        AuditLog log = log(journal)) {
      for (int i = 0; i < 30; i++) {
        log.append(Written.result(0));
      }
      assertEquals(from(1, 30), next(server, 30));
    }
  }

  @Test
  void records_wait_for_a_journal_that_comes_later() throws Exception {
    try (Journal journal = Journal.at(socket());
        AuditLog log = log(journal)) {
      log.append(Written.result(0));
      log.append(Written.result(0));
      try (DatagramServer server = DatagramServer.at(socket())) {
        assertEquals(from(1, 2), next(server, 2));
        Files.delete(socket());
      }
      log.append(Written.result(0));
      try (DatagramServer server = DatagramServer.at(socket())) {
        assertEquals(3, next(server, LONG));
      }
    }
  }

  /** The queue holds a mebibyte: a journal that reads nothing costs no more, and delays nobody. */
  @Test
  void a_journal_that_takes_nothing_costs_a_bounded_memory_and_no_waiting() throws Exception {
    try (Journal journal = Journal.at(socket());
        AuditLog log = log(journal)) {
      String word = "x".repeat(8000);
      for (int i = 0; i < 300; i++) {
        log.append(Written.intent(List.of(word)));
      }
      assertEquals(300, log.head().seq());
      try (DatagramServer server = DatagramServer.at(socket())) {
        List<Integer> got = new ArrayList<>();
        for (int one = next(server, LONG); one > 0; one = next(server, Duration.ofSeconds(2))) {
          got.add(one);
        }
        assertTrue(got.size() > 50 && got.size() < 250, () -> "records: " + got.size());
        assertEquals(from(1, got.size()), got);
        log.append(Written.result(0));
        assertEquals(301, next(server, LONG));
      }
    }
  }

  @Test
  void the_last_records_are_sent_before_the_end() throws Exception {
    try (DatagramServer server = DatagramServer.at(socket())) {
      try (Journal journal = Journal.at(socket());
          AuditLog log = log(journal)) {
        for (int i = 0; i < 10; i++) {
          log.append(Written.result(0));
        }
      }
      assertEquals(from(1, 10), next(server, 10));
      assertEquals(-1, next(server, Duration.ofMillis(50)));
    }
  }

  @Test
  void a_value_of_several_lines_is_sent_with_its_length() {
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    Journal.field(entry, "A", "1");
    Journal.field(entry, "MESSAGE", "x\nB=yy\n");
    Journal.field(entry, "C", "z");
    assertArrayEquals(
        "A=1\nMESSAGE\n\u0007\0\0\0\0\0\0\0x\nB=yy\n\nC=z\n".getBytes(StandardCharsets.US_ASCII),
        entry.toByteArray());
  }
}
