package dev.dbg.audit.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.audit.Logs;
import dev.dbg.audit.Newest;
import dev.dbg.audit.export.EcsForm;
import dev.dbg.audit.export.OcsfForm;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries of the log, and the export formats. */
class ReviewTest {
  private static final Instant BEGIN = Instant.parse("2026-11-24T12:00:00Z");
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path directory;

  private long seconds;

  @BeforeEach
  void write() throws Exception {
    Clock clock =
        new Clock() {
          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return BEGIN.plusSeconds(seconds);
          }
        };
    try (AuditLog log = AuditLog.open(Logs.settings(directory), Logs.BOOT, clock)) {
      session(log, "s1", "ann", 1000, "adguard-1", "ss");
      session(log, "s2", "bob", 1001, "adguard-2", "netstat");
      log.append(
          RecordBuilder.of(Event.DENIED)
              .with("session", "s3")
              .with("operator", operator("ann", 1000))
              .with("target", Map.of("asked", "vault-1"))
              .with("namespaces", List.of("net"))
              .with("tool", Map.of("name", "ss", "argv_typed", List.of("-K", "a=b|c\n\\")))
              .with("decision", Map.of("allowed", false, "why", "no=|\\"))
              .with("outcome", Map.of("status", 126)));
      seconds++;
      session(log, "s4", "ann", 1000, "web", "ss");
      log.append(
          RecordBuilder.of(Event.MALFORMED)
              .with("operator", operator("eve", 1002))
              .with("why", "noise"));
    }
  }

  private void session(
      AuditLog log, String id, String user, long uid, String container, String tool)
      throws AuditFailure {
    log.append(
        RecordBuilder.of(Event.INTENT)
            .with("session", id)
            .with("operator", operator(user, uid))
            .with("cwd", "/home/" + user)
            .with(
                "target",
                Map.of("runtime", "docker", "id", "c0ffee", "name", container, "image", "img:1"))
            .with("namespaces", List.of("net"))
            .with(
                "tool",
                Map.of(
                    "name",
                    tool,
                    "argv_typed",
                    List.of("-tln"),
                    "path",
                    "/usr/bin/" + tool,
                    "sha256",
                    "ab",
                    "argv_run",
                    List.of(tool, "-t", "-l", "-n")))
            .with("decision", Map.of("allowed", true, "rule", "/p:1")));
    seconds++;
    log.append(
        RecordBuilder.of(Event.RESULT)
            .with("session", id)
            .with("operator", operator(user, uid))
            .with("outcome", Map.of("exit", 3, "duration_us", 2500)));
    seconds++;
  }

  private static Map<String, Object> operator(String user, long uid) {
    return Map.of("uid", uid, "user", user, "pid", 77);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // since, operator, container, tool, refused, session, the sessions that are found
        "-, -, -, -, false, -, s1 s1 s2 s2 s3 s4 s4 -",
        "2026-11-24T12:00:04Z, -, -, -, false, -, s3 s4 s4 -",
        "2026-11-24T12:00:04.500Z, -, -, -, false, -, s3 s4 s4 -",
        "-, ann, -, -, false, -, s1 s1 s3 s4 s4",
        "-, 1001, -, -, false, -, s2 s2",
        "-, an, -, -, false, -, ''",
        "-, -, adguard-*, -, false, -, s1 s1 s2 s2",
        "-, -, adguard-?, ss, false, -, s1 s1",
        "-, -, vault-1, -, false, -, s3",
        "-, -, -, netstat, false, -, s2 s2",
        "-, -, -, -, true, -, s3 -",
        "-, ann, -, -, true, -, s3",
        "-, -, -, -, false, s4, s4 s4",
        "-, eve, -, -, false, -, -",
        "2026-11-24T12:00:05Z, ann, web, ss, false, s4, s4 s4",
      })
  void records_are_found_by_what_they_say(
      Instant since,
      String operator,
      String container,
      String tool,
      boolean refused,
      String session,
      String found)
      throws Exception {
    Query query =
        new Query(
            Optional.ofNullable(since),
            Optional.empty(),
            Optional.ofNullable(operator),
            Optional.ofNullable(container),
            Optional.ofNullable(tool),
            refused,
            false,
            Optional.ofNullable(session),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty(),
            false);
    assertEquals(found == null ? "-" : found, String.join(" ", sessions(query, 100)));
    // The newest two of them.
    List<String> all = sessions(query, 100);
    List<String> two = sessions(query, 2);
    assertEquals(all.subList(Math.max(0, all.size() - 2), all.size()), two);
  }

  /**
   * In both directions: the fields of a query are in a session's beginning, and its end is found
   * with it.
   */
  @ParameterizedTest
  @CsvSource({
    "adguard-*, -, s1 s1 s2 s2",
    "-, netstat, s2 s2",
    "vault-1, -, s3",
    "nothing, -, ''",
  })
  void an_export_has_the_ends_of_the_sessions_that_are_asked_for(
      String container, String tool, String found) throws Exception {
    Query query =
        new Query(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(container).filter(c -> !c.equals("-")),
            Optional.of(tool).filter(t -> !t.equals("-")),
            false,
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty(),
            false);
    List<String> sessions = new ArrayList<>();
    AuditReader.forward(
        directory,
        query,
        record -> true,
        read -> sessions.add(read.fields().path("session").asText()));
    assertEquals(found, String.join(" ", sessions));
  }

  @Test
  void who_has_enough_is_given_no_more_of_this_file_or_the_next() throws Exception {
    Path current = directory.resolve("audit.jsonl");
    Files.copy(current, directory.resolve("audit-000000000001.jsonl"));
    List<AuditReader.Read> given = new ArrayList<>();
    AuditReader.forward(
        directory, Query.ALL, record -> true, read -> given.add(read) && given.size() < 2);
    assertEquals(2, given.size());
  }

  /** Whoever may read the beginning of a session may read its end, and no other session's end. */
  @Test
  void an_end_is_read_by_whom_its_beginning_lets() throws Exception {
    ReadPermission adguard =
        new ReadPermission() {
          @Override
          public boolean alone(JsonNode record) {
            return record.at("/target/name").asText().startsWith("adguard-");
          }

          @Override
          public boolean withBeginning(JsonNode end) {
            return true;
          }
        };
    List<String> forward = new ArrayList<>();
    AuditReader.forward(
        directory, Query.ALL, adguard, read -> forward.add(read.fields().path("session").asText()));
    assertEquals(List.of("s1", "s1", "s2", "s2"), forward);
    assertEquals(
        forward,
        Newest.of(directory, 100, adguard, read -> read.fields().path("session").asText()));
  }

  private List<String> sessions(Query query, int count) throws Exception {
    return Newest.of(
        directory, count, query, record -> true, read -> read.fields().path("session").asText("-"));
  }

  @Test
  void nobody_finds_what_they_may_not_read() throws Exception {
    assertEquals(
        List.of("s2", "s2"),
        Newest.of(
            directory,
            100,
            Query.ALL,
            record -> record.at("/operator/uid").asLong() == 1001,
            read -> read.fields().path("session").asText()));
  }

  /** Operators write patterns, so a pattern must not be able to keep a processor busy. */
  @Test
  void a_pattern_of_many_stars_is_answered_at_once() {
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    long begun = thread.getCurrentThreadCpuTime();
    assertFalse(Query.matches("*a".repeat(2000) + "b", "a".repeat(20_000)));
    assertTrue(Query.matches("*a".repeat(2000) + "*", "a".repeat(20_000)));
    long took = thread.getCurrentThreadCpuTime() - begun;
    assertTrue(took > 0 && Duration.ofNanos(took).toSeconds() < 5, "it takes " + took + " ns");
    assertTrue(Query.matches("*", "") && Query.matches("?*", "x") && !Query.matches("?", ""));
  }

  /** ExportSchemaTest checks which fields exist and which types they have. */
  @Test
  void ecs_and_ocsf_say_what_the_record_says() throws Exception {
    JsonNode ended = JSON.readTree(EcsForm.line(records().get(1)));
    assertEquals(2_500_000, ended.at("/event/duration").asLong());
    assertEquals("failure", ended.at("/event/outcome").asText());
    assertEquals(3, ended.at("/process/exit_code").asInt());
    JsonNode refused = JSON.readTree(EcsForm.line(records().get(4)));
    assertEquals("dbg-denied", refused.at("/event/action").asText());
    assertEquals("failure", refused.at("/event/outcome").asText());
    JsonNode launch = JSON.readTree(OcsfForm.line(records().get(0), "1.0"));
    assertEquals(1, launch.path("activity_id").asInt());
    assertEquals("ss -t -l -n", launch.at("/process/cmd_line").asText());
    assertEquals("adguard-1", launch.at("/process/container/name").asText());
    assertEquals("img:1", launch.at("/process/container/image/uid").asText());
    assertEquals("-", launch.at("/device/hostname").asText());
    assertEquals(Logs.BOOT, launch.at("/device/boot_uid").asText());
    assertEquals(BEGIN.toEpochMilli(), launch.path("time").asLong());
  }

  private List<JsonNode> records() throws Exception {
    return Newest.of(directory, 100, record -> true, AuditReader.Read::fields);
  }
}
