package dev.dbg.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.dbg.kernel.socket.PeerCredentials;
import dev.dbg.model.Gid;
import dev.dbg.model.OperatorId;
import dev.dbg.model.Pid;
import dev.dbg.model.Samples;
import dev.dbg.model.Uid;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallerTest {
  private static final PeerCredentials AGENT =
      new PeerCredentials(new Pid(1), new Uid(7), new Gid(7), Set.of());

  private static OperatorId of(String user) {
    return new Caller(AGENT, Optional.of(Samples.object(user))).id();
  }

  @Test
  void a_client_is_counted_to_whom_it_asks_for() {
    assertEquals(new Uid(7), new Caller(AGENT, Optional.empty()).id());
    assertEquals(new OperatorId.ClusterUser("alice"), of("alice"));
  }

  @Test
  void all_service_accounts_of_a_namespace_are_counted_as_one() {
    assertEquals(of("system:serviceaccount:shop:one"), of("system:serviceaccount:shop:two"));
    assertNotEquals(of("system:serviceaccount:shop:one"), of("system:serviceaccount:vault:one"));
  }
}
