package dev.dbg.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.http.HttpAnswer;
import dev.dbg.kube.Certificates;
import dev.dbg.kube.StandInApiServer;
import dev.dbg.kube.StandInApiServer.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiServerTest {
  private static final String PATH = "/apis/dbg.dev/v1alpha1/namespaces/shop/debugsessions/web";

  @TempDir private Path directory;

  private Certificates certificates;
  private StandInApiServer server;
  private Path token;
  private Path authority;
  private ApiServer api;

  @BeforeEach
  void start() throws Exception {
    certificates = new Certificates(directory.resolve("its"));
    server = new StandInApiServer(certificates, "IP:127.0.0.1");
    token = Files.writeString(directory.resolve("token"), StandInApiServer.TOKEN + "\n");
    authority = Files.copy(certificates.authority(), directory.resolve("ca.crt"));
    api = asking(server.address());
    var _ = server.makeSession("web");
  }

  private ApiServer asking(URI address) {
    return new ApiServer(address, token, authority, Duration.ofSeconds(20));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  /** A busy machine may need longer for a connection, which this one has. */
  private ApiServer impatient() throws Exception {
    ApiServer made = new ApiServer(server.address(), token, authority, Duration.ofSeconds(2));
    for (int tries = 0; tries < 30; tries++) {
      try {
        assertEquals(200, made.get(PATH).status());
        break;
      } catch (IOException e) {
        // Again.
      }
    }
    server.asked.clear();
    return made;
  }

  private String failed() {
    return String.valueOf(assertThrows(IOException.class, () -> api.get(PATH)).getMessage());
  }

  private static String text(HttpAnswer answer) {
    return new String(answer.body().orElseThrow(), StandardCharsets.UTF_8);
  }

  @Test
  void it_is_asked_with_the_token_and_answers_with_its_time() throws Exception {
    HttpAnswer answer = api.get(PATH);
    assertEquals(200, answer.status());
    assertEquals(server.object(PATH).toString(), text(answer));
    assertEquals(Optional.of(Instant.parse("2026-11-29T19:37:50Z")), answer.date());
    Map<String, String> headers = server.asked.getFirst().headers();
    assertEquals("Bearer " + StandInApiServer.TOKEN, headers.get("authorization"));
    assertEquals("application/json", headers.get("accept"));
    assertFalse(headers.containsKey("upgrade"));
  }

  @Test
  void an_object_is_changed_by_a_merge_patch_and_deleted_with_conditions() throws Exception {
    HttpAnswer _ = api.patch(PATH + "/status", "{\"a\":1}");
    HttpAnswer _ = api.delete(PATH, "{\"b\":2}");
    assertEquals(
        List.of(
            "PATCH " + PATH + "/status {\"a\":1} application/merge-patch+json",
            "DELETE " + PATH + " {\"b\":2} application/json"),
        server.asked.stream()
            .map(one -> one + " " + one.body() + " " + one.headers().get("content-type"))
            .toList());
  }

  @Test
  void a_token_that_was_renewed_is_read_again() throws Exception {
    Path _ = Files.writeString(token, "old");
    assertEquals(401, api.get(PATH).status());
    Path _ = Files.writeString(token, StandInApiServer.TOKEN);
    assertEquals(200, api.get(PATH).status());
  }

  @Test
  void without_a_token_nothing_is_asked() throws Exception {
    for (String none : new String[] {"", "two words", "a\r\nX-Remote-User: root", "\u00e9"}) {
      Path _ = Files.writeString(token, none);
      assertEquals(token + " does not hold a token", failed());
    }
    Files.delete(token);
    assertEquals("there is no " + token, failed());
    assertEquals(List.of(), server.taken());
  }

  @Test
  void an_authority_that_was_replaced_is_read_again() throws Exception {
    Certificates others = new Certificates(directory.resolve("others"));
    Path _ = Files.copy(others.authority(), authority, StandardCopyOption.REPLACE_EXISTING);
    assertTrue(failed().startsWith("the API server does not answer: "), failed());
    assertEquals(List.of(), server.taken());
    Path _ =
        Files.writeString(
            authority,
            Files.readString(others.authority()) + Files.readString(certificates.authority()));
    assertEquals(200, api.get(PATH).status());
    Path _ = Files.copy(others.authority(), authority, StandardCopyOption.REPLACE_EXISTING);
    assertTrue(failed().startsWith("the API server does not answer: "), failed());
  }

  @Test
  void authorities_that_cannot_be_read_are_not_replaced_by_those_of_java() throws Exception {
    Path _ = Files.writeString(authority, "");
    assertEquals(authority + " has no certificate", failed());
    Path _ = Files.writeString(authority, "-----BEGIN CERTIFICATE-----\nx\n");
    assertTrue(failed().startsWith("cannot use the authorities of " + authority), failed());
    Files.delete(authority);
    assertEquals("there is no " + authority, failed());
  }

  @Test
  void a_server_with_a_certificate_of_another_name_is_not_asked() throws Exception {
    try (StandInApiServer other = new StandInApiServer(certificates, "DNS:kubernetes")) {
      ApiServer asked = asking(other.address());
      assertThrows(IOException.class, () -> asked.get(PATH));
      assertEquals(List.of(), other.taken());
    }
  }

  /**
   * Java keeps each ticket and its bytes while a connection is open. It would get an object again.
   */
  @Test
  void bytes_below_http_are_limited() throws Exception {
    try (Certificates.Tickets flood = certificates.tickets("IP:127.0.0.1")) {
      ApiServer asked = asking(flood.address());
      IOException failure = assertThrows(IOException.class, () -> asked.post(PATH, "{}"));
      assertTrue(
          String.valueOf(failure.getMessage()).contains("sent more than 131072 bytes"),
          failure.toString());
    }
  }

  /** Somebody waits for each handshake. */
  @Test
  void a_connection_is_used_again_and_what_it_brought_of_bodies_does_not_count() throws Exception {
    for (int i = 0; i < 4; i++) {
      server.manner = question -> Optional.of(Answer.of(200, "x".repeat(512 * 1024)));
      assertEquals(512 * 1024, api.get(PATH).bytes().length);
    }
    server.manner = question -> Optional.empty();
    assertEquals(200, api.get(PATH).status());
    assertEquals(1, server.connections());
  }

  /** Java keeps what TLS was given for as long as a connection is open. */
  @Test
  void a_connection_that_brought_much_besides_bodies_is_not_used_again() throws Exception {
    String header = "A: %s\r\n".formatted("x".repeat(1 << 16));
    server.manner = question -> Optional.of(new Answer(200, header, "", true));
    assertEquals(200, api.get(PATH).status());
    assertEquals(200, api.get(PATH).status());
    assertEquals(2, server.connections());
  }

  @Test
  void bytes_that_follow_an_answer_unasked_are_no_answer() throws Exception {
    String more = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmore";
    server.manner =
        question -> Optional.of(new Answer(200, "Content-Length: 4\r\n", "some" + more, true));
    assertEquals("some", text(api.get(PATH)));
    assertEquals("some", text(api.get(PATH)));
    assertEquals(2, server.connections());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Connection: close\r\n", ""})
  void a_connection_that_its_server_has_ended_is_not_used_again(String header) throws Exception {
    server.manner = question -> Optional.of(new Answer(200, header, "", true));
    assertEquals(200, api.get(PATH).status());
    if (header.isEmpty()) {
      server.hangUp();
    }
    assertEquals(200, api.get(PATH).status());
    assertEquals(2, server.connections());
  }

  @Test
  void an_answer_leads_nowhere_else() throws Exception {
    server.manner = question -> Optional.of(new Answer(302, "Location: /elsewhere\r\n", "", true));
    assertEquals(302, api.get(PATH).status());
    assertEquals(List.of("GET " + PATH), server.taken());
  }

  @Test
  @Tag("whole")
  void what_is_put_off_is_asked_again_when_the_server_says_so() throws Exception {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    server.manner =
        question ->
            seen.add(question.toString()) ? Optional.of(Answer.putOff("1")) : Optional.empty();
    long begun = System.nanoTime();
    assertEquals(200, api.get(PATH).status());
    assertTrue(System.nanoTime() - begun >= Duration.ofSeconds(1).toNanos());
    assertEquals(List.of("GET " + PATH, "GET " + PATH), server.taken());
    // The token is in each.
    assertEquals(403, api.patch(PATH + "/status", "{\"status\":{\"phase\":\"Ended\"}}").status());
    assertEquals(
        List.of("{\"status\":{\"phase\":\"Ended\"}}", "{\"status\":{\"phase\":\"Ended\"}}"),
        server.asked.stream().map(StandInApiServer.Asked::body).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3600",
        "40",
        "999999999",
        "99999999999999999999",
        "-1",
        "1.5",
        "soon",
        "",
        "١",
        "Sun, 01 Nov 2026 00:00:01 GMT"
      })
  @Tag("whole")
  void a_server_that_puts_off_for_too_long_or_by_no_number_is_not_waited_for(String after)
      throws Exception {
    server.manner = question -> Optional.of(Answer.putOff(after));
    assertEquals(429, api.get(PATH).status());
    assertEquals(List.of("GET " + PATH), server.taken());
  }

  /** It would be asked as fast as it answers. */
  @Test
  @Tag("whole")
  void a_server_that_puts_off_for_no_time_is_asked_once_a_second_and_not_for_ever()
      throws Exception {
    ApiServer impatient = impatient();
    server.manner = question -> Optional.of(Answer.putOff("0"));
    int times = 0;
    // A busy machine may need all the time for one question.
    for (int tries = 0; tries < 10 && times < 2; tries++) {
      server.asked.clear();
      long begun = System.nanoTime();
      try {
        assertEquals(429, impatient.get(PATH).status());
      } catch (IOException e) {
        continue;
      }
      long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds();
      times = server.taken().size();
      assertTrue(times <= seconds + 1, times + " times in " + seconds + " s");
    }
    assertTrue(times >= 2, "asked once");
  }

  @Test
  void what_has_failed_is_not_asked_again() throws Exception {
    server.manner =
        question -> Optional.of(new Answer(503, "Retry-After: 1\r\n", "unavailable", true));
    assertEquals(503, api.get(PATH).status());
    server.manner = question -> Optional.of(Answer.wrong(429, "TooManyRequests"));
    assertEquals(429, api.get(PATH).status());
    assertEquals(List.of("GET " + PATH, "GET " + PATH), server.taken());
  }

  @Test
  void an_answer_that_is_too_long_is_not_kept() throws Exception {
    for (int length : new int[] {512 * 1024, 512 * 1024 + 1, 8 << 20}) {
      server.manner = question -> Optional.of(Answer.of(200, "x".repeat(length)));
      assertEquals(length <= 512 * 1024, api.get(PATH).body().isPresent());
    }
  }

  /** A user's annotations may have a quarter of a megabyte, and all sessions may end at once. */
  @Test
  void the_answer_to_a_change_is_kept_up_to_64_kibibytes() throws Exception {
    for (int length : new int[] {64 * 1024, 64 * 1024 + 1}) {
      server.manner = question -> Optional.of(Answer.of(200, "x".repeat(length)));
      for (HttpAnswer answer :
          List.of(api.patch(PATH, "{}"), api.post(PATH, "{}"), api.delete(PATH, "{}"))) {
        assertEquals(200, answer.status());
        assertEquals(length <= 64 * 1024, answer.body().isPresent());
      }
      assertEquals(length, api.get(PATH).bytes().length);
    }
  }

  /** Twenty thousand headers of five bytes took two megabytes of each connection. */
  @Test
  void headers_that_nobody_reads_are_not_kept() throws Exception {
    String headers = "1a:\n".repeat(1000) + "DATE: x\r\nRetry-After: 7\r\n2b: x\r\n";
    server.now = Optional.empty();
    server.manner = question -> Optional.of(new Answer(200, headers, "", true));
    assertEquals(
        Map.of("Content-Length", "0", "DATE", "x", "Retry-After", "7"),
        Map.copyOf(api.get(PATH).headers()));
  }

  @Test
  void of_a_long_line_the_beginning_is_kept() throws Exception {
    server.now = Optional.empty();
    String header = "Date: %s\r\n".formatted("x".repeat(1 << 16));
    server.manner = question -> Optional.of(new Answer(200, header, "", true));
    assertEquals(
        8192, "Date: ".length() + api.get(PATH).headers().getOrDefault("Date", "").length());
  }

  @Test
  @Tag("whole")
  void an_answer_that_does_not_end_is_given_up() throws Exception {
    ApiServer impatient = impatient();
    server.manner = question -> Optional.of(new Answer(200, "", "{", false));
    IOException late = assertThrows(IOException.class, () -> impatient.get(PATH));
    // Which of the two limits comes first depends on how busy the host is.
    assertTrue(
        Set.of(
                "the API server does not answer: Read timed out",
                "the API server does not answer: the answer did not end in time")
            .contains(late.getMessage()),
        late.toString());
  }

  @Test
  void a_server_that_is_not_there_is_said_not_to_answer() throws Exception {
    // Its port stays taken, or another test's server could have it.
    try (Socket silent = new Socket()) {
      silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      api = asking(URI.create("https://127.0.0.1:" + silent.getLocalPort()));
      // Some versions of Java say more of it.
      assertTrue(
          failed().startsWith("the API server does not answer: Connection refused"), failed());
    }
  }

  @Test
  void a_date_that_is_none_is_not_known() throws Exception {
    server.now = Optional.empty();
    assertEquals(Optional.empty(), api.get(PATH).date());
    server.manner = question -> Optional.of(new Answer(200, "Date: yesterday\r\n", "", true));
    assertEquals(Optional.empty(), api.get(PATH).date());
  }
}
