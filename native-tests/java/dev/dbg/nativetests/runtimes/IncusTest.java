package dev.dbg.nativetests.runtimes;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Incus;
import dev.dbg.nativetests.scene.engine.Lxc;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.target.SystemContainer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Containers of Incus, in its first project and in another one, beside a container of LXC with the
 * same name: their control groups differ by a number only.
 */
@Tag("native")
@Tag("whole")
@ResourceLock(Incus.OF_THE_MACHINE)
final class IncusTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["incus://*", "lxc://*", "dbgt-*"]
      namespaces = ["net", "uts", "mnt"]
      tools = ["ss", "hostname", "ls", "look"]

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["label:user.team=dns"]
      namespaces = ["net", "uts"]
      tools = ["ss", "hostname"]
      """;

  @RegisterExtension
  static final Host host =
      Host.with(POLICY).asking(any -> "incus = [\"%s\"]".formatted(Incus.DIRECTORY));

  private static final Lxc lxc = new Lxc();
  private static Incus incus;
  private static SystemContainer ofLxc;
  private static SystemContainer first;
  private static SystemContainer inProject;
  private static SystemContainer ofUser;

  @BeforeAll
  static void start() {
    incus = Incus.started();
    incus.makesProject("dbgt");
    incus.makesProject("user-1000");
    ofLxc = lxc.starts("dbgt-incus-same");
    first = incus.starts("default", "dbgt-incus-same");
    inProject = incus.starts("dbgt", "dbgt-incus-same", "user.team=dns");
    ofUser = incus.starts("user-1000", "dbgt-theirs", "user.team=dns");
  }

  @AfterAll
  static void end() {
    lxc.close();
    incus.close();
  }

  private static Ran entered(SystemContainer container) {
    Ran ran = host.ann().runs(container.name() + " net,uts -- ss -tln");
    ran.sees(nsenter(container, "-n", "ss", "-tln"));
    ran.leaves("intent").says("/target/pid", container.pid());
    return ran;
  }

  @Test
  void each_of_those_with_one_name_is_entered_by_its_address() {
    entered(first).leaves("intent").says("/target/runtime", "incus");
    entered(inProject)
        .leaves("intent")
        .says("/target/name", "dbgt/dbgt-incus-same")
        .says("/target/way", "api");
    entered(ofLxc).leaves("intent").says("/target/runtime", "lxc");
    host.ann()
        .runs("dbgt-incus-same net -- ss -tln")
        .fails(DBG_FAILED, "lxc://dbgt-incus-same", "incus://dbgt-incus-same");
  }

  @Test
  void only_its_whole_name_means_it() {
    SystemContainer longer = incus.starts("default", "dbgt-same-1");

    host.ann().runs("incus://dbgt-same-1 uts -- hostname").prints("dbgt-same-1\n");
    host.ann().runs("incus://dbgt-incus-same uts -- hostname").prints("dbgt-incus-same\n");
    for (String part : List.of("dbgt-sam", "dbgt-same-", "dbg/dbgt-incus-same", "dbgt_dbgt-same")) {
      host.ann().runs("incus://" + part + " net -- ss -tln").fails(DBG_FAILED, "no container");
    }
    longer.stops();
    host.ann().runs("incus://dbgt-same-1 uts -- hostname").fails(DBG_FAILED, "not running");
  }

  @Test
  void a_tool_of_the_host_works_in_its_file_system() {
    String listed = host.ann().runs("incus://dbgt-incus-same mnt -- ls /").exits(0).out();

    assertTrue(listed.contains("server\n"), listed);
    assertFalse(listed.contains("usr\n"), listed);
  }

  @Test
  void they_are_listed_with_their_projects() {
    String listed = host.ann().runs("ps").exits(0).out();

    assertTrue(listed.lines().anyMatch(line -> line.matches("dbgt-incus-same +incus .*")), listed);
    assertTrue(
        listed.lines().anyMatch(line -> line.matches("dbgt/dbgt-incus-same +incus .*")), listed);
  }

  /** In the project of a member of the group incus, that member chooses the settings. */
  @Test
  void a_setting_is_a_label_for_rules_unless_a_user_chose_it() {
    host.bob().runs("incus://dbgt/dbgt-incus-same uts -- hostname").prints("dbgt-incus-same\n");
    host.bob().runs("incus://dbgt-incus-same uts -- hostname").isRefused();
    host.bob().runs("incus://user-1000/dbgt-theirs uts -- hostname").isRefused();
    host.ann().runs("incus://user-1000/dbgt-theirs uts -- hostname").prints("dbgt-theirs\n");
    String listed = host.bob().runs("ps").exits(0).out();
    assertFalse(listed.contains(ofUser.name().substring("incus://".length())), listed);
  }

  /** More than are kept of one container. */
  @Test
  void a_container_with_too_many_settings_has_no_labels() {
    Stream<String> many = IntStream.range(0, 256).mapToObj("user.n%d=x"::formatted);
    SystemContainer _ =
        incus.starts(
            "dbgt",
            "dbgt-many",
            Stream.concat(Stream.of("user.team=dns"), many).toArray(String[]::new));

    host.ann().runs("incus://dbgt/dbgt-many uts -- hostname").prints("dbgt-many\n");
    host.bob().runs("incus://dbgt/dbgt-many uts -- hostname").isRefused();
  }

  @Test
  void while_incusd_is_stopped_they_are_found_as_before() {
    Processes.signal("STOP", incus.pid());
    try {
      entered(inProject).leaves("intent").says("/target/way", "api");
    } finally {
      Processes.signal("CONT", incus.pid());
    }
  }

  @Test
  void while_its_monitor_is_stopped_it_is_known_as_that_monitors_child() {
    long pid = first.pid();
    long monitor = Processes.parent(pid);
    Processes.signal("STOP", monitor);
    try {
      host.ann()
          .runs("incus://dbgt-incus-same uts -- hostname")
          .prints("dbgt-incus-same\n")
          .leaves("intent")
          .says("/target/pid", pid)
          .says("/target/way", "disk");
    } finally {
      Processes.signal("CONT", monitor);
    }
    assertEquals(pid, first.pid());
  }
}
