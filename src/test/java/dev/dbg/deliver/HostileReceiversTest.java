package dev.dbg.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.deliver.sink.OtlpLogs;
import dev.dbg.deliver.sink.OtlpSink;
import dev.dbg.deliver.sink.Sink;
import dev.dbg.deliver.sink.SyslogForm;
import dev.dbg.deliver.sink.SyslogTcp;
import dev.dbg.http.ServerAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receivers that redirect, never end their answer, or say what a terminal obeys. */
@Isolated("it takes the place of System.err")
class HostileReceiversTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String LETTERS = "x".repeat(8192);

  @TempDir private Path directory;

  private List<AuditReader.Read> record;

  @BeforeEach
  void write() throws Exception {
    try (AuditLog log = Written.open(directory)) {
      log.append(Written.intent(List.of("-t")));
    }
    record = List.of(Written.last(directory));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void no_answer_leads_elsewhere(int status) throws Exception {
    try (HostileCollector other = new HostileCollector(OK + "Content-Length: 2\r\n\r\n{}", "")) {
      for (String to : List.of(other.uri().toString(), "file:///etc/shadow", "//[::1]:1/")) {
        String answer =
            "HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n".formatted(status, to);
        assertTrue(failure(answer, "", LONG).endsWith(": status " + status), to);
      }
      assertEquals(0, other.connections());
    }
  }

  private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";
  private static final String NO = "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\n";

  /** Each would fill the memory of who keeps what it was told, or would be read forever. */
  @Test
  void an_answer_without_end_is_given_up_and_nothing_counts_as_delivered() throws Exception {
    assertTooLong(OK + "A: ", LETTERS);
    assertTooLong(OK, "A: b\r\n");
    assertTooLong("HTTP/1.1 200 ", LETTERS);
    assertTooLong("", "HTTP/1.1 100 Continue\r\n\r\n");
    assertTooLong(OK + "\r\n", LETTERS);
    assertTooLong(OK + "Content-Length: 9999999999999\r\n\r\n", LETTERS);
    assertTooLong(CHUNKED + "7fffffff\r\n", LETTERS);
    assertTooLong(CHUNKED, "2000\r\n" + LETTERS + "\r\n");
    assertTooLong(CHUNKED + "1;", LETTERS);
    assertTooLong(CHUNKED + "0\r\n", "A: b\r\n");
    assertTooLong(CHUNKED + "0\r\nA: ", LETTERS);
    assertTooLong("HTTP/1.1 500 No\r\n\r\n", LETTERS);
    assertTooLong(NO + "\r\n", LETTERS);
  }

  /** Each byte comes in time, and the last one never. */
  @Test
  @Tag("whole")
  void an_answer_that_drips_ends_in_time() throws Exception {
    for (String begin :
        List.of(
            "",
            "HTTP/1.1 100 Go on\r\n\r\n",
            OK + "A: ",
            OK + "Content-Length: 5000\r\n\r\n",
            OK + "\r\n",
            CHUNKED + "1000\r\n",
            CHUNKED + "1;",
            CHUNKED + "0\r\nA: ",
            "HTTP/1.1 500 No\r\nContent-Length: 5000\r\n\r\n",
            NO + "Content-Length: 5000\r\n\r\n")) {
      try (HostileCollector collector = new HostileCollector(begin, "x", Duration.ofMillis(100));
          OtlpSink sink = sink(collector.uri(), SHORT)) {
        // The whole of it would take minutes.
        IOException failure =
            assertTimeoutPreemptively(
                LONG, () -> assertThrows(IOException.class, () -> sink.send(record)), begin);
        assertLate(String.valueOf(failure.getMessage()));
      }
    }
  }

  private void assertTooLong(String begin, String again) throws Exception {
    String failure = failure(begin, again, LONG);
    assertTrue(failure.endsWith(": the server sent more than 131072 bytes"), failure);
  }

  @Test
  void an_answer_that_stops_halfway_is_not_waited_for() throws Exception {
    String headers = failure(OK, "", SHORT);
    assertLate(headers);
    String body = failure(OK + "Content-Length: 5\r\n\r\n{", "", SHORT);
    assertLate(body);
  }

  /** Which of the two limits comes first depends on how busy the host is. */
  private static void assertLate(String failure) {
    assertTrue(failure.contains("timed out") || failure.contains("did not end in time"), failure);
  }

  private String failureOfSyslog(Duration pause, Duration patience) throws Exception {
    try (HostileCollector server = new HostileCollector("", LETTERS, pause);
        Sink sink =
            new SyslogTcp(
                new ServerAddress("127.0.0.1", server.port()), new SyslogForm(10), patience)) {
      return assertThrows(IOException.class, () -> sink.send(record)).toString();
    }
  }

  @Test
  void a_syslog_server_that_talks_forever_is_given_up() throws Exception {
    String failure = failureOfSyslog(Duration.ZERO, LONG);
    assertTrue(failure.endsWith(": the server sent more than 131072 bytes"), failure);
  }

  @Test
  void a_syslog_server_that_does_not_close_is_given_up() throws Exception {
    String failure = failureOfSyslog(LONG, SHORT);
    assertTrue(failure.contains("did not read everything and close"), failure);
  }

  @Test
  void a_collectors_words_are_shortened_and_escaped() throws Exception {
    String painted = "\u001b[2J\u001b]0;owned\u0007\u009b31m";
    for (String answer :
        List.of(
            painted + LETTERS.repeat(8) + "\r\n\r\n",
            OK + "A" + painted + LETTERS + ": b\r\n\r\n",
            OK + "Content-Length: 1" + painted + LETTERS + "\r\n\r\n")) {
      assertShown(failure(answer, "", LONG));
    }
    String json =
        "{\"partialSuccess\":{\"rejectedLogRecords\":1,\"errorMessage\":\"\\u001b[2J%s\"}}"
            .formatted(LETTERS);
    String rejected =
        logged(() -> answered(OK + "Content-Length: " + json.length() + "\r\n\r\n" + json));
    assertTrue(rejected.contains("the collector rejected 1 records"), rejected);
    rejected
        .lines()
        .filter(line -> line.contains("the collector rejected"))
        .forEach(HostileReceiversTest::assertShown);
  }

  private static void assertShown(String line) {
    assertTrue(line.codePoints().allMatch(c -> c >= ' ' && c < 0x7f), line);
    assertTrue(line.length() < 4500, () -> line.length() + " characters");
  }

  private String failure(String begin, String again, Duration patience) throws Exception {
    try (HostileCollector collector = new HostileCollector(begin, again);
        OtlpSink sink = sink(collector.uri(), patience)) {
      IOException failure = assertThrows(IOException.class, () -> sink.send(record));
      return String.valueOf(failure.getMessage());
    }
  }

  private void answered(String answer) throws Exception {
    try (HostileCollector collector = new HostileCollector(answer, "");
        OtlpSink sink = sink(collector.uri(), LONG)) {
      assertEquals(1, sink.send(record));
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static String logged(Work work) throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    System.setErr(new PrintStream(lines, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(before);
    }
    return lines.toString(StandardCharsets.UTF_8);
  }

  private static OtlpSink sink(URI collector, Duration patience) throws IOException {
    OtlpLogs logs = new OtlpLogs("1.2.3", Written.CLOCK);
    return new OtlpSink("test", collector, Map.of("Authorization", "Bearer s"), logs, patience);
  }
}
