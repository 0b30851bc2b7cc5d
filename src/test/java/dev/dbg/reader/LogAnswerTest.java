package dev.dbg.reader;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.kernel.socket.Channel;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.review.ReviewOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogAnswerTest {
  @TempDir private Path directory;

  /** Else dbgd ends the process that reads, and with it what it reads for others. */
  @Test
  void a_client_that_has_gone_is_noticed_before_something_is_sent() throws IOException {
    List<UnixConnection> pair = UnixConnection.pair();
    List<Channel> line = Channel.pair();
    try (UnixConnection connection = pair.getFirst();
        Channel dbgd = line.getFirst();
        Channel _ = line.getLast()) {
      LogAnswer answer =
          new LogAnswer(
              directory,
              new ReviewOrder(
                  new ReviewOrder.ReviewRequest(24, 80, Set.of(), Map.of(), List.of()),
                  new ReviewOrder.ReviewReader(1000, "ann"),
                  "s1",
                  new ReviewOrder.ReviewState(ChainHead.NONE, List.of()),
                  HostIdentity.UNKNOWN,
                  null),
              connection,
              new LogReader.ToDbgd(dbgd));
      assertTrue(IntStream.range(0, 10_000).allMatch(_ -> answer.isHeard()));
      pair.getLast().close();
      assertFalse(IntStream.range(0, 10_000).allMatch(_ -> answer.isHeard()));
    }
  }
}
