package dev.dbg.deliver;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * Receives OTLP/HTTP on this host and parses it with the published protocol and its JSON mapping,
 * which accepts no unknown fields.
 */
final class Collector implements Closeable {
  final List<LogRecord> records = new CopyOnWriteArrayList<>();
  final List<ExportLogsServiceRequest> requests = new CopyOnWriteArrayList<>();
  final List<String> mistakes = new CopyOnWriteArrayList<>();
  final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  /** The answer to a request that could be parsed. */
  private volatile Function<ExportLogsServiceRequest, Answer> manner =
      request -> new Answer(200, "{\"partialSuccess\":{}}");

  record Answer(int status, String body) {}

  Collector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var _ = server.createContext("/v1/logs", this::take);
    server.start();
  }

  void answers(Function<ExportLogsServiceRequest, Answer> other) {
    manner = other;
  }

  URI uri() {
    return URI.create("http://127.0.0.1:%d/v1/logs".formatted(server.getAddress().getPort()));
  }

  private void take(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Answer answer;
    try {
      if (!"application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
        throw new InvalidProtocolBufferException("it is no JSON");
      }
      ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
      JsonFormat.parser().merge(body, request);
      answer = manner.apply(request.build());
      if (answer.status == 200) {
        requests.add(request.build());
        authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        request
            .getResourceLogsList()
            .forEach(
                resource ->
                    resource
                        .getScopeLogsList()
                        .forEach(scope -> records.addAll(scope.getLogRecordsList())));
      }
    } catch (InvalidProtocolBufferException e) {
      mistakes.add(e.getMessage() + " in " + body);
      answer = new Answer(400, "{}");
    }
    byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
