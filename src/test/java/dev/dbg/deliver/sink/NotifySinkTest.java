package dev.dbg.deliver.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.dbg.audit.Newest;
import dev.dbg.audit.message.Field;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.deliver.Written;
import dev.dbg.model.Glob;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A web hook on this host, which is told of some records. */
class NotifySinkTest {
  private static final String KEY = "0123456789abcdef";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path directory;

  private final List<Told> told = new CopyOnWriteArrayList<>();
  private volatile int status = 204;

  /** The answer to a body with that word. */
  private volatile int poisoned = 403;

  /** A longer body is refused. */
  private volatile int longest = 1 << 20;

  private HttpServer hook;

  private record Told(String time, String signature, String body) {
    JsonNode json() throws IOException {
      return JSON.readTree(body);
    }

    List<String> texts(String field) throws IOException {
      List<String> all = new ArrayList<>();
      json().path("records").forEach(record -> all.add(record.path(field).asText("-")));
      return all;
    }
  }

  @BeforeEach
  void listen() throws IOException {
    hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var _ = hook.createContext("/services/SECRET", this::take);
    hook.start();
  }

  @AfterEach
  void end() {
    hook.stop(0);
  }

  private void take(HttpExchange exchange) throws IOException {
    told.add(
        new Told(
            exchange.getRequestHeaders().getFirst("Dbg-Time"),
            exchange.getRequestHeaders().getFirst("Dbg-Signature"),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    String body = told.getLast().body;
    int answer = body.length() > longest ? 413 : body.contains("poison") ? poisoned : status;
    exchange.sendResponseHeaders(answer, -1);
    exchange.close();
  }

  private NotifySink sink(Map<Field, List<Glob>> when, Clock clock) throws IOException {
    URI to =
        URI.create("http://127.0.0.1:%d/services/SECRET".formatted(hook.getAddress().getPort()));
    return new NotifySink("pager", when, new HttpPost(to, Map.of(), PATIENCE), KEY, clock);
  }

  private static Map<Field, List<Glob>> when(Field field, String... globs) {
    return Map.of(field, Arrays.stream(globs).map(Glob::new).toList());
  }

  private List<AuditReader.Read> written(RecordBuilder... records) throws Exception {
    try (AuditLog log = Written.open(directory)) {
      for (RecordBuilder record : records) {
        log.append(record);
      }
    }
    return Newest.of(directory, 1000, record -> true, read -> read).stream()
        .filter(read -> !Event.SEAL.is(read.fields()))
        .toList();
  }

  @Test
  void it_is_told_of_records_whose_fields_all_match_and_of_no_others() throws Exception {
    List<AuditReader.Read> records =
        written(Written.intent(List.of()), Written.denied("d"), Written.result(0));
    for (Map<Field, List<Glob>> when :
        List.of(
            when(Field.EVENT, "denied", "nothing"),
            when(Field.CONTAINER, "v*"),
            Map.of(
                Field.OPERATOR,
                List.of(new Glob("oncall")),
                Field.STATUS,
                List.of(new Glob("126"))))) {
      told.clear();
      try (NotifySink sink = sink(when, Written.CLOCK)) {
        assertEquals(3, sink.send(records));
      }
      assertEquals(1, told.size());
      assertEquals(List.of("denied"), told.getFirst().texts("event"));
      assertEquals(0, told.getFirst().json().path("omitted").asInt(-1));
    }
    told.clear();
    try (NotifySink sink = sink(when(Field.TOOL, "strace"), Written.CLOCK)) {
      assertEquals(2, sink.send(records.subList(0, 2)));
    }
    assertEquals(List.of(), told);
  }

  /** Chat and pager are read by people who may not know whether there is such a container. */
  @Test
  void an_alert_leaves_out_fields_for_readers_of_the_log() throws Exception {
    try (NotifySink sink = sink(when(Field.EVENT, "*"), Written.CLOCK)) {
      int _ = sink.send(written(Written.denied("there is no vault-1")));
    }
    String body = told.getFirst().body;
    assertTrue(body.contains("vault-1") && !body.contains("there is no"), body);
  }

  @Test
  void the_end_of_a_session_is_told_by_what_its_beginning_says() throws Exception {
    List<AuditReader.Read> records = written(Written.intent(List.of()), Written.result(3));
    Map<Field, List<Glob>> failed =
        Map.of(Field.TOOL, List.of(new Glob("ss")), Field.STATUS, List.of(new Glob("3")));
    try (NotifySink sink = sink(failed, Written.CLOCK)) {
      int _ = sink.send(records);
    }
    assertEquals(List.of("result"), told.getFirst().texts("event"));
    try (NotifySink sink = sink(when(Field.TOOL, "strace"), Written.CLOCK)) {
      int _ = sink.send(records);
      assertEquals(1, told.size());
    }
    // Such as after a restart in between.
    try (NotifySink sink = sink(when(Field.TOOL, "strace"), Written.CLOCK)) {
      int _ = sink.send(records.subList(1, 2));
      assertEquals(2, told.size());
    }
  }

  @Test
  void the_key_verifies_time_and_body_of_an_alert() throws Exception {
    try (NotifySink sink = sink(when(Field.EVENT, "intent"), Written.CLOCK)) {
      int _ = sink.send(written(Written.intent(List.of())));
    }
    Told one = told.getFirst();
    assertEquals(Long.toString(Written.CLOCK.instant().getEpochSecond()), one.time);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "raw"));
    mac.update(one.time.getBytes(StandardCharsets.UTF_8));
    mac.update((byte) '.');
    assertEquals(
        "sha256="
            + HexFormat.of().formatHex(mac.doFinal(one.body.getBytes(StandardCharsets.UTF_8))),
        one.signature);
  }

  @Test
  void a_key_that_can_be_guessed_is_refused() throws Exception {
    HttpPost post = new HttpPost(URI.create("http://127.0.0.1:1/"), Map.of(), PATIENCE);
    IOException failure =
        assertThrows(
            IOException.class,
            () -> new NotifySink("pager", Map.of(), post, "short", Written.CLOCK));
    assertTrue(String.valueOf(failure.getMessage()).contains("fewer than 16"), failure::toString);
  }

  @Test
  void a_text_that_an_operator_typed_calls_nobody_and_leads_nowhere() throws Exception {
    try (NotifySink sink = sink(when(Field.EVENT, "intent"), Written.CLOCK)) {
      int _ =
          sink.send(
              written(
                  Written.intent(
                      List.of(
                          "<!channel>",
                          "[a](https://b)",
                          "www.b.c",
                          "WwW.b.c",
                          "@all",
                          "`c`",
                          "\u202e"))));
    }
    String text = told.getFirst().json().path("text").asText();
    assertTrue(text.contains("oncall in adguard-1 runs ss") && text.contains("!channel"), text);
    assertTrue(text.chars().noneMatch(c -> "<>[]@&`*\u202e".indexOf(c) >= 0), text);
    assertFalse(text.contains("://") || text.toLowerCase(Locale.ROOT).contains("www."), text);
  }

  @Test
  void an_alert_has_twenty_records_and_the_number_of_others() throws Exception {
    RecordBuilder[] many = new RecordBuilder[50];
    Arrays.setAll(many, i -> Written.intent(List.of("x".repeat(5000))));
    List<AuditReader.Read> records = written(many);
    try (NotifySink sink = sink(when(Field.EVENT, "intent"), Written.CLOCK)) {
      assertEquals(50, sink.send(records));
      assertEquals(Duration.ofSeconds(1), sink.pause());
    }
    assertEquals(1, told.size());
    assertEquals(20, told.getFirst().texts("seq").size());
    assertEquals(30, told.getFirst().json().path("omitted").asInt());
    assertTrue(told.getFirst().body.length() < 40_000, told.getFirst().body);
  }

  /** Otherwise an operator who types much keeps every later alert waiting. */
  @Test
  void a_hook_that_refuses_long_alerts_gets_one_without_words_or_none() throws Exception {
    RecordBuilder[] many = new RecordBuilder[30];
    Arrays.setAll(many, i -> Written.intent(List.of("x".repeat(5000))));
    List<AuditReader.Read> records = written(many);
    longest = 10_000;
    try (NotifySink sink = sink(when(Field.EVENT, "intent"), Written.CLOCK)) {
      assertEquals(30, sink.send(records));
      assertEquals(20, told.getLast().texts("seq").size());
      assertEquals(10, told.getLast().json().path("omitted").asInt());
      longest = 1000;
      assertEquals(30, sink.send(records));
    }
    assertEquals(4, told.size());
  }

  /** A filter before the hook may answer anything to what it takes for an attack. */
  @ParameterizedTest
  @ValueSource(ints = {400, 403, 413, 500})
  void a_word_that_a_hook_refuses_holds_back_no_record(int answer) throws Exception {
    poisoned = answer;
    List<AuditReader.Read> records =
        written(
            Written.intent(List.of("-t")),
            Written.intent(List.of("poison")),
            Written.intent(List.of("-u")),
            Written.result(0));
    try (NotifySink sink = sink(when(Field.EVENT, "intent"), Written.CLOCK)) {
      assertEquals(records.size(), sink.send(records));
    }
    Told bare = told.getLast();
    String text = bare.json().path("text").asText();
    assertTrue(
        text.contains("-: record 2, intent: its words were refused, and are in the log"), text);
    assertEquals(List.of("1007", "1007", "1007"), bare.texts("uid"));
    assertEquals(0, bare.json().path("omitted").asInt(-1));
    assertFalse(bare.body.matches("(?s).*\"(oncall|adguard|INC-4711|ss|4d59).*"), bare.body);
  }

  /** Otherwise a word in each request makes the hook fall behind, for more than an hour at last. */
  @Test
  void many_records_with_a_refused_word_are_told_without_words() throws Exception {
    RecordBuilder[] many = new RecordBuilder[50];
    Arrays.setAll(many, i -> Written.intent(List.of(i == 0 ? "poison" : "-t")));
    List<AuditReader.Read> records = written(many);
    try (NotifySink sink = sink(when(Field.EVENT, "intent"), Written.CLOCK)) {
      assertEquals(50, sink.send(records));
    }
    assertEquals(20, told.getLast().texts("seq").size());
    assertEquals(30, told.getLast().json().path("omitted").asInt());
    assertTrue(told.getLast().body.contains("words were refused"), told.getLast().body);
  }

  /** It says nothing of the words, and asks for fewer requests. */
  @Test
  void a_hook_that_has_too_much_to_do_is_asked_once_and_later_again() throws Exception {
    List<AuditReader.Read> records = written(Written.intent(List.of()));
    status = 429;
    try (NotifySink sink = sink(when(Field.EVENT, "intent"), Written.CLOCK)) {
      var _ = assertThrows(IOException.class, () -> sink.send(records));
    }
    assertEquals(1, told.size());
    poisoned = 403;
    status = 503;
    List<AuditReader.Read> refused = written(Written.intent(List.of("poison"))).reversed();
    try (NotifySink sink = sink(when(Field.ARGV, "poison"), Written.CLOCK)) {
      var _ = assertThrows(IOException.class, () -> sink.send(refused));
      status = 200;
      assertEquals(refused.size(), sink.send(refused));
    }
    // Each attempt is made with words first.
    assertEquals(2, told.stream().filter(one -> one.body.contains("poison")).count());
  }

  /** Whoever waits for {@code /etc/shadow} hears of {@code -w /etc ... cat shadow} too. */
  @Test
  void arguments_match_with_the_directory_before_them() throws Exception {
    List<AuditReader.Read> records =
        written(
            RecordBuilder.of(Event.INTENT)
                .with(
                    "tool",
                    Map.of("directory", "/./etc//", "argv_typed", List.of("-3", "shadow"))));
    for (Map<Field, List<Glob>> when :
        List.of(
            when(Field.ARGV, "*/etc/shadow*"),
            when(Field.ARGV, "-3 shadow"),
            when(Field.DIRECTORY, "*/etc*"))) {
      told.clear();
      try (NotifySink sink = sink(when, Written.CLOCK)) {
        int _ = sink.send(records);
      }
      assertEquals(1, told.size(), when::toString);
    }
    told.clear();
    try (NotifySink sink = sink(when(Field.ARGV, "*/root/shadow*"), Written.CLOCK)) {
      int _ = sink.send(records);
    }
    assertEquals(List.of(), told);
  }

  /**
   * Beyond a user's share of the log, one record stands for many: its own event is the last one.
   */
  @Test
  void refusals_that_one_record_stands_for_are_told() throws Exception {
    RecordBuilder sum =
        RecordBuilder.of(Event.MISTYPED)
            .with("operator", Written.ONCALL)
            .with("unwritten", Map.of("count", 43, "events", Map.of("denied", 40, "mistyped", 3)));
    List<AuditReader.Read> records = written(sum);
    for (Map<Field, List<Glob>> when :
        List.of(
            Map.of(Field.EVENT, List.of(new Glob("denied")), Field.KIND, List.of(new Glob("rule"))),
            when(Field.TOOL, "strace"),
            when(Field.OPERATOR, "oncall"))) {
      told.clear();
      try (NotifySink sink = sink(when, Written.CLOCK)) {
        int _ = sink.send(records);
      }
      assertEquals(1, told.size(), when::toString);
    }
    for (Map<Field, List<Glob>> when :
        List.of(when(Field.EVENT, "intent"), when(Field.OPERATOR, "ann"))) {
      told.clear();
      try (NotifySink sink = sink(when, Written.CLOCK)) {
        int _ = sink.send(records);
      }
      assertEquals(List.of(), told);
    }
  }

  @Test
  void a_failed_alert_is_retried_for_an_hour_without_its_secret() throws Exception {
    List<AuditReader.Read> records = written(Written.intent(List.of()));
    status = 500;
    Map<Field, List<Glob>> when = when(Field.EVENT, "intent");
    try (NotifySink sink = sink(when, Clock.offset(Written.CLOCK, Duration.ofMinutes(59)))) {
      IOException failure = assertThrows(IOException.class, () -> sink.send(records));
      assertTrue(String.valueOf(failure.getMessage()).endsWith(": status 500"), failure::toString);
      assertFalse(failure.toString().contains("SECRET"), failure::toString);
      status = 200;
      assertEquals(1, sink.send(records));
      assertEquals(3, told.size());
    }
    try (NotifySink sink = sink(when, Clock.offset(Written.CLOCK, Duration.ofMinutes(61)))) {
      assertEquals(1, sink.send(records));
      assertEquals(3, told.size());
    }
    hook.stop(0);
    try (NotifySink sink = sink(when, Written.CLOCK)) {
      IOException failure = assertThrows(IOException.class, () -> sink.send(records));
      assertFalse(failure.toString().contains("SECRET"), failure::toString);
    }
  }
}
