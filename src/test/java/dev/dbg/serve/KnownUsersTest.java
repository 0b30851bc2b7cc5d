package dev.dbg.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.authorize.Rights;
import dev.dbg.kernel.process.SubordinateIds;
import dev.dbg.model.Uid;
import dev.dbg.policy.Asked;
import dev.dbg.policy.Policy;
import dev.dbg.policy.PolicyReader;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sub-ids themselves are tried with real ones, by the native {@code SubIdsTest}. */
class KnownUsersTest {
  /** Every host has the account. */
  private static final Uid DAEMON = new Uid(1);

  private static final Uid NOBODY_HAS = new Uid(0xFFFF_FFF0L);

  private static final Uid AGENT = new Uid(2_000_004_242);

  @TempDir Path directory;

  private static Policy naming(String access) throws TomlMistake {
    return new PolicyReader(Catalogue.ofEntries(java.util.List.of()))
        .read(new TreeMap<>(Map.of("10.toml", access)));
  }

  private KnownUsers under(Policy policy) {
    Rights rights = new Rights(policy, Catalogue.ofEntries(java.util.List.of()));
    return new KnownUsers(
        new SubordinateIds(directory.resolve("subuid")),
        new AtomicReference<>(rights)::get,
        Optional.of(AGENT));
  }

  @Test
  void the_agent_of_the_cluster_needs_no_account_and_may_be_in_nobodys_range() throws Exception {
    assertEquals(new KnownUsers.KnownUser(), under(Asked.NOTHING).ask(AGENT));

    Files.writeString(directory.resolve("subuid"), "daemon:%s:10\n".formatted(AGENT));
    assertInstanceOf(KnownUsers.Stranger.class, under(Asked.NOTHING).ask(AGENT));
  }

  @Test
  void an_account_is_asked_for_once_and_root_never() {
    KnownUsers users = under(Asked.NOTHING);

    assertEquals(new KnownUsers.KnownUser(), users.seen(Uid.ROOT));
    assertEquals(new KnownUsers.Unasked(DAEMON), users.seen(DAEMON));
    assertEquals(new KnownUsers.KnownUser(), users.ask(DAEMON));
    assertEquals(new KnownUsers.KnownUser(), users.seen(DAEMON));
  }

  @Test
  void a_number_without_an_account_is_a_stranger_for_whom_nobody_pays() {
    KnownUsers.Stranger stranger =
        assertInstanceOf(KnownUsers.Stranger.class, under(Asked.NOTHING).ask(NOBODY_HAS));

    assertEquals(KnownUsers.NOBODYS, stranger.charged());
    assertTrue(stranger.why().isDenied());
  }

  @Test
  void a_number_is_known_that_the_policy_names_and_not_one_that_it_means_with_others()
      throws TomlMistake {
    String access = "[[audit-access]]\nwho = [\"%s\"]\noperators = [\"*\"]\n";

    assertEquals(
        new KnownUsers.KnownUser(),
        under(naming(access.formatted("uid:4294967280"))).ask(NOBODY_HAS));
    for (String others : new String[] {"*", "user:4294967280", "uid:1-4294967279"}) {
      assertInstanceOf(
          KnownUsers.Stranger.class,
          under(naming(access.formatted(others))).ask(NOBODY_HAS),
          others);
    }
  }

  /** Then whose sub-id it is cannot be known. */
  @Test
  void while_the_file_cannot_be_read_only_accounts_count() throws IOException, TomlMistake {
    Files.writeString(directory.resolve("subuid"), "its directory is everybody's\n");
    KnownUsers users =
        under(naming("[[audit-access]]\nwho = [\"uid:1-4294967290\"]\noperators = [\"*\"]\n"));

    assertInstanceOf(KnownUsers.Stranger.class, users.ask(NOBODY_HAS));
    assertEquals(new KnownUsers.KnownUser(), users.ask(DAEMON));
  }

  @ParameterizedTest
  @CsvSource({"524288, ns-mine-0", "589823, ns-mine-65535", "61184, ns-a-0", "600000, vu-web-1000"})
  void a_name_that_systemd_makes_up_is_no_account(long uid, String name) {
    assertTrue(KnownUsers.isMadeUp(new Uid(uid), name));
  }

  @ParameterizedTest
  @CsvSource({"1000, ns-prod-1", "600000, ana", "600000, nsadmin-1", "70000, vu-web-1"})
  void other_names_and_numbers_are_accounts(long uid, String name) {
    assertFalse(KnownUsers.isMadeUp(new Uid(uid), name));
  }
}
