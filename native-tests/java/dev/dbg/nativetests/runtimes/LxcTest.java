package dev.dbg.nativetests.runtimes;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.engine.Lxc;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.BareProcess;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.target.SystemContainer;
import dev.dbg.resolve.lxc.AlteredLxc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Containers of LXC, which have no engine: the monitor of each answers at an abstract socket, whose
 * name anybody may take while the container is down.
 */
@Tag("native")
@Tag("whole")
final class LxcTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-*", "lxc://dbgt-*"]
      namespaces = ["net", "uts", "mnt", "pid"]
      tools = ["ss", "hostname", "ls", "look"]

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["docker://*", "lxc://dbgt-web-1"]
      namespaces = ["net", "uts"]
      tools = ["ss", "hostname"]
      """;

  @RegisterExtension static final Host host = Host.with(POLICY).startedByTheClass();

  /** Believes whoever listens. */
  @RegisterExtension
  static final Host trusting =
      Host.with(POLICY).inWhich(AlteredLxc.Trusting.class).startedByTheClass();

  /** Believes whoever listens as root, also in a container. */
  @RegisterExtension
  static final Host trustingRoot =
      Host.with(POLICY).inWhich(AlteredLxc.TrustingRoot.class).startedByTheClass();

  /** Takes the child of a silent monitor as it is. */
  @RegisterExtension
  static final Host hasty = Host.with(POLICY).inWhich(AlteredLxc.Hasty.class).startedByTheClass();

  /** Asks monitors in its own network. */
  @RegisterExtension
  static final Host apart =
      Host.with(POLICY).inWhich(AlteredLxc.InItsNetwork.class).startedByTheClass();

  private static final Lxc lxc = new Lxc();
  private static SystemContainer web;

  @BeforeAll
  static void start() {
    web = lxc.starts("dbgt-web");
    // A name that begins with the other name.
    var _ = lxc.starts("dbgt-web-1");
    for (Host one : List.of(host, trusting, trustingRoot, hasty, apart)) {
      one.daemon().startsInOwnNetwork();
    }
  }

  @AfterAll
  static void end() {
    lxc.close();
  }

  @Test
  void the_line_shows_what_nsenter_shows() {
    host.ann()
        .runsAsked("lxc://dbgt-web net -- ss -tln")
        .sees(nsenter(web, "-n", "ss", "-tln"))
        .leaves("intent")
        .says("/target/runtime", "lxc")
        .says("/target/name", "dbgt-web")
        .says("/target/pid", web.pid())
        .says("/target/way", "api");
    host.ann().runs("dbgt-web uts -- hostname").sees(nsenter(web, "-u", "hostname"));
    host.ann().runs("dbgt-web net,uts,pid -- hostname").prints("dbgt-web\n");
  }

  /** The abstract names at which monitors answer are those of the host's network. */
  @Test
  void no_thread_of_a_dbgd_with_a_network_of_its_own_stays_in_the_hosts() throws IOException {
    long daemon = host.daemon().pid();
    Path hosts = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
    assertFalse(isIn(hosts, daemon));
    apart.ann().runs("lxc://dbgt-web uts -- hostname").fails(DBG_FAILED, "not running (stopped)");
    host.ann().runsAsked("dbgt-web uts -- hostname").leaves("intent").says("/target/way", "api");
    assertTrue(host.ann().runs("ps").exits(0).out().contains("dbgt-web"));
    Patience.until(
        "no thread is in the host's network",
        () -> Processes.threads(daemon).stream().noneMatch(thread -> isIn(hosts, thread)));
  }

  private static boolean isIn(Path network, long thread) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/%d/ns/net".formatted(thread))).equals(network);
    } catch (IOException e) {
      // It has ended.
      return false;
    }
  }

  @Test
  void a_tool_of_the_host_works_in_its_file_system_made_from_scratch() {
    host.ann().runs("dbgt-web mnt -- ls /").prints("act\ndev\nlook\nproc\nserver\nsys\n");
  }

  @Test
  void one_that_is_down_is_listed_as_stopped_if_those_are_asked_for() {
    var _ = lxc.makes("dbgt-down");

    String all = host.ann().runs("ps --all --filter runtime=lxc").exits(0).out();
    assertTrue(all.matches("(?s).*dbgt-down +lxc .* stopped.*"), all);
    assertTrue(all.matches("(?s).*dbgt-web +lxc .* running.*"), all);
    String running = host.ann().runs("ps --filter runtime=lxc").exits(0).out();
    assertFalse(running.contains("dbgt-down"), running);
  }

  @Test
  void it_is_listed() {
    String listed = host.ann().runs("ps").exits(0).out();

    assertTrue(listed.lines().anyMatch(line -> line.matches("dbgt-web +lxc .*")), listed);
    assertTrue(listed.lines().anyMatch(line -> line.matches("dbgt-web-1 +lxc .*")), listed);
    String seen = host.bob().runs("ps").exits(0).out();
    assertFalse(seen.lines().anyMatch(line -> line.matches("dbgt-web .*")), seen);
    assertTrue(seen.lines().anyMatch(line -> line.matches("dbgt-web-1 +lxc .*")), seen);
  }

  @Test
  void only_its_whole_name_means_it() {
    host.ann().runs("dbgt-web-1 uts -- hostname").prints("dbgt-web-1\n");
    host.ann().runs("lxc://dbgt-we uts -- hostname").fails(DBG_FAILED, "no container");
    host.ann().runs("lxc://../lxc/dbgt-web uts -- hostname").isRefusedOrMissing();
  }

  @Test
  void one_that_is_down_is_said_to_be_stopped() {
    SystemContainer _ = lxc.makes("dbgt-down");

    host.ann().runs("lxc://dbgt-down net -- ss -tln").fails(DBG_FAILED, "not running (stopped)");
  }

  @Test
  void a_name_that_docker_knows_too_is_ambiguous() {
    Container docker = host.docker().starts("dbgt-web");
    try {
      host.ann()
          .runs("dbgt-web net -- ss -tln")
          .fails(DBG_FAILED, "docker://dbgt-web", "lxc://dbgt-web");
    } finally {
      docker.isFoundDead();
    }
  }

  @Test
  void while_its_monitor_is_stopped_it_is_known_as_the_monitors_child() {
    long monitor = web.monitor();
    Ran seen = nsenter(web, "-n", "-u", "hostname");
    Processes.signal("STOP", monitor);
    try {
      host.ann()
          .runs("lxc://dbgt-web net,uts -- hostname")
          .sees(seen)
          .leaves("intent")
          .says("/target/way", "disk");
      host.ann().runs("dbgt-web-1 uts -- hostname").prints("dbgt-web-1\n");
    } finally {
      Processes.signal("CONT", monitor);
    }
  }

  @Test
  void a_container_whose_end_went_unnoticed_is_not_entered() {
    SystemContainer ended = lxc.starts("dbgt-ended");
    long monitor = ended.monitor();
    long init = ended.pid();
    Processes.signal("STOP", monitor);
    try {
      Processes.signal("KILL", init);
      Patience.until("it has ended", () -> !Processes.isAlive(init));
      host.ann()
          .runs("lxc://dbgt-ended uts -- hostname")
          .fails(DBG_FAILED, "no child of its monitor is found")
          .prints("");
    } finally {
      Processes.signal("CONT", monitor);
    }
  }

  /** While LXC prepares it, its first process sees the host's files. */
  @Test
  void a_container_during_its_start_is_not_entered() throws IOException {
    Path goesOn = World.get().file("lxc-goes-on");
    SystemContainer slow =
        lxc.makes(
            "dbgt-lxc-slow",
            "lxc.hook.pre-mount = /bin/sh -c 'until [ -e %s ]; do sleep 0.1; done'"
                .formatted(goesOn));
    CompletableFuture<Void> starting =
        CompletableFuture.runAsync(slow::restarts, Thread.ofPlatform().daemon()::start);
    try {
      Patience.until(
          "it starts",
          () ->
              Processes.startedAs("[lxc monitor] %s dbgt-lxc-slow".formatted(Lxc.DIRECTORY)).size()
                  > 1);
      assertTrue(
          hasty.ann().runs("lxc://dbgt-lxc-slow mnt -- ls /").exits(0).out().contains("root"));
      host.ann()
          .runs("lxc://dbgt-lxc-slow mnt -- ls /")
          .fails(DBG_FAILED, "no child of its monitor is found")
          .prints("");
    } finally {
      Path _ = Files.createFile(goesOn);
      starting.join();
    }
    host.ann()
        .runs("lxc://dbgt-lxc-slow mnt -- ls /")
        .prints("act\ndev\nlook\nproc\nserver\nsys\n");
  }

  @Test
  void a_user_who_listens_in_its_place_while_it_is_down_is_not_believed() {
    SystemContainer down = lxc.makes("dbgt-squatted");
    BareProcess others = BareProcess.in("--net", "--uts");
    Running squatting = host.bystanders().squats("dbgt-eve", down, others);
    try {
      trusting.ann().runs("lxc://dbgt-squatted net,uts -- hostname").exits(0);
      host.ann()
          .runs("lxc://dbgt-squatted net,uts -- hostname")
          .fails(DBG_FAILED, "not running (stopped; uid", "listens there")
          .prints("");
      host.ann().runs("dbgt-web uts -- hostname").prints("dbgt-web\n");
      assertFalse(host.ann().runs("ps").exits(0).out().contains("squatted"));
    } finally {
      var _ = squatting.gets("KILL").ends();
      others.ends();
    }
  }

  @Test
  void a_user_who_fills_the_queue_of_one_that_is_down_is_not_waited_for() {
    Running filling = host.bystanders().fills("dbgt-eve", lxc.makes("dbgt-filled"));
    try {
      host.ann()
          .runs("lxc://dbgt-filled net -- ss -tln")
          .fails(DBG_FAILED, "its queue is full", "no child of its monitor is found")
          .prints("");
      assertFalse(host.ann().runs("ps").exits(0).out().contains("filled"));
    } finally {
      var _ = filling.gets("KILL").ends();
    }
  }

  @Test
  void root_of_a_container_in_the_hosts_network_is_not_believed_either() {
    SystemContainer down = lxc.makes("dbgt-taken");
    Container squatting =
        host.docker()
            .starts(
                "dbgt-squatter",
                Image.named("squatter").holds("/squat", host.program("squat")),
                List.of("--network", "host"),
                "/squat",
                down.commandSocket())
            .prints("listening");
    try {
      trustingRoot.ann().runs("lxc://dbgt-taken mnt -- ls /").exits(0);
      host.ann()
          .runs("lxc://dbgt-taken mnt -- ls /")
          .fails(DBG_FAILED, "not running (stopped; process", "of a container answers there")
          .prints("");
    } finally {
      squatting.isFoundDead();
    }
  }

  @Test
  void an_operator_who_may_not_see_it_gets_the_same_answer_as_for_a_missing_one() {
    Ran existing = host.bob().runs("lxc://dbgt-web net -- ss -tln").isRefused();
    Ran missing = host.bob().runs("lxc://dbgt-xyz net -- ss -tln").isRefused();
    assertEquals(existing.err().replace(": did you mean lxc://dbgt-web-1? ", ": "), missing.err());

    existing = host.cal().runs("lxc://dbgt-web net -- ss -tln").isRefused();
    missing = host.cal().runs("lxc://dbgt-xyz net -- ss -tln").isRefused();
    assertEquals(existing.err(), missing.err());
  }

  /** It restarts again and again with another host name; the record tells which one was entered. */
  @Test
  void a_restarting_container_is_entered_as_recorded_or_refused() {
    SystemContainer restless = lxc.starts("dbgt-restless");
    Map<Long, String> names = new ConcurrentHashMap<>();
    names.put(restless.pid(), "dbgt-restless\n");
    AtomicBoolean ended = new AtomicBoolean();
    CompletableFuture<Void> restarting =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; !ended.get(); i++) {
                restless.restarts("lxc.uts.name=start-" + i);
                names.put(restless.pid(), "start-" + i + "\n");
              }
            },
            Thread.ofPlatform().daemon()::start);
    List<Ran> all;
    try {
      all = host.ann().runsAll(2, Collections.nCopies(100, "lxc://dbgt-restless uts -- hostname"));
    } finally {
      ended.set(true);
      restarting.join();
    }
    List<String> printed =
        new ArrayList<>(all.stream().map(Ran::out).filter(out -> !out.isEmpty()).toList());
    assertTrue(printed.size() > 0 && names.size() > 2, "there was no race");
    List<String> recorded =
        host.audit().records().stream()
            .filter(record -> record.event().equals("intent"))
            .filter(record -> record.text("/target/name").equals("dbgt-restless"))
            .map(record -> names.get(Long.parseLong(record.text("/target/pid"))))
            .toList();
    // A session that the container's end cuts short prints nothing.
    recorded.forEach(printed::remove);
    assertEquals(List.of(), printed);
  }
}
