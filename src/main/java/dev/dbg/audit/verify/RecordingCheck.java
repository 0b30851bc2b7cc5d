package dev.dbg.audit.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.file.LineReader;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.recording.RecordingFiles;
import dev.dbg.audit.recording.Recordings;
import dev.dbg.audit.verify.Verification.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Compares recordings with the hashes in the records of their sessions' ends.
 *
 * <p>For one thread.
 */
final class RecordingCheck {
  private static final byte[] RECORDING =
      ",\"%s\":{".formatted(RecordField.RECORDING.word()).getBytes(StandardCharsets.US_ASCII);

  /**
   * {@code recording} is the last member before the hashes; it begins within this many bytes from
   * the line's end.
   */
  private static final int WHERE_IT_BEGINS = 1024;

  private final Verification.Findings findings;
  private final Path log;
  private long checked;
  private long failed;

  RecordingCheck(Verification.Findings findings, Path log) {
    this.findings = findings;
    this.log = log;
  }

  /** Takes a genuine RESULT or ORPHANED record. */
  void end(LineReader lines, ChainCheck.LinePlace place) {
    int from = Math.max(lines.start(), lines.end() - WHERE_IT_BEGINS);
    if (lines.find(RECORDING, from, lines.end()) < 0) {
      return;
    }
    // Only a forged record is not JSON; the seals show that it is forged.
    ParsedRecord.of(lines.text()).ifPresent(record -> check(record, place));
  }

  private void check(JsonNode record, ChainCheck.LinePlace place) {
    failed += RecordField.RECORDING_FAILED.isIn(record) ? 1 : 0;
    Optional<RecordingFiles> files = Recordings.found(log, RecordField.SESSION.text(record));
    if (files.isPresent() && RecordField.RECORDING_SHA256.isIn(record)) {
      checked++;
      check(files.get(), record, place);
    }
  }

  private void check(RecordingFiles files, JsonNode record, ChainCheck.LinePlace place) {
    String said =
        "the recording of session %s, of which this record has the hash, "
            .formatted(files.session());
    try {
      if (!files.areThere()) {
        findings.add(Kind.RECORDING_MISSING, place, said + "is gone");
      } else if (!files.isAsNoted(record)) {
        findings.add(Kind.RECORDING_EDITED, place, said + "is not what was written");
      }
    } catch (IOException e) {
      findings.add(Kind.UNREADABLE, place, said + "cannot be read: " + e.getMessage());
    }
  }

  /** Of how many sessions the record of the end says that there is no recording. */
  long failed() {
    return failed;
  }

  /** How many recordings were checked. */
  long checked() {
    return checked;
  }
}
