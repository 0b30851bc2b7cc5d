package dev.dbg.reader;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.Json;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.recording.RecordingFiles;
import dev.dbg.audit.recording.Recordings;
import dev.dbg.config.BuildVersion;
import dev.dbg.review.ReviewOrder;
import dev.dbg.wire.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code dbg audit export --format html}: the page of {@code src/cockpit/one-file} with the
 * records, a line of JSON each. Prints the page piece by piece and holds at most one record. For
 * one thread.
 */
final class AuditPage {
  private static final String PLACE = "@RECORDS@\n";

  private final Reply reply;
  private final AuditSummary summary = new AuditSummary();
  private String after = "";

  AuditPage(Reply reply) {
    this.reply = reply;
  }

  /** Prints the page up to its first record, and the description of the export. */
  void begin(ReviewOrder order, Optional<Instant> since, Optional<Instant> until)
      throws IOException {
    String page;
    try (InputStream built = AuditPage.class.getResourceAsStream("review.html")) {
      if (built == null) {
        throw new IOException("dbg was built without the HTML page: use another format");
      }
      page = new String(built.readAllBytes(), StandardCharsets.UTF_8);
    }
    int place = page.indexOf(PLACE);
    reply.print(page.substring(0, place));
    after = page.substring(place + PLACE.length());
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("made", now.toString());
    facts.put("by", order.operator().user());
    facts.put("version", BuildVersion.number());
    facts.put("host", (order.host().nameOrDash() + " " + order.host().id()).strip());
    facts.put("asked", "dbg " + String.join(" ", order.request().request().arguments()));
    since.ifPresent(time -> facts.put("since", time.toString()));
    facts.put("until", until.orElse(now).toString());
    if (order.verification() != null) {
      facts.put("verification", order.verification());
    }
    println(Json.of(Map.of("export", facts)));
  }

  /** Prints a line of JSON in ASCII. Without {@code <} the line cannot end its HTML element. */
  private void println(String json) {
    reply.println(json.replace("<", "\\u003c"));
  }

  /** Adds a record. Lines without an event describe the page itself. */
  void add(JsonNode record) {
    if (RecordField.EVENT.of(record).isTextual() && !RecordField.EVENT.text(record).isEmpty()) {
      println(Json.of(record));
      summary.count(record);
    }
  }

  /** Adds the recording that the record of a session's end names, if it names one. */
  void addRecording(JsonNode end, Path directory, AuditReplay replay) {
    if (!RecordField.RECORDING_SHA256.isIn(end)) {
      return;
    }
    String session = RecordField.SESSION.text(end);
    RecordingFiles files = Recordings.of(directory, session);
    try {
      if (files.isAsNoted(end)) {
        println(Json.of(Map.of("recording_of", session)));
        replay.writeCast(files, this::println);
        return;
      }
    } catch (IOException e) {
      // The recording is left out from here on; its printed part stays.
    }
    String why =
        "the recording does not match the record of the session's end: it was changed or removed";
    println(Json.of(Map.of("recording_of", session, "why", why)));
  }

  void end() {
    println(Json.of(Map.of("summary", summary.facts())));
    reply.print(after);
  }
}
