package dev.dbg.deliver.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.RecordField;
import dev.dbg.model.RawText;
import dev.dbg.model.Shortened;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends to an OpenTelemetry collector, by OTLP/HTTP. A batch is delivered when the collector
 * answers 200.
 *
 * <p>After 400, 413 and 422, which are about the request, half of the batch is tried, and finally
 * one record alone. A record that is refused alone is skipped and reported: otherwise it would hold
 * back all that follow. After any other answer the batch is tried again later.
 */
public final class OtlpSink implements Sink {
  private static final Logger LOG = LoggerFactory.getLogger("deliver");
  private static final JsonMapper JSON = new JsonMapper();
  private static final int OK = 200;
  private static final int MOST_OF_AN_ANSWER = 1 << 16;

  private final String name;
  private final URI collector;
  private final Map<String, String> headers;
  private final OtlpLogs logs;
  private final Duration patience;
  private final HttpClient client;

  public OtlpSink(
      String name, URI collector, Map<String, String> headers, OtlpLogs logs, Duration patience)
      throws IOException {
    this.name = name;
    this.collector = collector;
    this.headers = headers;
    this.logs = logs;
    this.patience = patience;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(patience);
    if (collector.getScheme().equals("https")) {
      builder.sslContext(HostAuthorities.context(HostAuthorities.LISTS));
    }
    this.client = builder.build();
  }

  private record Answer(int status, String text) {
    boolean isAboutRequest() {
      return status == 400 || status == 413 || status == 422;
    }
  }

  @Override
  public int send(List<AuditReader.Read> records) throws IOException {
    int count = records.size();
    while (true) {
      Answer answer = post(records.subList(0, count));
      if (answer.status == OK) {
        reportRejected(answer.text);
        return count;
      }
      if (!answer.isAboutRequest()) {
        throw new IOException("%s: status %d".formatted(collector, answer.status));
      }
      if (count == 1) {
        LOG.error(
            "{}: record {} was refused with status {} and is skipped: only the log has it",
            name,
            RecordField.SEQ.number(records.getFirst().fields()),
            answer.status);
        return 1;
      }
      count /= 2;
    }
  }

  private Answer post(List<AuditReader.Read> records) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(collector)
            .timeout(patience)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(logs.request(records)));
    headers.forEach(request::setHeader);
    // The request's own time-out does not cover the answer's body.
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(
            request.build(),
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofString(), MOST_OF_AN_ANSWER));
    try {
      HttpResponse<String> response = answer.get(2 * patience.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(response.statusCode(), response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (TimeoutException e) {
      throw new IOException("%s: the answer did not end in time".formatted(collector), e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String why =
          cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
      throw new IOException("%s: %s".formatted(collector, shown(why)), cause);
    } finally {
      boolean _ = answer.cancel(true);
    }
  }

  /** What a collector said goes into the journal, or to root's terminal. */
  private static String shown(String said) {
    return Shortened.message(RawText.printable(said));
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
            shown(partial.path("errorMessage").asText()));
      }
    } catch (JsonProcessingException e) {
      // The status was 200, so the batch is delivered.
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
