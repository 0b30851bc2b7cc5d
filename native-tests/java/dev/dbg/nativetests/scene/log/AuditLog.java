package dev.dbg.nativetests.scene.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The audit log that a dbgd writes, dbg-audit(5): its records, and waiting for them. */
public final class AuditLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  /**
   * @param file the one that dbgd writes to
   */
  public AuditLog(Path file) {
    this.file = file;
  }

  public Path file() {
    return file;
  }

  /** All records, oldest first. */
  public List<AuditRecord> records() {
    List<AuditRecord> records = new ArrayList<>();
    try {
      for (String line : LogLines.ofIfThere(file)) {
        JsonNode json = JSON.readTree(line);
        records.add(new AuditRecord(json));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records;
  }

  /** All records, oldest first, without the lines that a crash cut off. */
  public List<AuditRecord> wholeRecords() {
    List<AuditRecord> records = new ArrayList<>();
    try {
      for (String line : LogLines.of(file)) {
        if (line.endsWith("\"}")) {
          records.add(new AuditRecord(JSON.readTree(line)));
        }
      }
      return records;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asserts that no record was changed, removed, inserted or moved. */
  public void keepsItsChain() {
    AuditChain.verify(file);
  }

  /** The number of the last record; 0 if there is none. */
  public long lastSeq() {
    List<AuditRecord> all = records();
    return all.isEmpty() ? 0 : seq(all.get(all.size() - 1));
  }

  /** The records of an operator that follow the one of this number. */
  public List<AuditRecord> recordsAfter(long seq, String operator) {
    return recordsAfter(seq, operator, "/operator/user");
  }

  /** The records of an event that follow the one of this number. */
  public List<AuditRecord> eventsAfter(long seq, String event) {
    return recordsAfter(seq, event, "/event");
  }

  private List<AuditRecord> recordsAfter(long seq, String value, String pointer) {
    return records().stream()
        .filter(record -> seq(record) > seq && record.text(pointer).equals(value))
        .toList();
  }

  private static long seq(AuditRecord record) {
    return record.json().path("seq").asLong();
  }

  /** Waits for the record of this event of a session, and returns it. */
  public AuditRecord waitsFor(String event, String session) {
    Patience.until("a record " + event + " of " + session, () -> !of(event, session).isEmpty());
    return of(event, session).get(0);
  }

  private List<AuditRecord> of(String event, String session) {
    return records().stream()
        .filter(record -> record.event().equals(event) && record.text("/session").equals(session))
        .toList();
  }

  /**
   * How many lines of the log contain this text; for a long log quicker than reading the records.
   */
  public long countLines(String text) {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.US_ASCII)) {
      return lines.filter(line -> line.contains(text)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many records of this event there are. */
  public long count(String event) {
    return records().stream().filter(record -> record.event().equals(event)).count();
  }

  /** Waits until there are at least so many records of this event. */
  public void waitsForCount(String event, long wanted) {
    Patience.until(wanted + " records " + event, () -> count(event) >= wanted);
  }

  /** The last record of this event. */
  public AuditRecord last(String event) {
    return records().reversed().stream()
        .filter(record -> record.event().equals(event))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no record " + event));
  }
}
