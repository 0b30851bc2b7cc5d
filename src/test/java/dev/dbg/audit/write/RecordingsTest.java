package dev.dbg.audit.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.Draft;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.recording.Recording;
import dev.dbg.audit.recording.RecordingFiles;
import dev.dbg.audit.recording.Recordings;
import dev.dbg.model.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that recorded sessions leave. */
class RecordingsTest {
  private static final String EARLY = "00000000000000aa";
  private static final String LATE = "00000000000000bb";

  @TempDir private Path directory;

  @Test
  void a_recording_is_root_s_alone_and_its_facts_are_those_of_its_bytes() throws Exception {
    Recordings recordings = new Recordings(directory, new ByteSize(1, 'M'));
    try (Recording recording = recordings.begin(EARLY)) {
      RecordingFiles files = Recordings.of(directory, EARLY);
      for (Path file : files.both()) {
        assertEquals(
            "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      }
      Map<String, Object> facts = recording.end();
      assertEquals(Files.size(files.output()), facts.get("bytes"));
      assertEquals(64, String.valueOf(facts.get("sha256")).length());
      // The SHA-256 of nothing.
      assertEquals(
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          facts.get("timing_sha256"));
    }
    assertThrows(IOException.class, () -> recordings.begin(EARLY));
  }

  @Test
  void nothing_stays_of_a_session_that_has_not_begun() throws Exception {
    Recordings recordings = new Recordings(directory, new ByteSize(1, 'M'));
    try (Recording _ = recordings.begin(EARLY)) {
      assertTrue(Files.exists(Recordings.of(directory, EARLY).timing()));
    }
    assertFalse(Files.exists(Recordings.of(directory, EARLY).output()));
    assertFalse(Files.exists(Recordings.of(directory, EARLY).timing()));
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
        try (Recording recording = new Recordings(directory, new ByteSize(1, 'M')).begin(session)) {
          Files.write(Recordings.of(directory, session).output(), new byte[60_000]);
          Map<String, Object> _ = recording.end();
        }
        log.append(Draft.of(Event.RESULT).with("session", session));
      }
      log.append(Draft.of(Event.DAEMON).with("action", "stop"));

      Keeper.idle(log, sealer, Receivers.NONE, clock).keep();
    }
    assertFalse(Files.exists(Recordings.of(directory, EARLY).output()));
    assertFalse(Files.exists(Recordings.of(directory, EARLY).timing()));
    assertTrue(Files.exists(Recordings.of(directory, LATE).output()));
    assertTrue(
        AuditReader.newest(directory, 20, record -> true, AuditReader.Read::line).stream()
            .anyMatch(
                line ->
                    line.contains("\"event\":\"retention\"")
                        && line.contains("\"recordings\":1,")));
  }
}
