package dev.dbg.nativetests.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A typo is no refusal, and a refusal can become a rule for exactly what was refused. */
@Tag("native")
@Tag("whole")
final class TyposTest {
  private static final String RULE =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-typos-1"]
      namespaces = ["net"]
      tools = ["ss"]
      """;

  @RegisterExtension static final Host host = Host.with(RULE);

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-typos-1");
    host.docker().starts("dbgt-typos-2");
  }

  @Test
  void a_typo_is_on_record_as_one_and_is_found_as_one() {
    long refused = host.audit().count("denied");
    Ran typo = host.ann().runs("dbgt-typos-1 nte -- ss").exits(Ran.DBG_FAILED).prints("");
    typo.leaves("mistyped").says("/argv/1", "nte").mentions("/why", "unknown namespace 'nte'");
    assertEquals(refused, host.audit().count("denied"));
    assertTrue(host.ann().runs("audit --mistyped").out().contains("dbgt-typos-1 nte -- ss"));
    assertFalse(host.ann().runs("audit --refused -n 1000").out().contains(" nte "));
  }

  @Test
  void a_refusal_says_whether_a_rule_is_missing_or_the_entry_does_not_accept_it() {
    kind("dbgt-typos-1 net -- ss -K", "entry");
    host.ann()
        .runs("dbgt-typos-1 net -- no-such-tool")
        .exits(127)
        .leaves("denied")
        .says("/decision/kind", "tool");
    kind("dbgt-typos-2 net -- ss", "rule");
    assertTrue(host.ann().runs("audit --refused -n 1000").out().contains("ss -K"));
  }

  private static void kind(String line, String kind) {
    host.ann().runs(line).isRefused().leaves("denied").says("/decision/kind", kind);
  }

  @Test
  void who_has_no_rule_is_told_so_and_who_writes_one() {
    for (String verb : new String[] {"ps", "tools", "ps --json", "tools --json"}) {
      host.bob().runs(verb).exits(0).says("no rule names dbgt-bob", "dbgd suggest");
    }
    assertFalse(host.ann().runs("ps").exits(0).toString().contains("no rule"));
  }

  @Test
  void a_suggested_rule_permits_what_was_refused_and_no_neighbour() {
    host.bob().runs("dbgt-typos-2 net -- ss -tlnH").isRefused();
    String rule =
        host.installed()
            .runsOffline("suggest", "--operator", "dbgt-bob", "--since", "1h")
            .exits(0)
            .out();
    host.config().writePolicy(RULE + rule);
    host.daemon().reloads();
    host.bob().runs("dbgt-typos-2 net -- ss -tlnH").exits(0).isRecorded();
    host.bob().runs("dbgt-typos-2 net -- ss -tlnp").isRefused("-p");
    host.bob().runs("dbgt-typos-1 net -- ss -tlnH").isRefused();
    host.bob().runs("dbgt-typos-2 net,uts -- ss -tlnH").isRefused();
    host.ann().runs("dbgt-typos-2 net -- ss -tlnH").isRefused();
    host.config().writePolicy(RULE);
    host.daemon().reloads();
  }

  @Test
  void times_are_those_of_the_client_s_zone_which_is_no_path() {
    host.ann().runs("dbgt-typos-1 net -- ss -tlnH").exits(0);
    String here = inZone("Asia/Kolkata", "audit -n 1");
    assertTrue(here.startsWith("TIME Asia/Kolkata "), here);
    String nowhere = inZone("/etc/shadow", "audit -n 1");
    assertFalse(nowhere.contains("shadow"), nowhere);
    String json = inZone("Asia/Kolkata", "audit -n 1 --json");
    assertTrue(json.matches("(?s).*\"time\":\"[0-9T:.-]+Z\".*"), json);
  }

  private static String inZone(String zone, String line) {
    return host.ann().runsScript("TZ=%s $DBG %s".formatted(zone, line)).exits(0).out();
  }
}
