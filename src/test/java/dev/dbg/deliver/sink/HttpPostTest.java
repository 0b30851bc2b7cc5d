package dev.dbg.deliver.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.deliver.HostileCollector;
import dev.dbg.http.HttpAnswer;
import dev.dbg.kube.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpPostTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final byte[] BODY = "{}".getBytes(StandardCharsets.US_ASCII);

  /** It asks that the connection be kept for days. */
  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1000000\r\nContent-Length: 2\r\n\r\n{}";

  private static final String CHUNKED = "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n";

  @TempDir private Path directory;

  private static String shown(HttpAnswer answer) {
    return answer.status() + " " + answer.text();
  }

  private HttpAnswer posted(HostileCollector server) throws Exception {
    return new HttpPost(server.uri(), Map.of(), LONG).send(BODY, Map.of());
  }

  private HttpAnswer answer(String answer) throws Exception {
    try (HostileCollector server = new HostileCollector(answer, "")) {
      return posted(server);
    }
  }

  @Test
  void an_answer_is_read_in_each_form_that_it_may_have() throws Exception {
    String whole = "200 some";
    assertEquals(whole, shown(answer("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nsome more")));
    String interim = "HTTP/1.1 100 Go on\r\n\r\n";
    String chunks = "1;a=b\r\ns\r\n3 \r\nome\r\n0\r\nA: b\r\n\r\n";
    assertEquals(whole, shown(answer(interim + CHUNKED + chunks)));
    assertEquals("204 ", shown(answer("HTTP/1.0 204 None\nA: b\n\n")));
  }

  @Test
  void half_an_answer_is_none() throws Exception {
    for (String half :
        List.of(
            "200 OK\r\n\r\n",
            "HTTP/2 200 OK\r\n\r\n",
            "HTTP/1.1 -20 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            CHUNKED + "0x1\r\na\r\n0\r\n\r\n",
            CHUNKED + "1\r\nab\r\n0\r\n\r\n")) {
      IOException failure = assertThrows(IOException.class, () -> answer(half), half);
      assertTrue(String.valueOf(failure.getMessage()).endsWith("is not HTTP/1.1"), half);
    }
  }

  /** The JDK's older client sent a post again by itself, and its newer one kept a thread. */
  @Test
  void a_server_that_ends_the_connection_is_asked_once() throws Exception {
    try (var listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI address = URI.create("http://127.0.0.1:%d".formatted(listening.getLocalPort()));
      HttpPost post = new HttpPost(address, Map.of(), LONG);
      Thread server =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (var client = listening.accept()) {
                      int _ = client.getInputStream().read(new byte[4096]);
                    } catch (IOException e) {
                      throw new IllegalStateException(e);
                    }
                  });
      IOException failure = assertThrows(IOException.class, () -> post.send(BODY, Map.of()));
      assertTrue(String.valueOf(failure.getMessage()).endsWith("ended before the answer"));
      server.join();
      listening.setSoTimeout(500);
      assertThrows(IOException.class, listening::accept);
    }
  }

  private HostileCollector secure(Certificates certificates, String name) throws Exception {
    return new HostileCollector(
        certificates
            .server(name)
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
        ANSWER,
        "",
        Duration.ZERO);
  }

  private static HttpPost to(HostileCollector server, Duration patience, Path authorities)
      throws IOException {
    URI address = URI.create("https://127.0.0.1:%d/".formatted(server.port()));
    return new HttpPost(address, Map.of(), patience, List.of(authorities));
  }

  @Test
  @Tag("whole")
  void by_tls_it_keeps_no_connection_however_long_the_server_likes() throws Exception {
    Certificates certificates = new Certificates(directory.resolve("its"));
    try (HostileCollector server = secure(certificates, "IP:127.0.0.1")) {
      HttpPost post = to(server, LONG, certificates.authority());
      assertEquals("200 {}", shown(post.send(BODY, Map.of())));
      for (int i = 0; i < 100; i++) {
        assertEquals(200, post.send(BODY, Map.of()).status());
      }
      // The server sees the last end a moment later.
      for (int i = 0; i < 600 && server.open() > 0; i++) {
        Thread.sleep(100);
      }
      assertEquals(0, server.open());
    }
  }

  @Test
  void a_certificate_of_another_name_or_authority_is_nobodys() throws Exception {
    Certificates certificates = new Certificates(directory.resolve("its"));
    Certificates others = new Certificates(directory.resolve("others"));
    try (HostileCollector other = secure(certificates, "IP:127.0.0.2");
        HostileCollector server = secure(certificates, "IP:127.0.0.1")) {
      HttpPost byName = to(other, LONG, certificates.authority());
      HttpPost byAuthority = to(server, LONG, others.authority());
      assertThrows(IOException.class, () -> byName.send(BODY, Map.of()));
      assertThrows(IOException.class, () -> byAuthority.send(BODY, Map.of()));
    }
  }

  @Test
  void an_authority_that_the_host_withdraws_or_renews_counts_from_the_next_post_on()
      throws Exception {
    Certificates certificates = new Certificates(directory.resolve("its"));
    Path others = new Certificates(directory.resolve("others")).authority();
    Path list = Files.copy(certificates.authority(), directory.resolve("list"));
    try (HostileCollector server = secure(certificates, "IP:127.0.0.1")) {
      HttpPost post = to(server, LONG, list);
      assertEquals(200, post.send(BODY, Map.of()).status());
      Files.copy(others, list, StandardCopyOption.REPLACE_EXISTING);
      assertThrows(IOException.class, () -> post.send(BODY, Map.of()));
      Files.copy(certificates.authority(), list, StandardCopyOption.REPLACE_EXISTING);
      assertEquals(200, post.send(BODY, Map.of()).status());
    }
  }

  /** Java keeps a session for each ticket that it is given after the handshake, until the end. */
  @Test
  void bytes_below_http_count_towards_the_limit() throws Exception {
    Certificates certificates = new Certificates(directory.resolve("its"));
    try (Certificates.Tickets server = certificates.tickets("IP:127.0.0.1")) {
      HttpPost post =
          new HttpPost(server.address(), Map.of(), LONG, List.of(certificates.authority()));
      IOException failure = assertThrows(IOException.class, () -> post.send(BODY, Map.of()));
      assertTrue(
          String.valueOf(failure.getMessage()).contains("sent more than 131072 bytes"),
          failure.toString());
    }
  }

  /** The beginning of a handshake that is sixteen thousand bytes long. */
  @Test
  void a_handshake_that_drips_ends_in_time() throws Exception {
    Certificates certificates = new Certificates(directory.resolve("its"));
    try (HostileCollector server =
        new HostileCollector("\026\003\003@\000", "\002", SHORT.dividedBy(3))) {
      HttpPost post = to(server, SHORT, certificates.authority());
      var _ =
          assertTimeoutPreemptively(
              LONG, () -> assertThrows(IOException.class, () -> post.send(BODY, Map.of())));
    }
  }
}
