package dev.dbg.audit.write;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.Logs;
import dev.dbg.audit.Newest;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.recording.Recording;
import dev.dbg.audit.recording.RecordingFiles;
import dev.dbg.audit.recording.RecordingQuota;
import dev.dbg.audit.recording.Recordings;
import dev.dbg.audit.verify.KnownAnchors;
import dev.dbg.audit.verify.Verifier;
import dev.dbg.model.Uid;
import dev.dbg.model.amount.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of recorded sessions. */
class RecordingsTest {
  private static final String EARLY = "00000000000000aa";
  private static final String LATE = "00000000000000bb";

  @TempDir private Path directory;

  @Test
  void a_recording_is_root_s_alone_and_its_facts_are_those_of_its_bytes() throws Exception {
    Recordings recordings = new Recordings(directory, new ByteSize(1, 'M'), budget());
    try (Recording recording = recordings.begin(EARLY, new Uid(1000))) {
      RecordingFiles files = Recordings.of(directory, EARLY);
      for (Path file : files.both()) {
        assertEquals(
            "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(going(file))));
        assertFalse(Files.exists(file));
      }
      Map<String, Object> facts = recording.end();
      assertEquals(Files.size(files.output()), facts.get("bytes"));
      assertEquals(64, String.valueOf(facts.get("sha256")).length());
      // The SHA-256 of empty input.
      assertEquals(
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          facts.get("timing_sha256"));
    }
    assertThrows(IOException.class, () -> recordings.begin(EARLY, new Uid(1000)));
  }

  @Test
  void nothing_stays_of_a_session_that_has_not_begun() throws Exception {
    Recordings recordings = new Recordings(directory, new ByteSize(1, 'M'), budget());
    try (Recording _ = recordings.begin(EARLY, new Uid(1000))) {
      assertEquals(2, files().size());
    }
    assertEquals(List.of(), files());
  }

  /**
   * In the order in which dbgd works: both files begun, INTENT, one renamed, the other renamed,
   * RESULT.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void what_a_dead_dbgd_had_begun_to_record_is_concluded_and_has_its_hashes(int renamed)
      throws Exception {
    RecordingFiles files = Recordings.of(directory, EARLY);
    try (AuditLog log = Logs.open(directory)) {
      log.append(RecordBuilder.of(Event.INTENT).with("session", EARLY).with("recorded", true));
      log.append(RecordBuilder.of(Event.INTENT).with("session", LATE));
    }
    beginsAndDies(EARLY);
    for (Path file : files.both().subList(0, renamed)) {
      Path _ = Files.move(going(file), file);
    }
    byte[] written = Files.readAllBytes(renamed > 0 ? files.output() : going(files.output()));

    Logs.open(directory).close();

    assertEquals(List.of(EARLY + ".out", EARLY + ".timing"), files());
    assertArrayEquals(written, Files.readAllBytes(files.output()));
    List<JsonNode> orphaned = orphaned();
    assertEquals(2, orphaned.size());
    assertTrue(files.isAsNoted(orphaned.get(0)));
    assertFalse(orphaned.get(1).has("recording"), "it was not recorded");
    assertEquals(1, new Verifier(directory, KnownAnchors.keys(Set.of())).verify().recordings());
  }

  @Test
  void of_a_session_that_a_dead_dbgd_had_not_on_record_nothing_stays() throws Exception {
    Logs.open(directory).close();
    beginsAndDies(EARLY);
    beginsAndDies(LATE);
    Files.delete(going(Recordings.of(directory, LATE).timing()));

    Logs.open(directory).close();

    assertEquals(List.of(), files());
    assertEquals(List.of(), orphaned());
  }

  @Test
  void what_cannot_be_concluded_is_said_in_the_record_and_keeps_nothing_else_from_it()
      throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      log.append(RecordBuilder.of(Event.INTENT).with("session", EARLY));
      log.append(RecordBuilder.of(Event.INTENT).with("session", LATE));
    }
    beginsAndDies(EARLY);
    beginsAndDies(LATE);
    Files.delete(going(Recordings.of(directory, EARLY).timing()));

    Logs.open(directory).close();

    assertEquals(List.of(EARLY + ".out", LATE + ".out", LATE + ".timing"), files());
    assertTrue(orphaned().get(0).path("recording").has("failed"));
    assertTrue(orphaned().get(1).path("recording").has("sha256"));
  }

  /** Otherwise the next start would take it for the file of a session without any record. */
  @Test
  void when_one_file_cannot_be_put_on_the_disk_the_other_has_its_name_all_the_same()
      throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      log.append(RecordBuilder.of(Event.INTENT).with("session", EARLY));
    }
    beginsAndDies(EARLY);
    Path output = going(Recordings.of(directory, EARLY).output());
    Files.delete(output);
    Path _ = Files.createDirectory(output);

    Logs.open(directory).close();
    Logs.open(directory).close();

    assertEquals(List.of(EARLY + ".out", EARLY + ".timing"), files());
    assertTrue(orphaned().get(0).path("recording").has("failed"));
  }

  /** The two files as they are while a session is running. */
  private void beginsAndDies(String session) throws IOException {
    Path made = Files.createDirectories(directory.resolve("recordings"));
    Files.writeString(made.resolve(session + ".out.new"), "Script of dbg session\nseen\n");
    Files.writeString(made.resolve(session + ".timing.new"), "O 0.001000 5\n");
  }

  private static Path going(Path file) {
    return file.resolveSibling(file.getFileName() + ".new");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("recordings"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private List<JsonNode> orphaned() throws IOException {
    try (Stream<String> lines = Files.lines(directory.resolve("audit.jsonl"))) {
      return lines
          .map(line -> ParsedRecord.of(line).orElseThrow())
          .filter(record -> record.path("event").asText().equals("orphaned"))
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "..",
        "../../etc/shadow",
        "00000000000000a",
        "00000000000000AA",
        "00000000000000aa/"
      })
  void nothing_but_a_session_s_number_becomes_a_path(String session) {
    assertThrows(IllegalArgumentException.class, () -> Recordings.of(directory, session));
  }

  @Test
  void a_line_that_is_no_record_takes_no_recording_with_it() throws Exception {
    for (String session : List.of(EARLY, LATE)) {
      Path output = Recordings.of(directory, session).output();
      Files.createDirectories(output.getParent());
      Files.write(output, new byte[1]);
    }
    String end = "\"event\":\"result\",\"session\":\"%s\"";
    String zeros = "0".repeat(64);
    String record =
        "{\"seq\":3,\"time\":\"2026-11-24T12:00:00Z\",\"boot\":\"b\",%s,\"prev\":\"%s\",\"hash\":\"%s\"}"
            .formatted(end.formatted(EARLY), zeros, zeros);
    Files.write(Segment.pathOf(directory, 1), List.of(record, "x" + end.formatted(LATE)));
    assertEquals(List.of(EARLY), Recordings.endedIn(directory, Segment.in(directory).getFirst()));
  }

  @Test
  void they_go_with_the_segment_that_has_the_end_of_their_session() throws Exception {
    Clock clock = Clock.systemUTC();
    AuditSettings settings =
        new AuditSettings(
            directory,
            1,
            Duration.ofDays(1),
            Optional.empty(),
            Optional.of(100_000L),
            1000,
            Duration.ofDays(1),
            0);
    try (AuditLog log = AuditLog.open(settings, "boot", clock);
        Sealer sealer = Sealer.idle(log, clock)) {
      for (String session : new String[] {EARLY, LATE}) {
        try (Recording recording =
            new Recordings(directory, new ByteSize(1, 'M'), budget())
                .begin(session, new Uid(1000))) {
          Files.write(going(Recordings.of(directory, session).output()), new byte[60_000]);
          Map<String, Object> _ = recording.end();
        }
        log.append(RecordBuilder.of(Event.RESULT).with("session", session));
      }
      log.append(RecordBuilder.of(Event.DAEMON).with("action", "stop"));

      new SegmentRetention(log, sealer, Map::of, clock).keep();
    }
    assertFalse(Files.exists(Recordings.of(directory, EARLY).output()));
    assertFalse(Files.exists(Recordings.of(directory, EARLY).timing()));
    assertTrue(Files.exists(Recordings.of(directory, LATE).output()));
    assertTrue(
        Newest.of(directory, 20, record -> true, AuditReader.Read::line).stream()
            .anyMatch(
                line ->
                    line.contains("\"event\":\"retention\"")
                        && line.contains("\"recordings\":1,")));
  }

  private RecordingQuota budget() {
    return new RecordingQuota(directory, 1L << 40, 1L << 40, 0);
  }
}
