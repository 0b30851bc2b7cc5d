package dev.dbg.audit.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.Logs;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.recording.Recording;
import dev.dbg.audit.recording.RecordingFiles;
import dev.dbg.audit.recording.RecordingQuota;
import dev.dbg.audit.recording.Recordings;
import dev.dbg.audit.verify.Verification.Damage;
import dev.dbg.audit.verify.Verification.Kind;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.model.Uid;
import dev.dbg.model.amount.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log has two recordings. The verifier reports what was done to one of them, and where. */
class RecordingCheckTest {
  private static final String ONE = "00000000000000aa";
  private static final String OTHER = "00000000000000bb";

  @TempDir private Path directory;

  @BeforeEach
  void write() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      log.writtenOn(Logs.LONGEST_HOST);
      for (String session : List.of(ONE, OTHER)) {
        log.append(RecordBuilder.of(Event.INTENT).with("session", session).with("recorded", true));
        try (Recording recording =
            new Recordings(directory, new ByteSize(1, 'M'), budget())
                .begin(session, new Uid(1000))) {
          RecordingFiles files = Recordings.of(directory, session);
          writes(files.output(), "secret\n");
          writes(files.timing(), "O 0.001000 7\n");
          log.append(
              RecordBuilder.of(Event.RESULT)
                  .with("session", session)
                  .with("recording", recording.end()));
        }
      }
      // Results without an intent: one session was not recorded, the recording of the other failed.
      log.append(RecordBuilder.of(Event.RESULT).with("session", "00000000000000cc"));
      log.append(
          RecordBuilder.of(Event.RESULT)
              .with("session", "00000000000000dd")
              .with("recording", Map.of("failed", "no space")));
    }
  }

  @Test
  void recordings_that_are_as_they_were_written_are_looked_at_and_well() throws Exception {
    Verification found = verify();
    assertEquals(List.of(), found.findings());
    assertEquals(2, found.recordings());
    assertEquals(1, found.failedRecordings());
    String text = VerificationText.of(found, true);
    assertTrue(text.contains("recordings: 2 looked at, and 1 that failed\n"), text);
  }

  @Test
  void a_byte_changed_in_either_file_is_told_beside_its_result() throws Exception {
    for (Path file : Recordings.of(directory, ONE).both()) {
      byte[] genuine = Files.readAllBytes(file);
      for (int at = 0; at < genuine.length; at++) {
        byte[] changed = genuine.clone();
        changed[at] ^= 1;
        Files.write(file, changed);
        assertTold(Kind.RECORDING_EDITED);
      }
      Files.write(file, new byte[] {'x'}, StandardOpenOption.APPEND);
      assertTold(Kind.RECORDING_EDITED);
      Files.write(file, genuine);
    }
  }

  @Test
  void a_file_that_is_gone_or_is_a_link_or_a_directory_is_missed() throws Exception {
    for (Path file : Recordings.of(directory, ONE).both()) {
      Path aside = directory.resolve("aside");
      Files.move(file, aside);
      assertTold(Kind.RECORDING_MISSING);
      // The target has the original content, but a link could also lead to a file that never ends.
      Path _ = Files.createSymbolicLink(file, aside);
      assertTold(Kind.RECORDING_MISSING);
      Files.delete(file);
      Path _ = Files.createDirectory(file);
      assertTold(Kind.RECORDING_MISSING);
      Files.delete(file);
      Files.move(aside, file);
    }
    assertEquals(List.of(), verify().findings());
  }

  @Test
  void two_that_are_exchanged_are_both_told() throws Exception {
    Path one = Recordings.of(directory, ONE).output();
    Path other = Recordings.of(directory, OTHER).output();
    Path aside = directory.resolve("aside");
    Files.move(one, aside);
    Files.move(other, one);
    Files.move(aside, other);
    assertEquals(
        List.of(Kind.RECORDING_EDITED, Kind.RECORDING_EDITED),
        verify().findings().stream().map(Damage::kind).toList());
  }

  @Test
  void who_says_that_they_were_not_copied_is_told_nothing_of_them() throws Exception {
    for (Path file : Recordings.of(directory, ONE).both()) {
      Files.delete(file);
    }
    Verification found =
        new Verifier(directory, KnownAnchors.of(Set.of(), List.of(), false, false)).verify();
    assertTrue(found.isUnbroken());
    assertEquals(0, found.recordings());
  }

  /** Writes while the session is running. */
  private static void writes(Path file, String text) throws IOException {
    Files.writeString(
        file.resolveSibling(file.getFileName() + ".new"), text, StandardOpenOption.APPEND);
  }

  private Verification verify() throws IOException {
    return new Verifier(directory, KnownAnchors.keys(Set.of())).verify();
  }

  private void assertTold(Kind kind) throws IOException {
    List<Damage> findings = verify().findings();
    assertEquals(List.of(kind), findings.stream().map(Damage::kind).toList());
    assertEquals("audit.jsonl line 2", findings.getFirst().where());
    assertTrue(findings.getFirst().what().contains(ONE), findings.toString());
  }

  private RecordingQuota budget() {
    return new RecordingQuota(directory, 1L << 40, 1L << 40, 0);
  }
}
