package dev.dbg.deliver.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.apiserver.ApiServer;
import dev.dbg.audit.Logs;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Sealer;
import dev.dbg.kube.Certificates;
import dev.dbg.kube.StandInApiServer;
import dev.dbg.kube.StandInApiServer.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How far a node's log has come, as the API server is told it. Records 2, 4 and 6 are seals. */
@Isolated("it takes the place of System.err")
class LogHeadSinkTest {
  private static final String HEADS = "/apis/dbg.dev/v1alpha1/debuglogheads";
  private static final String HEAD = HEADS + "/node1";

  @TempDir private Path directory;

  private Path log;
  private List<AuditReader.Read> records = List.of();
  private StandInApiServer server;
  private ApiServer api;
  private LogHeadSink sink;

  @BeforeEach
  void start() throws Exception {
    log = directory.resolve("log");
    for (int at = 0; at < 3; at++) {
      writeSealed(log, "s" + at, at);
    }
    records = records(log);
    Certificates certificates = new Certificates(directory.resolve("its"));
    server = new StandInApiServer(certificates, "IP:127.0.0.1");
    api = server.client(directory, certificates);
    sink = new LogHeadSink(api, "node1", log);
  }

  @AfterEach
  void stop() throws Exception {
    sink.close();
    server.close();
  }

  private static void writeSealed(Path log, String session, int minute) throws Exception {
    Clock clock = Clock.offset(Logs.CLOCK, Duration.ofMinutes(minute));
    HostIdentity host = HostIdentity.of("node1", "");
    try (AuditLog open = AuditLog.open(Logs.settings(log), Logs.BOOT, host, clock, _ -> {});
        Sealer sealer = Sealer.idle(open, clock)) {
      open.append(RecordBuilder.of(Event.DENIED).with("session", session));
      sealer.seal();
    }
  }

  private static List<AuditReader.Read> records(Path log) throws IOException {
    return Logs.lines(log).stream().flatMap(l -> AuditReader.read(l).stream()).toList();
  }

  /** Sends the records from one to another, both included. */
  private void send(int first, int last) throws IOException {
    List<AuditReader.Read> some = records.subList(first - 1, last);
    assertEquals(some.size(), sink.send(some));
  }

  private String failure() {
    return String.valueOf(assertThrows(IOException.class, () -> send(1, 6)).getMessage());
  }

  /** What is complained of meanwhile. */
  private static List<String> errorsOf(Runnable work) {
    PrintStream before = System.err;
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    System.setErr(new PrintStream(lines, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(before);
    }
    return lines.toString(StandardCharsets.UTF_8).lines().filter(l -> l.contains("anew")).toList();
  }

  /** The spec of an object that says what the seal with this number does. */
  private String spec(int seal) {
    var said = records.get(seal - 1).fields().get("seal");
    return "{\"epoch\":%s,\"seq\":%s,\"hash\":%s}"
        .formatted(said.get("epoch"), said.get("seq"), said.get("hash"));
  }

  private String stored() {
    return server.object(HEAD).get("spec").toString();
  }

  @Test
  void the_object_is_made_with_the_first_seal_and_raised_with_each_later_one() throws Exception {
    send(1, 2);
    assertEquals(List.of("GET " + HEAD, "POST " + HEADS), server.taken());
    assertEquals(
        "{\"spec\":%s,\"apiVersion\":\"dbg.dev/v1alpha1\",\"kind\":\"DebugLogHead\",\"metadata\":{\"name\":\"node1\"}}"
            .formatted(spec(2)),
        server.object(HEAD).toString());
    send(3, 4);
    assertEquals("{\"spec\":" + spec(4) + "}", server.asked.getLast().body());
    assertEquals(List.of("GET " + HEAD, "PATCH " + HEAD), server.taken());
    assertEquals(spec(4), stored());
  }

  @Test
  void of_many_seals_that_wait_the_newest_is_told() throws Exception {
    send(1, 6);
    assertEquals(List.of("GET " + HEAD, "POST " + HEADS), server.taken());
    assertEquals(spec(6), stored());
    assertTrue(sink.pause().compareTo(Duration.ofSeconds(1)) >= 0, "the API server has others");
  }

  @Test
  void records_that_are_no_seals_are_not_spoken_of() throws Exception {
    send(1, 1);
    assertEquals(List.of(), server.taken());
  }

  @Test
  void a_log_head_told_again_after_a_restart_does_no_harm() throws Exception {
    send(1, 4);
    sink = new LogHeadSink(api, "node1", log);
    send(1, 2);
    send(3, 4);
    assertEquals(spec(4), stored());
    send(5, 6);
    assertEquals(spec(6), stored());
  }

  @Test
  void a_log_that_was_cut_is_called_so_and_not_told() throws Exception {
    send(1, 6);
    var _ = server.taken();
    Path left = Files.createDirectory(directory.resolve("left"));
    Files.write(Logs.file(left), Logs.lines(log).subList(0, 2));
    sink = new LogHeadSink(api, "node1", left);
    // Tried again and again, it is said once.
    List<String> errors =
        errorsOf(
            () -> {
              for (int tries = 0; tries < 3; tries++) {
                IOException cut = assertThrows(IOException.class, () -> send(1, 2));
                assertEquals("the log was cut or made anew", cut.getMessage());
              }
            });
    assertEquals(1, errors.size(), errors::toString);
    String told = errors.getFirst();
    assertTrue(told.contains("ERROR deliver - the log was cut or made anew: the cluster "), told);
    assertTrue(told.contains("kubectl delete debugloghead node1"), told);
    assertEquals(List.of("GET " + HEAD, "GET " + HEAD, "GET " + HEAD), server.taken());
  }

  @Test
  void a_log_that_was_made_anew_and_has_more_records_does_not_take_the_old_ones_place()
      throws Exception {
    send(1, 2);
    String before = stored();
    // The same process sends it on.
    Files.delete(Logs.file(log));
    for (int at = 0; at < 3; at++) {
      writeSealed(log, "x" + at, at);
    }
    records = records(log);
    assertEquals("the log was cut or made anew", failure());
    assertEquals(before, stored());
    // As for a node that was set up anew, an administrator takes the object away.
    var _ = server.objects.remove(HEAD);
    send(1, 6);
    assertEquals(spec(6), stored());
  }

  @Test
  void what_the_api_server_refuses_is_said_in_words_that_help() throws Exception {
    server.manner = asked -> Optional.of(Answer.wrong(403, "no\u001b[2J"));
    assertEquals(
        "the API server does not let this pod say how far the log of node node1 has come:"
            + " debugsessions.dbg.dev: no\\x1b[2J",
        failure());
    server.manner = asked -> Optional.of(Answer.of(404, "404 page not found"));
    assertEquals(
        "the cluster has no debuglogheads.dbg.dev: kubectl apply what src/kubernetes has",
        failure());
    server.manner = asked -> Optional.of(Answer.wrong(500, "InternalError"));
    assertEquals("the API server: status 500: debugsessions.dbg.dev: InternalError", failure());
    for (String none : List.of("{}", "x", "[]", "")) {
      server.manner = asked -> Optional.of(Answer.of(200, none));
      assertEquals("the API server: status 200: ", failure());
    }
    server.manner =
        asked ->
            asked.method().equals("POST")
                ? Optional.of(Answer.wrong(409, "AlreadyExists"))
                : Optional.empty();
    assertEquals("the API server: status 409: debugsessions.dbg.dev: AlreadyExists", failure());
    server.manner = asked -> Optional.empty();
    send(1, 6);
    assertEquals(spec(6), stored());
  }

  @Test
  void a_head_that_was_raised_by_others_is_called_wrong() throws Exception {
    send(1, 4);
    var _ =
        server
            .object(HEAD)
            .putObject("spec")
            .put("epoch", 9)
            .put("seq", 900)
            .put("hash", "f".repeat(64));
    assertEquals("the log was cut or made anew", failure());
  }

  /** As when seal.key was made anew and the log was not: the object would never grow again. */
  @Test
  void epochs_that_began_anew_are_called_so() throws Exception {
    send(1, 2);
    var _ = ((ObjectNode) server.object(HEAD).get("spec")).put("epoch", 40);
    String before = stored();
    List<String> errors =
        errorsOf(
            () -> {
              assertEquals("the epochs of the log began anew", failure());
              assertEquals("the epochs of the log began anew", failure());
            });
    assertEquals(1, errors.size(), errors::toString);
    assertTrue(errors.getFirst().contains("kubectl delete debugloghead node1"), errors::toString);
    assertEquals(before, stored());
    var _ = server.objects.remove(HEAD);
    send(1, 6);
    assertEquals(spec(6), stored());
  }

  /** Retention removes the oldest records; what it names is then not there, and nothing is cut. */
  @Test
  void a_log_that_begins_after_the_record_is_told_on() throws Exception {
    send(1, 2);
    Path left = Files.createDirectory(directory.resolve("left"));
    Files.write(Logs.file(left), Logs.lines(log).subList(4, 6));
    sink = new LogHeadSink(api, "node1", left);
    send(5, 6);
    assertEquals(spec(6), stored());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"epoch\":0,\"seq\":\"2\",\"hash\":\"HASH\"}",
        "{\"epoch\":0,\"seq\":2.5,\"hash\":\"HASH\"}",
        "{\"epoch\":0,\"seq\":18446744073709551618,\"hash\":\"HASH\"}",
        "{\"epoch\":0,\"hash\":\"HASH\"}",
        "{\"epoch\":0,\"seq\":2,\"hash\":\"\\u001b[2J\"}",
        "{\"epoch\":0,\"seq\":2}",
        "{}",
        "7",
      })
  @Tag("whole")
  void a_malformed_log_head_is_neither_raised_nor_shown(String spec) throws Exception {
    send(1, 2);
    String hash = server.object(HEAD).at("/spec/hash").asText();
    var _ = server.object(HEAD).set("spec", new JsonMapper().readTree(spec.replace("HASH", hash)));
    String before = stored();
    assertEquals("the API server: the head that it has cannot be read", failure());
    assertEquals(before, stored());
  }

  @Test
  void a_refused_raise_is_not_taken_for_told() throws Exception {
    send(1, 2);
    server.manner =
        asked ->
            asked.method().equals("PATCH")
                ? Optional.of(Answer.wrong(422, "a log only grows"))
                : Optional.empty();
    assertEquals("the API server: status 422: debugsessions.dbg.dev: a log only grows", failure());
    server.manner = asked -> Optional.empty();
    send(1, 6);
    assertEquals(spec(6), stored());
  }
}
