package dev.dbg.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.read.Query;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.Samples;
import dev.dbg.model.Uid;
import dev.dbg.policy.audit.AuditReach;
import dev.dbg.session.FairShare;
import dev.dbg.wire.ClientWatch;
import dev.dbg.wire.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Clients that follow, while others hold all batches. */
@Isolated("all that follow in one process share the batches")
class AuditFollowTest {
  private static final ReadableRecords OWN =
      new ReadableRecords(new AuditReach(Samples.operator("ann"), List.of()));

  @TempDir private Path directory;

  private final List<FairShare<Uid>.Part> held = new ArrayList<>();

  /** Returns how many batches this user holds now. */
  private int holdsAllItCan(long user) {
    int before = held.size();
    Optional<FairShare<Uid>.Part> part = AuditFollow.BATCHES.take(new Uid(user), 1);
    while (part.isPresent()) {
      held.add(part.get());
      part = AuditFollow.BATCHES.take(new Uid(user), 1);
    }
    return held.size() - before;
  }

  private void letGo() {
    held.forEach(FairShare.Part::close);
  }

  @Test
  void a_few_users_leave_batches_for_others() {
    try {
      for (long user = 2001; user <= 2010; user++) {
        assertTrue(holdsAllItCan(user) <= 4);
      }
      assertTrue(held.size() <= AuditFollow.MOST_BATCHES);
      letGo();
      held.clear();
      for (long user = 2001; user <= 2003; user++) {
        assertEquals(4, holdsAllItCan(user));
      }
      assertEquals(1, holdsAllItCan(2004));
    } finally {
      letGo();
    }
  }

  /** Else dbgd ends the process that reads, and with it what it reads for others. */
  @Test
  @Tag("whole")
  void a_client_that_leaves_while_awaiting_a_batch_is_noticed() throws Exception {
    List<UnixConnection> pair = UnixConnection.pair();
    try (UnixConnection connection = pair.getFirst()) {
      for (long user = 2001; user <= 2010; user++) {
        int _ = holdsAllItCan(user);
      }
      assertEquals(AuditFollow.MOST_BATCHES, held.size());
      ClientWatch client = new ClientWatch(connection, new Reply(connection));
      AuditFollow follow = new AuditFollow(directory, client, new Uid(1000), () -> {});
      AtomicInteger asked = new AtomicInteger();
      assertTimeoutPreemptively(
          Duration.ofMinutes(1),
          () ->
              follow.from(
                  ChainHead.NONE,
                  Query.ofSession(""),
                  () -> {
                    if (asked.incrementAndGet() == 2) {
                      pair.getLast().close();
                    }
                    return Optional.of(
                        new AuditFollow.Current(new ChainHead(5, "0".repeat(64)), OWN));
                  },
                  (_, _) -> true));
      assertTrue(asked.get() >= 2);
    } finally {
      letGo();
    }
  }
}
