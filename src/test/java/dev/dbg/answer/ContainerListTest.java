package dev.dbg.answer;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.Samples;
import dev.dbg.policy.PolicyReader;
import dev.dbg.resolve.Resolver;
import dev.dbg.resolve.RuntimePlaces;
import dev.dbg.resolve.user.NoReaders;
import dev.dbg.tools.Shipped;
import dev.dbg.wire.Reply;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ContainerListTest {
  private static final RuntimePlaces NOWHERE =
      new RuntimePlaces(List.of(), List.of(), List.of(), false, List.of(), List.of(), false, false);

  /**
   * A list is held while it is read, and keeps others from theirs. A connection alone would wait
   * for ever here; dbgd's waits for ten seconds, for each packet.
   */
  @Test
  @Tag("whole")
  void a_client_that_does_not_read_the_list_is_dropped() throws Exception {
    List<UnixConnection> pair = UnixConnection.pair();
    try (UnixConnection daemon = pair.getFirst();
        UnixConnection _ = pair.getLast()) {
      while (daemon.sendAtOnce(new byte[1024])) {
        // Until there is no room for the list.
      }
      Reply reply = new Reply(daemon);
      ContainerList list =
          new ContainerList(
              new Resolver(NOWHERE, NoReaders.NONE),
              new PolicyReader(Shipped.catalogue()).read(new TreeMap<>()),
              Samples.operator("ana"),
              reply);
      Invocation.Ps asked = (Invocation.Ps) new Grammar().parse(List.of("ps"));
      assertTimeoutPreemptively(Duration.ofMinutes(1), () -> list.print(asked));
      assertTrue(reply.isUnheard());
    }
  }
}
