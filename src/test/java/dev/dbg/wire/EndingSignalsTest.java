package dev.dbg.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.Signals;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.kernel.socket.UnixSocket;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real client gets signals, and a dbgd that answers as it is told here. */
class EndingSignalsTest {
  private static final String DBG =
      Path.of(System.getProperty("dbg.dist"), "bin/dbg").toAbsolutePath().toString();

  private static final int BY_SIGNAL = 128;
  private static final int OF_THE_TOOL = 7;

  /** Longer than a client waits for a dbgd that says nothing. */
  private static final Duration LONG = Duration.ofSeconds(1);

  @TempDir Path directory;
  private UnixSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = UnixSocket.listen(directory.resolve("socket"), Optional.empty());
  }

  @AfterEach
  void stop() {
    server.stopAccepting();
  }

  /** A client that has sent its request. */
  private record Asking(Process process, UnixConnection connection, Reply reply)
      implements AutoCloseable {
    void gets(int signal) throws Exception {
      String kill = "kill -%d %d".formatted(signal, process.pid());
      assertEquals(0, new ProcessBuilder("sh", "-c", kill).start().waitFor());
    }

    /** dbgd hears of a signal, also if the client is gone by then. */
    void passes(int signal) throws Exception {
      byte[] packet = connection.receive().orElseThrow().bytes();
      assertEquals(new Packets.Signal(signal), Packets.said(packet));
    }

    void ends(int status) throws InterruptedException {
      assertTrue(process.waitFor(1, TimeUnit.MINUTES), "it goes on");
      assertEquals(status, process.exitValue());
    }

    void goesOn() throws InterruptedException {
      assertFalse(process.waitFor(LONG.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public void close() {
      Process _ = process.destroyForcibly();
      connection.close();
    }
  }

  /**
   * Whoever started this test may ignore signals, as nohup(1) does, and a program inherits that.
   */
  private Asking asks(List<String> words) throws Exception {
    ProcessBuilder client =
        new ProcessBuilder(
            Stream.concat(Stream.of("env", "--default-signal"), words.stream()).toList());
    client.environment().put("DBG_SOCKET", directory.resolve("socket").toString());
    Process process = client.start();
    UnixConnection connection = server.accept(UnixSocket.FOREVER).orElseThrow();
    Request _ = Packets.request(connection.receive(connection.awaitPacket()).orElseThrow().bytes());
    return new Asking(process, connection, new Reply(connection));
  }

  private Asking types(String line) throws Exception {
    return asks(Stream.concat(Stream.of(DBG), Stream.of(line.split(" ", -1))).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "audit summary, 2",
    "audit export, 15",
    "ps, 1",
    "doctor, 3",
    "shell web, 2",
    "tools, 10",
    // Lines of tools that dbgd does not begin.
    "web net -- ss, 2",
    "logs web, 15"
  })
  void a_line_without_a_tool_ends_by_a_signal_though_dbgd_says_nothing(String line, int signal)
      throws Exception {
    try (Asking dbg = types(line)) {
      dbg.gets(signal);
      dbg.ends(BY_SIGNAL + signal);
      dbg.passes(signal);
      assertEquals(Optional.empty(), dbg.connection.receive());
    }
  }

  @Test
  void a_line_ends_by_a_signal_while_nobody_reads_what_dbgd_answers() throws Exception {
    try (Asking dbg = types("audit export")) {
      dbg.connection.sendWithin(Duration.ofMillis(500));
      dbg.reply.print(new byte[1 << 20]);
      dbg.gets(Signals.TERM);
      dbg.ends(BY_SIGNAL + Signals.TERM);
    }
  }

  @Test
  void a_tool_that_is_here_gets_the_signal_and_dbg_waits_for_its_end() throws Exception {
    try (Asking dbg = types("web net -- ss");
        Pipe output = Pipe.open()) {
      dbg.reply.handStreams(2, List.of(output.reader()));
      dbg.goesOn();
      for (int i = 0; i < 3; i++) {
        dbg.gets(Signals.TERM);
        dbg.passes(Signals.TERM);
      }
      dbg.goesOn();
      dbg.reply.exit(OF_THE_TOOL);
      dbg.ends(OF_THE_TOOL);
    }
  }

  /** The client waits for half a second: where this thread takes longer, the next time. */
  @Test
  void a_tool_that_just_starts_gets_it_too() throws Exception {
    int tries = 0;
    while (!startsInTime()) {
      tries++;
      assertTrue(tries < 10, "it never starts in time");
    }
  }

  private boolean startsInTime() throws Exception {
    try (Asking dbg = types("web net -- ss");
        Pipe output = Pipe.open()) {
      long begin = System.nanoTime();
      // By no other process, which takes longer.
      assertTrue(dbg.process.toHandle().destroy());
      dbg.passes(Signals.TERM);
      dbg.reply.handStreams(2, List.of(output.reader()));
      if (System.nanoTime() - begin > Duration.ofMillis(300).toNanos()) {
        return false;
      }
      dbg.goesOn();
      dbg.reply.exit(OF_THE_TOOL);
      dbg.ends(OF_THE_TOOL);
      return true;
    }
  }

  @Test
  void the_end_of_a_line_that_waits_is_on_record_first() throws Exception {
    try (Asking dbg = types("--wait=2m web net -- ss")) {
      dbg.gets(Signals.INT);
      dbg.passes(Signals.INT);
      dbg.goesOn();
      dbg.reply.end(new Outcome.Signalled(Signals.INT));
      dbg.ends(BY_SIGNAL + Signals.INT);
    }
  }

  @Test
  void a_line_that_waits_ends_by_the_second_signal() throws Exception {
    try (Asking dbg = types("exec --wait web net -- ss")) {
      dbg.gets(Signals.INT);
      dbg.passes(Signals.INT);
      dbg.gets(Signals.TERM);
      dbg.ends(BY_SIGNAL + Signals.TERM);
    }
  }

  /** As by nohup(1). */
  @ParameterizedTest
  @ValueSource(strings = {"", "x"})
  void a_signal_that_is_ignored_ends_nothing(String printed) throws Exception {
    try (Asking dbg = asks(List.of("sh", "-c", "trap '' HUP; exec \"$0\" audit export", DBG))) {
      dbg.reply.print(printed);
      dbg.gets(Signals.HUP);
      dbg.goesOn();
      dbg.reply.exit(ExitStatus.OK);
      dbg.ends(ExitStatus.OK);
    }
  }
}
