package dev.dbg.kernel.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoopbackSocketTest {
  private LoopbackSocket listening;
  private Socket client;
  private LoopbackConnection accepted;

  @BeforeEach
  void connect() throws Exception {
    listening = LoopbackSocket.listen(0);
    client = new Socket(InetAddress.getLoopbackAddress(), listening.port());
    accepted = listening.accept().orElseThrow();
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    accepted.close();
    listening.close();
  }

  private static long soon() {
    return System.nanoTime() + 60_000_000_000L;
  }

  private void say(String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private Optional<String> line(int most) throws IOException {
    return accepted.readLine(most, soon()).map(line -> new String(line, StandardCharsets.US_ASCII));
  }

  @Test
  void only_this_host_reaches_it() throws Exception {
    int port = listening.port();
    List<InetAddress> others = new ArrayList<>();
    // A host without a network has this one, too.
    others.add(InetAddress.ofLiteral("127.0.0.2"));
    NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress())
        .forEach(others::add);
    for (InetAddress address : others) {
      assertThrows(IOException.class, () -> new Socket(address, port).close(), address.toString());
    }
    new Socket(InetAddress.ofLiteral("127.0.0.1"), port).close();
  }

  @Test
  void a_port_that_is_taken_is_named() throws Exception {
    int port = listening.port();
    String message =
        String.valueOf(
            assertThrows(IOException.class, () -> LoopbackSocket.listen(port)).getMessage());
    assertTrue(message.startsWith("bind 127.0.0.1:" + port + ": "), message);
  }

  @Test
  void a_line_is_read_and_what_follows_it_is_left() throws Exception {
    say("hello\nrest");
    assertEquals(Optional.of("hello\n"), line(64));
    client.shutdownOutput();
    assertArrayEquals("rest".getBytes(StandardCharsets.US_ASCII), accepted.fd().readAll("it", 9));
  }

  @Test
  void a_line_may_come_in_pieces() throws Exception {
    CompletableFuture<Optional<String>> line =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return line(64);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    for (String piece : List.of("a", "b", "c", "\n", "d")) {
      say(piece);
      client.getOutputStream().flush();
    }
    assertEquals(Optional.of("abc\n"), line.join());
  }

  @Test
  void a_line_that_is_too_long_or_does_not_end_is_none() throws Exception {
    say("12345678\n");
    assertEquals(Optional.empty(), line(8));
    say("12\n");
    client.shutdownOutput();
    assertEquals(Optional.of("\n"), line(8));
    assertEquals(Optional.of("12\n"), line(8));
    assertEquals(Optional.empty(), line(8));
  }

  @Test
  void a_line_that_is_late_fails() throws Exception {
    say("no end");
    assertThrows(IOException.class, () -> accepted.readLine(64, System.nanoTime() + 20_000_000));
    assertThrows(IOException.class, () -> accepted.readLine(64, System.nanoTime()));
  }

  @Test
  void another_thread_ends_what_waits_for_a_line() throws Exception {
    CompletableFuture<Void> ended =
        CompletableFuture.runAsync(
            () -> {
              try {
                assertEquals(Optional.empty(), line(64));
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    accepted.shutDown();
    ended.join();
  }

  @Test
  void an_answer_that_nobody_reads_fails_in_time() {
    assertThrows(
        IOException.class, () -> accepted.send(new byte[64 << 20], System.nanoTime() + 50_000_000));
  }

  @Test
  void nobody_is_accepted_after_the_end() throws Exception {
    CompletableFuture<Optional<LoopbackConnection>> next =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return listening.accept();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    listening.stopAccepting();
    assertEquals(Optional.empty(), next.join());
  }
}
