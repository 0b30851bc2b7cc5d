package dev.dbg.policy.audit;

import static dev.dbg.policy.Asked.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Operator;
import dev.dbg.model.Samples;
import dev.dbg.model.TargetName;
import dev.dbg.model.Uid;
import dev.dbg.policy.Asked;
import dev.dbg.policy.Policy;
import dev.dbg.toml.TomlMistake;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may read whose records, dbg-policy(5). */
class AuditReachTest {
  private static final String AUDITORS =
      """
      [[audit-access]]
      who       = ["group:auditors"]
      operators = ["*"]
      """;

  private static final String TEAM =
      """
      [[audit-access]]
      who        = ["user:lead"]
      operators  = ["group:dns-ops", "uid:3000-3001"]
      containers = ["adguard-*", "podman://una/*"]
      until      = 2026-12-01T00:00:00Z
      """;

  private static final RecordSubject.Subject ADGUARD =
      new RecordSubject.Subject.Known(Samples.container("adguard-1"));

  private static Policy policy(String text) throws TomlMistake {
    return Asked.policy(Set.of("ss"), text);
  }

  private static RecordSubject record(long uid, String user, RecordSubject.Subject subject) {
    return new RecordSubject(
        new RecordSubject.RecordedOperator(new Uid(uid), user, List.of(user, "dns-ops")), subject);
  }

  private static RecordSubject.Subject typed(String name) {
    return new RecordSubject.Subject.Typed(TargetName.parse(name));
  }

  @Test
  void a_user_reads_others_records_only_with_an_audit_access() throws Exception {
    Operator ann = Samples.operator("ann", "auditors-not");
    for (Policy policy : List.of(Asked.NOTHING, policy(AUDITORS + TEAM))) {
      AuditReach reach = policy.auditReach(ann, NOON);
      assertTrue(reach.includes(record(1000, "ann", ADGUARD)));
      assertFalse(reach.includes(record(1000, "bob", ADGUARD)), "a number is given again");
      assertFalse(reach.includes(record(1001, "ann", ADGUARD)), "so is a name");
      assertFalse(reach.isWide());
      assertFalse(reach.isWhole());
    }
  }

  /** With a look that is not on record, which is one at what is called as its reader is. */
  @Test
  void an_auditors_own_records_are_told_from_others() throws Exception {
    AuditReach own = policy(AUDITORS).auditReach(Samples.operator("eva", "auditors"), NOON).own();
    assertFalse(own.isWide() || own.isWhole());
    assertTrue(own.includes(record(1000, "eva", ADGUARD)));
    assertFalse(own.includes(record(1001, "eva", ADGUARD)));
    assertFalse(own.includes(record(1000, "bob", ADGUARD)));
  }

  @Test
  void an_access_to_everybody_is_whole_and_one_to_some_is_not() throws Exception {
    AuditReach auditor =
        policy(AUDITORS + TEAM).auditReach(Samples.operator("eva", "auditors"), NOON);
    assertTrue(auditor.isWhole() && auditor.isWide());
    assertTrue(auditor.includes(record(0, "root", new RecordSubject.Subject.None())));
    assertEquals(List.of("p.toml:1: records of *"), auditor.words());

    for (String less :
        List.of(
            AUDITORS.replace("[\"*\"]", "[\"uid:0-4294967294\"]"),
            AUDITORS + "containers = [\"*\"]\n")) {
      AuditReach some = policy(less).auditReach(Samples.operator("eva", "auditors"), NOON);
      assertTrue(some.isWide());
      assertFalse(some.isWhole(), less);
    }
  }

  @Test
  void an_access_reaches_whose_and_what_it_names_and_nothing_else() throws Exception {
    AuditReach lead = policy(TEAM).auditReach(Samples.operator("lead"), NOON);
    assertTrue(lead.includes(record(1001, "bob", ADGUARD)));
    assertTrue(lead.includes(record(1001, "bob", typed("adguard-1"))));
    assertTrue(lead.includes(record(1001, "bob", typed("podman://una/x"))));
    assertFalse(lead.includes(record(1001, "bob", new RecordSubject.Subject.None())));
    assertFalse(
        lead.includes(
            record(1001, "bob", new RecordSubject.Subject.Known(Samples.container("payroll")))));
    assertFalse(lead.includes(record(1001, "bob", typed("payroll"))));
    assertFalse(lead.includes(record(1001, "bob", typed("c0ffee"))), "it may be another's id");
    RecordSubject.RecordedOperator stranger =
        new RecordSubject.RecordedOperator(new Uid(1002), "x", List.of("web"));
    assertFalse(lead.includes(new RecordSubject(stranger, ADGUARD)));
    assertFalse(lead.dependsOnSubject(stranger));
    assertTrue(
        lead.includes(
            new RecordSubject(
                new RecordSubject.RecordedOperator(new Uid(3001), "y", List.of()), ADGUARD)));
  }

  @Test
  void an_access_ends() throws Exception {
    Operator lead = Samples.operator("lead");
    assertTrue(policy(TEAM).auditReach(lead, NOON).isWide());
    assertFalse(policy(TEAM).auditReach(lead, NOON.plus(Duration.ofDays(30))).isWide());
  }

  @Test
  void one_more_access_takes_no_record_away() throws Exception {
    Random random = new Random(11);
    List<String> whose = List.of("*", "user:bob", "group:dns-ops", "uid:1001", "uid:0");
    List<String> what = List.of("*", "adguard-*", "pid://*", "image:*app*", "podman://una/*");
    List<RecordSubject> records = new ArrayList<>();
    for (RecordSubject.Subject subject :
        List.of(ADGUARD, typed("adguard-1"), typed("pid://7"), new RecordSubject.Subject.None())) {
      records.add(record(1001, "bob", subject));
      records.add(record(0, "root", subject));
      records.add(record(1000, "lead", subject));
    }
    int widened = 0;
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder();
      List<RecordSubject> before = List.of();
      for (int n = 0; n < 4; n++) {
        text.append("[[audit-access]]\nwho = [\"user:lead\"]\noperators = [\"")
            .append(whose.get(random.nextInt(whose.size())))
            .append("\"]\n");
        if (random.nextBoolean()) {
          text.append("containers = [\"")
              .append(what.get(random.nextInt(what.size())))
              .append("\"]\n");
        }
        AuditReach reach = policy(text.toString()).auditReach(Samples.operator("lead"), NOON);
        List<RecordSubject> now = records.stream().filter(reach::includes).toList();
        assertTrue(now.containsAll(before), text::toString);
        widened += now.size() > before.size() ? 1 : 0;
        before = now;
      }
    }
    assertTrue(widened > 300, "the accesses give too little to try anything: " + widened);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "until~untill~5:1: unknown key 'untill' in [audit-access]: did you mean 'until'?",
        "operators~operator~'operators' is missing",
        "[\"*\"]~[]~3:1: 'operators' must not be empty",
        "[\"*\"]~[\"bob\"]~3:1: 'bob' is not a valid operator: write user:NAME",
        "[[audit-access]]~[audit-access]~'audit-access' must be written [[audit-access]]",
        "[[audit-access]]~[[audit-acess]]~unknown key 'audit-acess': did you mean 'audit-access'?",
      })
  void a_mistake_is_told_with_its_place(String words, String others, String what) {
    String valid = AUDITORS + "containers = [\"a\"]\nuntil = 2026-12-01T00:00:00Z\n";
    String wrong = valid.replace(words, others);
    assertFalse(wrong.equals(valid));
    String message = assertThrows(TomlMistake.class, () -> policy(wrong)).message();
    assertTrue(message.contains(what), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "[]~must not be empty",
        "['label:team=dns']~records do not have the containers' labels",
        "['k8s:shop']~records do not have the containers' labels",
        "['dokcer://a']~did you mean 'docker'?",
      },
      quoteCharacter = '`')
  void containers_that_no_record_can_tell_are_a_mistake(String containers, String what) {
    String message =
        assertThrows(
                TomlMistake.class, () -> policy(AUDITORS + "containers = " + containers + "\n"))
            .message();
    assertTrue(message.startsWith("p.toml:4:1: "), message);
    assertTrue(message.contains(what), message);
  }

  @Test
  void accesses_count_and_are_no_rules() throws Exception {
    Policy policy = policy(AUDITORS + TEAM);
    assertEquals(2, policy.auditAccessCount());
    assertEquals(0, policy.ruleCount());
  }
}
