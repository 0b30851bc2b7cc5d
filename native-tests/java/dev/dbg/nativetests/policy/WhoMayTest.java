package dev.dbg.nativetests.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.target.BareProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Denial is the default: a request that no rule permits is refused, and on record. */
@Tag("native")
final class WhoMayTest {
  @RegisterExtension
  static final Host host =
      Host.with(
          """
          [[rule]]
          who = ["user:dbgt-ann"]
          containers = ["dbgt-dns-*", "label:team=dns"]
          except = ["*-vault-*"]
          namespaces = ["net"]
          tools = ["netstat", "ss"]
          """);

  /** To its dbgd, as where people may make groups of their own, two groups have one name. */
  @RegisterExtension
  static final Host twice =
      Host.with(
              """
              [[rule]]
              who = ["group:dbgt-twice"]
              containers = ["dbgt-twice-*"]
              namespaces = ["net"]
              tools = ["ss"]
              """)
          .inOwnMounts();

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-dns-1");
    host.docker().starts("dbgt-dns-vault-1");
    host.docker().starts("dbgt-salaries");
    host.docker().starts("dbgt-may-labelled", "--label", "team=dns");
  }

  @Test
  void an_operator_whom_a_rule_names_runs_its_tool() {
    host.ann().runs("dbgt-dns-1 net -- ss -tlnH").exits(0).isRecorded();
  }

  @Test
  void an_operator_outside_every_rule_is_refused() {
    host.bob()
        .runs("dbgt-dns-1 net -- ss -tlnH")
        .isRefused("no rule lets dbgt-bob run ss in net")
        .leaves("denied")
        .says("/operator/user", "dbgt-bob")
        .says("/target/asked", "dbgt-dns-1")
        .says("/tool/name", "ss");
  }

  @Test
  void a_second_group_with_a_rules_group_name_has_no_rights() throws IOException {
    // Its /etc is a copy: who makes a user renames /etc/group, and a mount there is gone then.
    Path etc = twice.directory().resolve("etc");
    String _ = Machine.changesUsers("cp", "-a", "/etc", etc.toString());
    String groups = "dbgt-twice:x:77701:\ndbgt-twice:x:77702:\n";
    Files.writeString(etc.resolve("group"), groups, StandardOpenOption.APPEND);
    String dbgd = Long.toString(twice.daemon().pid());
    String[] mounts = {"nsenter", "-t", dbgd, "-m", "mount", "--bind", etc.toString(), "/etc"};
    Ran _ = Machine.runs(mounts).exits(0);
    twice.docker().starts("dbgt-twice-1");

    inGroup(77_701).exits(0);
    inGroup(77_702).exits(126).says("no rule lets dbgt-ann run ss in net");
    twice.audit().last("denied").mentions("/operator/groups", "\"77702\"");
  }

  private static Ran inGroup(int number) {
    return twice
        .root()
        .runsScript(
            "setpriv --reuid dbgt-ann --regid dbgt-ops --groups %d $DBG dbgt-twice-1 net -- ss -tlnH"
                .formatted(number));
  }

  @Test
  void a_namespace_that_no_rule_names_is_refused() {
    host.ann().runs("dbgt-dns-1 net,uts -- ss -tlnH").isRefused("net,uts");
    host.ann().runs("dbgt-dns-1 uts -- ss -tlnH").isRefused("no rule lets dbgt-ann run ss in uts");
  }

  @Test
  void all_means_what_the_container_has_and_the_rule_permits() {
    host.ann()
        .runs("dbgt-dns-1 all -- ss -tlnH")
        .exits(0)
        .leaves("intent")
        .says("/namespaces/0", "net")
        .says("/namespaces/1", "");
  }

  @Test
  void a_tool_that_no_rule_names_is_refused() {
    host.ann().runs("dbgt-dns-1 net -- ip addr").isRefused("no rule lets dbgt-ann run ip");
  }

  @Test
  void a_tool_that_is_in_no_catalogue_is_refused() {
    host.ann().runs("dbgt-dns-1 net -- /bin/sh").exits(127).says("there is no tool");
    host.ann().runs("dbgt-dns-1 net -- ../../bin/sh").exits(127).says("there is no tool");
  }

  @Test
  void a_container_that_the_rule_excepts_is_refused() {
    host.ann().runs("dbgt-dns-vault-1 net -- ss -tlnH").isRefused("no container of that name");
  }

  @Test
  void a_container_is_reached_by_its_label() {
    host.ann().runs("dbgt-may-labelled net -- ss -tlnH").exits(0).isRecorded();
  }

  @Test
  void a_process_of_the_hosts_is_no_container_and_is_refused() {
    BareProcess process = BareProcess.in("--net");
    Ran existing = host.ann().runs(process.name() + " net -- ss -tlnH").isRefused();
    process.ends();
    Ran missing = host.ann().runs(process.name() + " net -- ss -tlnH").isRefused();

    assertEquals(missing.err(), existing.err());
  }

  /** Process 1 may be hidden from root itself: then the check fails before anything is decided. */
  @Test
  void a_process_that_cannot_be_looked_at_is_refused_like_one_that_is_not_there() {
    Ran existing = host.ann().runs("pid://1 net -- ss -tlnH").isRefused();
    Ran missing = host.ann().runs("pid://999999999 net -- ss -tlnH").isRefused();

    assertEquals(missing.err(), existing.err());
  }

  @Test
  void nobody_learns_whether_a_container_exists_that_they_may_not_enter() {
    Ran existing = host.ann().runs("dbgt-salaries net -- ss -tlnH").isRefused();
    Ran missing = host.ann().runs("dbgt-nothing net -- ss -tlnH").isRefused();

    assertEquals(missing.err(), existing.err());
    existing.leaves("denied").mentions("/decision/detail", "dbgt-salaries");
    missing.leaves("denied").mentions("/decision/detail", "no container 'dbgt-nothing'");
  }

  @Test
  void nobody_learns_it_from_their_own_records_either() {
    host.ann().runs("dbgt-salaries net -- ss -tlnH").isRefused();
    host.ann().runs("dbgt-nothing net -- ss -tlnH").isRefused();

    for (String verb : List.of("audit -n 2", "audit -n 2 --json")) {
      List<String> records = host.ann().runs(verb).exits(0).lines();
      String existing = records.get(records.size() - 2);
      String missing = records.get(records.size() - 1);

      assertEquals(true, existing.contains("no container of that name"), existing);
      assertEquals(true, missing.contains("no container of that name"), missing);
      assertEquals(false, existing.contains("no rule reaches"), existing);
      assertEquals(false, missing.contains("no container 'dbgt-nothing'"), missing);
      // With a hash of the whole record, the fields left out could be guessed and checked.
      assertEquals(false, existing.contains("\"hash\"") || missing.contains("\"prev\""), missing);
    }
  }

  @Test
  void nobody_learns_whether_a_prefix_is_that_of_an_id_that_they_may_not_enter() {
    var payroll = host.docker().starts("dbgt-payroll-2");
    Ran existing = host.ann().runs(payroll.id().substring(0, 12) + " net -- ss -tlnH").isRefused();
    Ran missing = host.ann().runs("0123456789ab net -- ss -tlnH").isRefused();

    assertEquals(missing.err(), existing.err());
  }

  @Test
  void the_list_of_containers_has_only_those_that_one_may_enter() {
    String seen = host.ann().runs("ps").exits(0).out();
    assertEquals(true, seen.contains("dbgt-dns-1"), seen);
    assertEquals(true, seen.contains("dbgt-may-labelled"), seen);
    assertEquals(false, seen.contains("dbgt-salaries"), seen);
    assertEquals(false, seen.contains("vault"), seen);
  }
}
