package dev.dbg.complete;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.authorize.Rights;
import dev.dbg.grammar.Grammar;
import dev.dbg.kernel.process.Terminal;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.Samples;
import dev.dbg.policy.Asked;
import dev.dbg.resolve.Resolver;
import dev.dbg.resolve.RuntimePlaces;
import dev.dbg.resolve.user.NoReaders;
import dev.dbg.session.ClientRequest;
import dev.dbg.session.Services;
import dev.dbg.tools.Shipped;
import dev.dbg.wire.Reply;
import dev.dbg.wire.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CompleteAnswerTest {
  private static final RuntimePlaces NOWHERE =
      new RuntimePlaces(List.of(), List.of(), List.of(), false, List.of(), List.of(), false, false);

  private static final Rights RIGHTS = new Rights(Asked.NOTHING, Shipped.catalogue());

  /** Tab needs no more of them. */
  @SuppressWarnings("NullAway")
  private static Services services() {
    return new Services(
        new AtomicReference<>(RIGHTS),
        new Resolver(NOWHERE, NoReaders.NONE),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        Duration.ofMinutes(1));
  }

  /** As for dbg ps: the list of users' containers is held meanwhile. */
  @Test
  @Tag("whole")
  void a_client_that_does_not_read_candidates_is_dropped() throws Exception {
    List<UnixConnection> pair = UnixConnection.pair();
    try (UnixConnection daemon = pair.getFirst();
        UnixConnection _ = pair.getLast()) {
      while (daemon.sendAtOnce(new byte[1])) {
        // Until there is no room for a word.
      }
      Reply reply = new Reply(daemon);
      Request request =
          new Request(new Terminal.Size(0, 0), Set.of(), Map.of(), "/", List.of("completion"));
      ClientRequest client =
          new ClientRequest(Samples.operator("ana"), request, RIGHTS, daemon, reply);
      CompleteAnswer answer = new CompleteAnswer(services(), client, new Grammar());
      assertTimeoutPreemptively(Duration.ofMinutes(1), () -> answer.give(List.of("")));
      assertTrue(reply.isUnheard());
    }
  }
}
