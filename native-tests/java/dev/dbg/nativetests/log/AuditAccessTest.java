package dev.dbg.nativetests.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.user.Operator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may read which records, as operators of a running dbgd see it. */
@Tag("native")
@Tag("whole")
final class AuditAccessTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  private static final String WHOLE =
      """

      [[audit-access]]
      who = ["user:dbgt-ann"]
      operators = ["*"]
      """;

  private static final String SOME =
      """

      [[audit-access]]
      who = ["user:dbgt-ann"]
      operators = ["user:dbgt-bob"]
      containers = ["dbgt-access-1"]
      """;

  private static final int WITHOUT_TRUST = 126;

  @BeforeAll
  static void start() {
    host.podman().starts("dbgt-access-1");
    host.podman().starts("dbgt-access-2");
  }

  @AfterEach
  void takesAllAccessesAway() {
    puts("");
  }

  private static void puts(String accesses) {
    host.config().writePolicy(Host.EVERYTHING + accesses);
    host.daemon().reloads().says("/action", "load");
  }

  /** Everything that {@code dbg audit} prints about a session, in every form. */
  private static List<Ran> formsOf(Operator reader, String session) {
    return List.of(
        reader.runs("audit --json -n 1000 --session " + session),
        reader.runs("audit -n 1000"),
        reader.runs("audit show " + session),
        reader.runs("audit export --session " + session),
        reader.runs("audit export --format ecs"),
        reader.runs("audit export --format ocsf"));
  }

  /** Whether a session is shown, not counting the records of accesses to it. */
  private static boolean shows(Ran ran, String session) {
    return ran.lines().stream().anyMatch(l -> l.contains(session) && !l.contains("read"));
  }

  private static String sessionOf(Operator operator, String container) {
    return operator
        .runs(container + " net -- ss -tlnH")
        .exits(0)
        .isRecorded()
        .leaves("intent")
        .text("/session");
  }

  private static long looks(Operator reader) {
    return host.audit().records().stream()
        .filter(record -> record.event().equals("read"))
        .filter(record -> record.text("/operator/user").equals(reader.name()))
        .count();
  }

  @Test
  void an_operator_reads_their_own_records_and_nobody_elses() {
    long before = looks(host.ann());
    String bobs = sessionOf(host.bob(), "dbgt-access-1");
    String anns = sessionOf(host.ann(), "dbgt-access-1");

    formsOf(host.ann(), bobs).forEach(ran -> assertFalse(shows(ran, bobs), ran::toString));
    formsOf(host.ann(), anns).forEach(ran -> assertTrue(shows(ran, anns), ran::toString));
    assertFalse(host.ann().runs("audit summary").exits(0).out().contains("dbgt-bob"));
    Ran _ = host.ann().runs("audit verify").exits(WITHOUT_TRUST).says("verify needs access to all");
    host.audit().records().stream()
        .filter(record -> record.event().equals("denied"))
        .filter(record -> record.text("/operator/user").equals(host.ann().name()))
        .reduce((_, later) -> later)
        .orElseThrow()
        .says("/argv/1", "verify")
        .says("/decision/kind", "rule");
    Ran _ = host.ann().runs("audit access").exits(0).prints("your own records\n");
    assertEquals(before, looks(host.ann()), "to look at one's own is nobody's business");
  }

  @Test
  void an_auditor_reads_all_and_each_look_is_on_record() {
    String bobs = sessionOf(host.bob(), "dbgt-access-2");
    puts(WHOLE);
    long before = looks(host.ann());

    List<Ran> forms = formsOf(host.ann(), bobs);
    forms.forEach(ran -> assertTrue(shows(ran, bobs), ran::toString));
    assertTrue(forms.getFirst().out().contains("\"hash\":\""), "an auditor verifies");
    assertTrue(host.ann().runs("audit summary").exits(0).out().contains("dbgt-bob"));
    assertTrue(host.ann().runs("audit verify").exits(0).out().startsWith("intact: "));
    assertEquals(before + forms.size() + 2, looks(host.ann()));
    AuditRecord look = host.audit().last("read");
    look.says("/decision/allowed", true)
        .mentions("/decision/rule", "10-tests.toml:")
        .mentions("/argv", "verify");

    // The newest record is the one before this access; reading one's own records leaves no record,
    // and then one is no auditor: there may be others' of the same name.
    String anns = sessionOf(host.ann(), "dbgt-access-1");
    assertFalse(host.ann().runs("audit -n 1 --json").out().contains("\"-n\",\"1\""));
    long now = looks(host.ann());
    Ran own = host.ann().runs("audit --json --operator " + host.ann().name()).exits(0);
    assertTrue(own.out().contains(anns), own::toString);
    assertFalse(own.out().contains("\"hash\":\""), own::toString);
    assertEquals(now, looks(host.ann()));
  }

  /** Else a recording could be read between refusals that fill the quota, and nobody would know. */
  @Test
  void an_auditor_whose_refusals_are_only_counted_reads_nothing_of_others() {
    String bobs = sessionOf(host.bob(), "dbgt-access-2");
    puts(
        """

        [[audit-access]]
        who = ["user:dbgt-cal"]
        operators = ["*"]
        """);
    String flood = "while :; do i=$((i + 1)); $DBG dbgt-x net -- ss $$$i; done 2>/dev/null";
    List<Running> floods = Stream.generate(() -> host.cal().startsScript(flood)).limit(3).toList();

    // Longer than each of the refusals, so that they leave no room for it. Another one each time:
    // what is repeated is only counted.
    String words = " --session " + bobs + " --container dbgt-access-2" + "*".repeat(900);
    var line = new AtomicReference<String>();
    var last = new AtomicReference<Ran>();
    var tries = new AtomicInteger(1);
    Patience.until(
        "no room is left",
        () -> {
          line.set("audit --json -n " + tries.getAndIncrement() + words);
          last.set(host.cal().runs(line.get()));
          return last.get().err().contains("try again in a minute");
        });
    floods.forEach(running -> running.gets("KILL").ends());
    Ran refused = last.get().exits(125);

    assertFalse(refused.out().contains(bobs), refused::toString);
    Ran _ = host.cal().runs("audit --operator dbgt-cal").exits(0);
    assertTrue(host.root().runs(line.get()).exits(0).out().contains(bobs));
  }

  @Test
  void an_access_to_some_containers_shows_their_sessions_whole_and_no_other() {
    String seen = sessionOf(host.bob(), "dbgt-access-1");
    String hidden = sessionOf(host.bob(), "dbgt-access-2");
    puts(SOME);

    formsOf(host.ann(), seen).forEach(ran -> assertTrue(shows(ran, seen), ran::toString));
    formsOf(host.ann(), hidden).forEach(ran -> assertFalse(shows(ran, hidden), ran::toString));
    for (String form : List.of("audit --json --session ", "audit export --session ")) {
      List<String> lines = host.ann().runs(form + seen).exits(0).lines();
      assertEquals(2, lines.size(), () -> form + lines);
      assertTrue(lines.stream().anyMatch(l -> l.contains("\"event\":\"result\"")), form + lines);
      assertFalse(lines.toString().contains("\"hash\":\""), form + lines);
    }
    Ran _ = host.ann().runs("audit verify").exits(WITHOUT_TRUST).says("verify needs access to all");
    Ran access = host.ann().runs("audit access").exits(0);
    assertTrue(
        access.out().contains("records of user:dbgt-bob about dbgt-access-1"), access::toString);
    assertFalse(host.bob().runs("audit -n 1000").out().contains("dbgt-ann"), "it is ann's access");
  }

  @Test
  void a_new_policy_changes_what_a_follower_sees() {
    Running following = host.ann().starts("audit --follow --json");
    following.prints(sessionOf(host.ann(), "dbgt-access-1"));
    String before = sessionOf(host.bob(), "dbgt-access-1");
    following.prints(sessionOf(host.ann(), "dbgt-access-1"));
    long looks = looks(host.ann());

    puts(WHOLE);
    // A new policy that has come into force applies before the next records are shown.
    following.prints(sessionOf(host.bob(), "dbgt-access-1"));
    assertEquals(looks + 1, looks(host.ann()));

    puts("");
    following.prints(sessionOf(host.ann(), "dbgt-access-1"));
    String after = sessionOf(host.bob(), "dbgt-access-1");
    following.prints(sessionOf(host.ann(), "dbgt-access-1"));
    String out = following.gets("TERM").ends().out();

    assertFalse(out.contains(before), "of before there was an access");
    assertFalse(out.contains(after), "of after it was taken away");
  }
}
