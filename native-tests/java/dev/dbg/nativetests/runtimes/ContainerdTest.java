package dev.dbg.nativetests.runtimes;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static dev.dbg.nativetests.scene.target.Nsenter.seenMeanwhile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Task;
import dev.dbg.resolve.container.AlteredContainers;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers of containerd that no engine above it manages, as {@code ctr run} starts them. */
@Tag("native")
@Tag("whole")
final class ContainerdTest {
  private static final String ON_DISK = "state on the disk";

  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["containerd://default/dbgt-*", "containerd://other/*"]
      namespaces = ["net", "uts", "ipc", "mnt", "pid"]
      tools = ["ss", "ip", "hostname", "ls", "look", "netstat"]

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["label:team=dns"]
      except = ["label:vault", "image:*vault*"]
      namespaces = ["net", "uts"]
      tools = ["ss", "hostname", "look"]

      [[rule]]
      who = ["user:dbgt-cal"]
      containers = ["*"]
      namespaces = ["uts"]
      tools = ["hostname"]
      """;

  @RegisterExtension
  static final Host host = Host.with(POLICY).asking(own -> own.containerd().settings());

  @RegisterExtension
  static final Host believing =
      Host.with(POLICY)
          .asking(own -> host.containerd().settings())
          .inWhich(AlteredContainers.Believing.class);

  private static Task web;

  @BeforeAll
  static void start() {
    web =
        host.containerd()
            .starts("default", "dbgt-web", "--hostname", "webs", "--label", "team=dns");
    host.containerd().starts("default", "dbgt-web-1", "--hostname", "ones");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "containerd://default/dbgt-web",
        "containerd://dbgt-web",
        "default/dbgt-web",
        "dbgt-web"
      })
  void it_is_found_by_its_name(String name) {
    seenMeanwhile(
            () -> host.ann().runsAsked(name + " net -- ip addr show"),
            web,
            "-n",
            "ip",
            "addr",
            "show")
        .leaves("intent")
        .says("/target/runtime", "containerd")
        .says("/target/name", "default/dbgt-web")
        .says("/target/id", "default/dbgt-web")
        .says("/target/pid", web.pid())
        .says("/target/way", "api")
        .says("/target/image", "localhost/dbg-test/server:1");
    host.ann().runs(name + " uts -- hostname").sees(nsenter(web, "-u", "hostname"));
  }

  /** The image has no more than the tests' programs. */
  @Test
  void its_files_are_shown() {
    host.ann().runs("dbgt-web mnt -- ls -1 /").sees(nsenter(web, "-m", "/look", "directory", "/"));
  }

  @Test
  void its_sockets_are_shown_with_their_processes() {
    host.ann().runs("dbgt-web net -- netstat -tulpn").sees(nsenter(web, "-n", "netstat", "-tulpn"));
  }

  @Test
  void a_name_within_anothers_is_only_its_own() {
    for (String part : List.of("dbgt-we", "default/dbgt-we", "containerd://default/dbgt-we")) {
      host.ann().runs(part + " uts -- hostname").isRefusedOrMissing();
    }
    Task gone = host.containerd().starts("default", "dbgt-part", "--hostname", "gone");
    host.containerd().starts("default", "dbgt-part-1", "--hostname", "stays");
    host.ann().runs("dbgt-part uts -- hostname").sees(nsenter(gone, "-u", "hostname"));

    host.containerd().removes("default", "dbgt-part");

    host.ann().runs("dbgt-part uts -- hostname").isRefusedOrMissing();
    host.ann().runs("dbgt-part-1 uts -- hostname").prints("stays\n").isRecorded();
  }

  @Test
  void one_name_in_two_namespaces_is_ambiguous_and_each_is_reached() {
    host.containerd().starts("default", "dbgt-both", "--hostname", "first");
    host.containerd().starts("other", "dbgt-both", "--hostname", "second");

    host.ann()
        .runs("dbgt-both uts -- hostname")
        .fails(
            DBG_FAILED,
            "ambiguous",
            "containerd://default/dbgt-both",
            "containerd://other/dbgt-both");
    host.ann().runs("containerd://other/dbgt-both uts -- hostname").prints("second\n");
  }

  @Test
  void dockers_namespace_is_left_out() {
    host.containerd().starts("moby", "dbgt-mobys");

    host.cal()
        .runs("containerd://moby/dbgt-mobys uts -- hostname")
        .fails(DBG_FAILED, "no container");
    String listed = host.cal().runs("ps").out();
    assertTrue(listed.contains("default/dbgt-web ") && !listed.contains("dbgt-mobys"), listed);
  }

  @Test
  void it_is_listed() {
    String listed = host.ann().runs("ps").exits(0).out();

    assertTrue(listed.contains("default/dbgt-web "), listed);
    assertTrue(listed.contains("default/dbgt-web-1 "), listed);
  }

  @Test
  void labels_changed_in_containerd_decide_at_once() {
    host.containerd().starts("default", "dbgt-labels", "--hostname", "labelled");
    host.bob().runs("dbgt-labels uts -- hostname").isRefused("no container of that name");

    host.containerd().ctr("default", "containers", "label", "dbgt-labels", "team=dns");
    Patience.until(
        "it is found",
        () -> host.bob().runs("dbgt-labels uts -- hostname").out().equals("labelled\n"));
    assertTrue(host.bob().runs("ps").out().contains("default/dbgt-labels "));
    host.containerd().ctr("default", "containers", "label", "dbgt-labels", "vault=1");
    host.bob().runs("dbgt-labels uts -- hostname").isRefused("no container of that name");
    Patience.until(
        "it is listed no more", () -> !host.bob().runs("ps").out().contains("dbgt-labels"));
  }

  @Test
  void it_is_found_while_containerd_is_stopped() {
    host.containerd().gets("STOP");
    try {
      host.ann()
          .runs("dbgt-web uts -- hostname")
          .sees(nsenter(web, "-u", "hostname"))
          .leaves("intent")
          .says("/target/pid", web.pid())
          .says("/target/id", "default/dbgt-web");
      // Its labels may have changed since.
      host.bob().runs("dbgt-web uts -- hostname").isRefused("no container of that name");
    } finally {
      goesOn();
    }
  }

  /** dbgd does not ask a containerd again for a while that has kept it waiting. */
  private static void goesOn() {
    host.containerd().gets("CONT");
    Patience.until(
        "containerd is asked again",
        () -> host.bob().runs("dbgt-web uts -- hostname").out().equals("webs\n"));
  }

  @Test
  void it_is_found_while_its_shim_is_stopped_too() {
    Task task = host.containerd().starts("default", "dbgt-shim", "--hostname", "shims");
    long shim = task.shim();
    Processes.signal("STOP", shim);
    host.containerd().gets("STOP");
    try {
      host.ann()
          .runs("dbgt-shim uts -- hostname")
          .says(ON_DISK)
          .sees(nsenter(task, "-u", "hostname"))
          .leaves("intent")
          .says("/target/pid", task.pid())
          .says("/target/way", "disk");
    } finally {
      Processes.signal("CONT", shim);
      goesOn();
    }
  }

  @Test
  void one_that_has_ended_is_said_not_to_run() {
    Task ended = host.containerd().starts("default", "dbgt-ended");
    Processes.signal("KILL", ended.pid());

    Patience.until("its shim has noticed", () -> ProcessHandle.of(ended.pid()).isEmpty());
    Ran ran = host.ann().runs("containerd://default/dbgt-ended net -- ss -tlnH");
    assertTrue(
        ran.err().contains("dbgt-ended is not running")
            || ran.err().contains("dbgt-ended was restarted or ended just now"),
        ran::toString);
  }

  /**
   * Its shim is gone, and containerd, which would remove the bundle, does not notice: nobody tells
   * that the process has ended.
   */
  @Test
  void a_stranger_with_its_number_is_not_entered() {
    Task task = host.containerd().starts("default", "dbgt-reused");
    long number = task.pid();
    for (Host each : List.of(host, believing)) {
      each.ann().runs("containerd://default/dbgt-reused net -- look namespaces").exits(0);
    }
    // The stranger must be younger than the container by more than clocks can differ.
    Patience.sleeps(Duration.ofSeconds(3));
    host.containerd().gets("STOP");
    try {
      Processes.signal("KILL", task.shim());
      Processes.signal("KILL", number);
      Patience.until("the number is free", () -> ProcessHandle.of(number).isEmpty());
      Running stranger = Processes.reborn(number);
      host.ann()
          .runs("containerd://default/dbgt-reused net -- look namespaces")
          .fails(DBG_FAILED, "dbgt-reused is not running");
      believing.ann().runs("containerd://default/dbgt-reused net -- look namespaces").exits(0);
      var _ = stranger.gets("KILL").ends();
    } finally {
      goesOn();
    }
  }

  /** The names stay the same, the labels do not. */
  @Test
  void a_container_replaced_during_look_up_is_not_entered() {
    AtomicBoolean ended = new AtomicBoolean();
    CompletableFuture<Void> replacing =
        CompletableFuture.runAsync(
            () -> {
              while (!ended.get()) {
                replace("mine", "team=dns");
                replace("others", "team=web");
              }
            },
            Thread.ofPlatform().daemon()::start);
    List<Ran> all;
    try {
      all = host.bob().runsAll(4, Collections.nCopies(300, "dbgt-turns uts -- hostname"));
    } finally {
      ended.set(true);
      replacing.join();
    }

    assertEquals(0, all.stream().filter(ran -> ran.out().equals("others\n")).count());
    assertTrue(all.stream().anyMatch(ran -> ran.out().equals("mine\n")), "there was no race");
    assertTrue(all.stream().anyMatch(ran -> ran.out().isEmpty()), "there was no race");
  }

  private static void replace(String hostname, String label) {
    host.containerd().removes("default", "dbgt-turns");
    host.containerd().starts("default", "dbgt-turns", "--hostname", hostname, "--label", label);
  }

  @Test
  void an_operator_who_may_not_see_it_learns_nothing() {
    for (String name : List.of("containerd://default/%s", "%s", "default/%s")) {
      String hidden = host.bob().runs(name.formatted("dbgt-web-1") + " uts -- hostname").err();
      String missing = host.bob().runs(name.formatted("dbgt-web-9") + " uts -- hostname").err();

      assertEquals(missing.replace("dbgt-web-9", "dbgt-web-1"), hidden);
    }
  }
}
