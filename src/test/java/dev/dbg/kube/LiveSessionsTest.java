package dev.dbg.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveSessionsTest {
  private final LiveSessions live = new LiveSessions(3, 1);
  private int made;

  private Optional<String> add(String username) {
    Path nowhere = Path.of("/nowhere");
    String name = "s-" + ++made;
    return live.add(
        new SessionRef("shop", name, "uid-of-" + name, username),
        new StdioProcess(nowhere, nowhere));
  }

  @Test
  void each_user_has_places_until_there_are_none() {
    assertEquals(Optional.empty(), add("alice"));
    assertEquals(Optional.of("1 sessions of yours run on this node: end one"), add("alice"));
    assertEquals(Optional.empty(), add("bob"));
    assertEquals(Optional.empty(), add("carol"));
    assertEquals(Optional.of("3 sessions run on this node: try again"), add("dora"));
  }

  /** Their objects would say Running for ever: the agent removes them. */
  @Test
  void those_that_do_not_end_in_time_are_named() throws Exception {
    add("alice");
    add("bob");
    assertEquals(
        List.of("alice", "bob"),
        live.close(0).stream().map(SessionRef::username).sorted().toList());
    assertEquals(Optional.of("the agent is being stopped: try again"), add("carol"));
  }

  /** Whoever administers a namespace makes as many as they like. */
  @Test
  void all_service_accounts_of_a_namespace_share_one_users_places() {
    assertEquals(Optional.empty(), add("system:serviceaccount:shop:one"));
    assertEquals(
        Optional.of("1 sessions of yours run on this node: end one"),
        add("system:serviceaccount:shop:two"));
    assertEquals(Optional.empty(), add("system:serviceaccount:vault:two"));
  }
}
