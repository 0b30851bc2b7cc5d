package dev.dbg.deliver.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.RecordField;
import dev.dbg.http.HttpAnswer;
import dev.dbg.http.HttpClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends to an OpenTelemetry collector, by OTLP/HTTP. A batch is delivered when the collector
 * answers 200.
 *
 * <p>If it refuses a batch, half of it is tried, and so on. A record that is refused alone is sent
 * without any word that an operator or a container's owner has chosen, and reported; and skipped if
 * that is refused by 400, 413 or 422, which are about the request: otherwise it would hold back all
 * that follow. After any other answer to that, and those by which the protocol asks for patience,
 * the batch is tried again later.
 */
public final class OtlpSink implements Sink {
  private static final Logger LOG = LoggerFactory.getLogger("deliver");
  private static final JsonMapper JSON = new JsonMapper();

  private final String name;
  private final OtlpLogs logs;
  private final HttpPost post;

  public OtlpSink(
      String name, URI collector, Map<String, String> headers, OtlpLogs logs, Duration patience)
      throws IOException {
    this.name = name;
    this.logs = logs;
    this.post = new HttpPost(collector, headers, patience);
  }

  @Override
  public int send(List<AuditReader.Read> records) throws IOException {
    int count = records.size();
    while (true) {
      HttpAnswer answer = post.send(logs.request(records.subList(0, count)), Map.of());
      if (answer.isOk()) {
        reportRejected(answer.text());
        return count;
      }
      // OTLP 1 says of the same ones that they may be sent again as they are.
      if (answer.status() < 400 || answer.passes()) {
        throw refused(answer);
      }
      if (count == 1) {
        sendWithoutWords(records.subList(0, 1), answer.status());
        return 1;
      }
      count /= 2;
    }
  }

  private void sendWithoutWords(List<AuditReader.Read> record, int status) throws IOException {
    HttpAnswer answer = post.send(logs.request(record, false), Map.of());
    if (!answer.isOk() && !answer.isAboutRequest()) {
      throw refused(answer);
    }
    LOG.error(
        "{}: the collector refused record {} with status {}, and {}: only the log has all of it",
        name,
        RecordField.SEQ.number(record.getFirst().fields()),
        status,
        answer.isOk() ? "got it without words that people chose" : "did not get it");
  }

  private IOException refused(HttpAnswer answer) {
    return new IOException("%s: status %d".formatted(post.server(), answer.status()));
  }

  /** A collector may reject some records without saying which; they must not be sent again. */
  private void reportRejected(String answer) {
    try {
      JsonNode partial = JSON.readTree(answer).path("partialSuccess");
      if (partial.path("rejectedLogRecords").asLong() > 0) {
        LOG.error(
            "{}: the collector rejected {} records: {}: only the log has them",
            name,
            partial.path("rejectedLogRecords").asLong(),
            HttpClient.shown(partial.path("errorMessage").asText()));
      }
    } catch (JsonProcessingException e) {
      // The status was 200, so the batch is delivered.
    }
  }
}
