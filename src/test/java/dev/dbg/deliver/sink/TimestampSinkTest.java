package dev.dbg.deliver.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.dbg.audit.Logs;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Sealer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an authority is asked, and which of its answers are kept. No certificate is looked at. */
class TimestampSinkTest {
  private static final String NOON = "2026-11-29T12:00:00Z";

  /** As an answer begins that grants a token; what is signed follows. */
  private static final String GRANTED = "3082010030030201003081f0";

  @TempDir private Path directory;

  private List<AuditReader.Read> records = List.of();
  private HttpServer authority;
  private volatile String asked = "";

  /** What is answered, in hexadecimal, to the hash and the nonce of a request. */
  private volatile UnaryOperator<String> manner = said -> GRANTED + said;

  @BeforeEach
  void start() throws Exception {
    Path log = directory.resolve("log");
    try (AuditLog open =
            AuditLog.open(
                Logs.settings(log), Logs.BOOT, HostIdentity.of("web1", ""), Logs.CLOCK, _ -> {});
        Sealer sealer = Sealer.idle(open, Logs.CLOCK)) {
      open.append(RecordBuilder.of(Event.DENIED).with("session", "s"));
      sealer.seal();
    }
    records = Logs.lines(log).stream().flatMap(l -> AuditReader.read(l).stream()).toList();
    authority = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var _ = authority.createContext("/", this::answer);
    authority.start();
  }

  @AfterEach
  void stop() {
    authority.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked = HexFormat.of().formatHex(exchange.getRequestBody().readAllBytes());
    assertEquals(
        "application/timestamp-query", exchange.getRequestHeaders().getFirst("Content-Type"));
    byte[] body =
        HexFormat.of().parseHex(manner.apply(asked.substring(48, 112) + asked.substring(116, 132)));
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private Path file() {
    return directory.resolve("tsa.stamps");
  }

  private void send(String time) throws IOException {
    URI uri = URI.create("http://127.0.0.1:%d/".formatted(authority.getAddress().getPort()));
    Clock clock = Clock.fixed(Instant.parse(time), ZoneOffset.UTC);
    HttpPost post = new HttpPost(uri, Map.of(), Duration.ofSeconds(10));
    try (TimestampSink sink = new TimestampSink(post, file(), clock)) {
      assertEquals(records.size(), sink.send(records));
    }
  }

  /** The hours of what is kept. */
  private List<String> kept() throws IOException {
    try (Stream<Path> files = Files.list(file())) {
      return files
          .map(file -> String.valueOf(file.getFileName()).substring(0, 13))
          .sorted()
          .toList();
    }
  }

  /** Compared with {@code openssl ts -query -text}. */
  @Test
  void what_is_asked_is_a_request_of_rfc_3161() throws Exception {
    send(NOON);
    String hash = records.getFirst().fields().path("hash").asText();
    assertTrue(
        asked.matches(
            "30430201013031300d060960864801650304020105000420"
                + hash
                + "0208[4-7][0-9a-f]{15}0101ff"),
        asked);
  }

  @Test
  void the_last_answer_of_an_hour_is_kept() throws Exception {
    send(NOON);
    records = List.of(records.getFirst(), other(records.getLast()));
    send("2026-11-29T12:59:59Z");
    assertEquals(List.of("2026-11-29T12"), kept());
    String name = String.valueOf(Objects.requireNonNull(file().toFile().list())[0]);
    assertEquals("2026-11-29T12.7-" + "ab".repeat(32) + ".tsr", name);
    send("2026-11-29T13:00:00Z");
    assertEquals(List.of("2026-11-29T12", "2026-11-29T13"), kept());
  }

  /** A later seal. */
  private static AuditReader.Read other(AuditReader.Read seal) throws IOException {
    String line =
        seal.fields()
            .toString()
            .replaceFirst(
                "\"seq\":\\d+,\"hash\":\"\\w+\"", "\"seq\":7,\"hash\":\"" + "ab".repeat(32) + "\"");
    return new AuditReader.Read(line, new ObjectMapper().readTree(line));
  }

  @Test
  void an_answer_to_another_request_or_without_grant_is_dropped() {
    for (UnaryOperator<String> other :
        List.<UnaryOperator<String>>of(
            said -> GRANTED + "00".repeat(40),
            said -> GRANTED + said.substring(0, 64) + "00".repeat(8),
            said -> "30820100300302010230" + said,
            said -> "30820100",
            said -> "",
            said -> said)) {
      manner = other;
      assertThrows(IOException.class, () -> send(NOON));
      assertFalse(Files.exists(file()));
    }
  }
}
