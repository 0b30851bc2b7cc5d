package dev.dbg.reader;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.Logs;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.Json;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.Channel;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.Operator;
import dev.dbg.model.Uid;
import dev.dbg.review.ReviewOrder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogAnswerTest {
  /** Nothing here takes so long; without a limit it would take for ever. */
  private static final Duration FOREVER = Duration.ofMinutes(2);

  private static final Operator ANN = Operator.supposed(new Uid(1000), "ann", List.of());

  /** Together they are ten times what a connection holds. */
  private static final int RECORDS = 250;

  @TempDir private Path directory;

  private LogAnswer answer(UnixConnection connection, Channel dbgd, Duration readWithin) {
    return new LogAnswer(
        directory,
        new ReviewOrder(
            new ReviewOrder.ReviewRequest(24, 80, Set.of(), Map.of(), List.of()),
            new ReviewOrder.ReviewReader(1000, "ann"),
            "s1",
            new ReviewOrder.ReviewState(ChainHead.NONE, List.of()),
            HostIdentity.UNKNOWN,
            null),
        connection,
        new LogReader.DbgdChannel(dbgd),
        readWithin);
  }

  /** Else dbgd ends the process that reads, and with it what it reads for others. */
  @Test
  void a_client_that_has_gone_is_noticed_before_something_is_sent() throws IOException {
    List<UnixConnection> pair = UnixConnection.pair();
    List<Channel> line = Channel.pair();
    try (UnixConnection connection = pair.getFirst();
        Channel dbgd = line.getFirst();
        Channel _ = line.getLast()) {
      LogAnswer answer = answer(connection, dbgd, FOREVER);
      assertTrue(IntStream.range(0, 10_000).allMatch(_ -> answer.isClientConnected()));
      pair.getLast().close();
      assertFalse(IntStream.range(0, 10_000).allMatch(_ -> answer.isClientConnected()));
    }
  }

  /** It reads a packet now and then, so that no wait alone is long, and others wait for it. */
  @ParameterizedTest
  @ValueSource(strings = {"audit --json -n 1000", "audit export", "audit --json -n 1 --follow"})
  @Tag("whole")
  void a_slow_client_delays_no_other_for_long(String typed) throws Exception {
    ChainHead head = written();
    List<UnixConnection> pair = UnixConnection.pair();
    List<Channel> line = Channel.pair();
    try (UnixConnection connection = pair.getFirst();
        UnixConnection client = pair.getLast();
        Channel reader = line.getFirst();
        Channel dbgd = line.getLast()) {
      Thread _ = Thread.ofPlatform().daemon().start(() -> trickles(client));
      Thread _ = Thread.ofPlatform().daemon().start(() -> says(dbgd, head));
      LogAnswer answer = answer(connection, reader, Duration.ofMillis(100));
      Invocation.Audit asked =
          (Invocation.Audit) new Grammar().parse(List.of(typed.split(" ", -1)));
      assertTimeoutPreemptively(FOREVER, () -> answer.give(asked));
      assertFalse(answer.isClientConnected());
    }
  }

  private ChainHead written() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      for (int i = 0; i < RECORDS; i++) {
        log.append(
            RecordBuilder.of(Event.DENIED)
                .with("session", "s" + i)
                .with(ANN)
                .with("argv", Collections.nCopies(80, "x".repeat(100))));
      }
      return log.head();
    }
  }

  private static void trickles(UnixConnection client) {
    try {
      while (true) {
        Thread.sleep(50);
        Optional<UnixConnection.Packet> _ = client.receive(UnixConnection.LARGEST_PACKET);
      }
    } catch (KernelException | IllegalStateException | InterruptedException e) {
      // The test has ended and closed the connection.
    }
  }

  /** What dbgd says: that this is the last record. */
  private static void says(Channel line, ChainHead head) {
    byte[] state =
        Json.of(new ReviewOrder.ReviewState(head, List.of())).getBytes(StandardCharsets.US_ASCII);
    try {
      Optional<byte[]> said = line.receive(1);
      while (said.isPresent()) {
        if (said.get()[0] == ReviewOrder.ASK) {
          line.send(state, List.of());
        }
        said = line.receive(1);
      }
    } catch (KernelException | IllegalStateException e) {
      // The test has ended and closed the line.
    }
  }
}
