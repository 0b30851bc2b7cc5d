package dev.dbg.nativetests.hostile;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.machine.Ran.REFUSED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.HostUser;
import dev.dbg.nativetests.scene.user.Operator;
import dev.dbg.nativetests.scene.user.SubIds;
import dev.dbg.nativetests.scene.words.Packet;
import dev.dbg.serve.AlteredServe;
import dev.dbg.session.AlteredSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** A member with sub-ids, subuid(5), is one user, and a number that nobody has is none. */
@Tag("native")
@Tag("whole")
@Isolated("usermod(8) refuses to change an operator who has processes")
final class SubIdsTest {
  private static final long FIRST = 3_000_000_000L;

  /** More than all the places that dbgd has by default. */
  private static final int MANY = 70;

  private static final int NOBODY = 77_777;
  private static final int NAMED = 77_778;

  private static final String POLICY =
      Host.EVERYTHING
          + """
          [[rule]]
          who = ["uid:%d", "uid:%d-%d"]
          containers = ["dbgt-*"]
          namespaces = ["net"]
          tools = ["ss"]
          """
              .formatted(NAMED, FIRST, FIRST + 10);

  @RegisterExtension static final Host host = Host.with(POLICY);

  /** It takes every uid for a user. */
  @RegisterExtension
  static final Host credulous = Host.with(POLICY).inWhich(AlteredServe.Credulous.class);

  /** Takes the number of whoever waits for the same user's. */
  @RegisterExtension
  static final Host forgetful = Host.with(POLICY).inWhich(AlteredSession.WithOldAccounts.class);

  /** For so long dbgd remembers names, and a little longer. */
  private static final Duration REMEMBERED = Duration.ofSeconds(6);

  private static SubIds given;

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-sub");
    credulous.docker().starts("dbgt-sub-off");
    given = SubIds.of(host.ann(), FIRST, FIRST + 65_535);
  }

  @AfterAll
  static void takeAway() {
    given.close();
  }

  private static boolean isSubId(AuditRecord record) {
    return record.json().at("/operator/uid").asLong() >= FIRST;
  }

  /** Sub-ids whose owner is just being asked for are turned away as nobody's, once a minute. */
  private static void hasHardlyARecordOfASubId(Host at, int before) {
    List<AuditRecord> some =
        at.audit().records().stream().skip(before).filter(SubIdsTest::isSubId).toList();
    assertTrue(some.size() <= 1, some::toString);
    some.forEach(record -> record.says("/event", "denied").says("/outcome/status", DBG_FAILED));
  }

  @Test
  void many_sub_ids_get_no_session_and_the_member_is_named() {
    int before = host.audit().records().size();
    host.ann()
        .runsScript(SubIds.asEach(MANY, "$DBG dbgt-sub net -- act wait"))
        .says("refused: uid 30000000", "one of the sub-ids of dbgt-ann", "run dbg as dbgt-ann");

    host.bob().runs("dbgt-sub net -- ss -tlnH").exits(0).isRecorded();
    host.ann().runs("dbgt-sub net -- ss -tlnH").exits(0).isRecorded();
    Patience.until("it is on record", () -> ofMember(host).isPresent());
    ofMember(host)
        .orElseThrow()
        .says("/operator/user", "dbgt-ann")
        .says("/decision/kind", "rule")
        .mentions("/decision/why", "one of the sub-ids of dbgt-ann");
    hasHardlyARecordOfASubId(host, before);
    Patience.until(
        "it is said",
        () -> host.daemon().log().matches("(?s).*turned away: [0-9]+; the last: uid 30000000.*"));
    host.audit().keepsItsChain();
  }

  @Test
  void where_every_number_is_a_user_many_sub_ids_have_all_places() {
    long before = credulous.audit().count("intent");
    Running many =
        credulous.ann().startsScript(SubIds.asEach(MANY, "$DBG dbgt-sub-off net -- act wait"));
    Patience.until("all places are taken", () -> credulous.audit().count("intent") == before + 64);

    credulous.bob().runs("dbgt-sub-off net -- ss -tlnH").fails(DBG_FAILED, "there are 64 sessions");
    assertTrue(isSubId(credulous.audit().last("intent")));

    credulous.daemon().stops();
    Ran _ = many.ends();
    credulous.daemon().starts();
  }

  /** The record of the clients that were turned away because they are a member's sub-ids. */
  private static Optional<AuditRecord> ofMember(Host at) {
    return at.audit().records().stream()
        .filter(record -> record.json().at("/operator/subuid").asLong() >= FIRST)
        .findFirst();
  }

  private static long logged(Host at) throws IOException {
    return Files.size(at.audit().file());
  }

  /** Long refused lines by many sub-ids at once; returns by how many bytes the log grew. */
  private static long floods(Host at) throws IOException {
    Path packet = at.directory().resolve("packet");
    Files.write(packet, Packet.request("dbgt-nothing", "net", "--", "ss", "x".repeat(3000)));
    long before = logged(at);
    Ran _ =
        at.ann()
            .startsScript(
                SubIds.asEach(
                    MANY,
                    "%s with %s 1 3 wait <%s".formatted(at.program("flood"), at.socket(), packet)))
            .endsWithinMinutes(2);
    at.daemon().stops();
    long grown = logged(at) - before;
    at.daemon().starts();
    return grown;
  }

  @Test
  void refusals_of_many_sub_ids_are_a_few_records_of_the_member() throws IOException {
    int before = host.audit().records().size();
    long grown = floods(host);

    assertTrue(grown < 32 * 1024, () -> grown + " bytes");
    ofMember(host).orElseThrow().says("/operator/user", "dbgt-ann");
    hasHardlyARecordOfASubId(host, before);
  }

  @Test
  void where_every_number_is_a_user_each_sub_id_has_a_quota_of_the_log() throws IOException {
    long grown = floods(credulous);

    // The quota of one user is 256 KiB at once.
    assertTrue(grown > 2L * 256 * 1024, () -> grown + " bytes");
  }

  /** A set-user-ID file, in the host's own user namespace, as a sub-id; returns what it got. */
  private static Ran byFile(Host at, Operator who, String container) throws IOException {
    Path directory = Files.createDirectories(at.directory().resolve("planted"));
    Machine.chowns(directory, who.name());
    String dbg = directory.resolve("dbg").toString();
    return who.runsScript(
        "cp $DBG %s; unshare --user --map-root-user --map-auto sh -c 'chown 5 %s; chmod 4755 %s'; %s %s net -- ss -tlnH"
            .formatted(dbg, dbg, dbg, dbg, container));
  }

  @Test
  void a_set_user_id_file_of_a_sub_id_is_that_member_too() throws IOException {
    byFile(host, host.ann(), "dbgt-sub")
        .exits(REFUSED)
        .says("refused: uid 3000000004", "one of the sub-ids of dbgt-ann");
    Ran off = byFile(credulous, credulous.ann(), "dbgt-sub-off");

    off.exits(0);
    assertEquals("3000000004", credulous.audit().last("intent").text("/operator/user"));
  }

  @Test
  void a_members_own_uid_is_the_member_in_any_user_namespace() {
    host.ann()
        .runsScript("unshare --user --map-root-user $DBG dbgt-sub net -- ss -tlnH")
        .exits(0)
        .isRecorded()
        .leaves("intent")
        .says("/operator/user", "dbgt-ann");
  }

  private static Ran asNumber(Host at, int uid, String container) {
    return at.root()
        .runsScript(
            "setpriv --reuid %d --regid dbgt-ops --clear-groups $DBG %s net -- ss -tlnH"
                .formatted(uid, container));
  }

  @Test
  void a_number_without_an_account_is_refused_unless_a_rule_names_it() {
    asNumber(host, NOBODY, "dbgt-sub")
        .exits(REFUSED)
        .says("refused: uid 77777 has no account", "no rule names uid:77777");
    asNumber(host, NAMED, "dbgt-sub").exits(0);
    host.audit().last("intent").says("/operator/uid", NAMED);

    asNumber(credulous, NOBODY, "dbgt-sub-off").exits(0);
  }

  /**
   * Rules name an account, and a line that waits runs long after it was typed. A directory of
   * accounts may also not answer for a moment: the line waits on.
   */
  @Test
  void a_waiting_command_of_a_removed_account_gets_no_session() {
    Container container = host.docker().starts("dbgt-sub-gone");
    container.isKilled();
    try (HostUser user = HostUser.called("dbgt-gone")) {
      String uid = Machine.runs("id", "-u", user.name()).exits(0).out().strip();
      Running atMost = waits(host, user, "25");
      Running longer = waits(host, user, "120");
      Running unasked = waits(forgetful, user, "120");
      String _ = Machine.changesUsers("userdel", "--force", user.name());
      Patience.sleeps(REMEMBERED);
      container.isStarted();

      unasked.ends().exits(0);
      atMost.ends().exits(REFUSED).says("is dbgt-gone, who typed the line");
      assertFalse(longer.hasEnded(), longer::toString);
      String _ =
          Machine.changesUsers("useradd", "--uid", uid, "--gid", "dbgt-ops", "-M", user.name());
      longer.ends().exits(0);
    }
  }

  private static Running waits(Host at, HostUser user, String seconds) {
    return at.root()
        .startsScript(
            "setpriv --reuid %s --regid dbgt-ops --clear-groups $DBG --wait=%ss dbgt-sub-gone net -- ss -tlnH"
                .formatted(user.name(), seconds))
        .prints("waiting %s s for the start of ".formatted(seconds));
  }

  @Test
  void an_account_in_anothers_range_is_refused_and_the_doctor_says_so() {
    long cal = Long.parseLong(host.cal().uid());
    try (SubIds _ = SubIds.of(host.bob(), cal, cal)) {
      host.cal()
          .runs("dbgt-sub net -- ss -tlnH")
          .exits(REFUSED)
          .says("one of the sub-ids of dbgt-bob");
      String said = "dbgt-cal is refused: uid %d".formatted(cal);
      assertTrue(host.root().runs("doctor").out().contains(said));
      assertFalse(host.bob().runs("doctor").out().contains(said));
    }
    host.cal().runs("dbgt-sub net -- ss -tlnH").exits(0).isRecorded();
    try (SubIds _ = SubIds.of(host.cal(), cal, cal)) {
      host.cal().runs("dbgt-sub net -- ss -tlnH").exits(0).isRecorded();
    }
  }
}
