package dev.dbg.nativetests.hostile;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.BareProcess;
import dev.dbg.nativetests.scene.target.Container;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A kernel without Landlock, as some distributions have it: a tool that sees the container's files
 * is in a pid namespace of its own, and the procfs of that namespace is the only one that it
 * reaches. Otherwise what an image names in its {@code /etc/ld.so.preload} would lead to files that
 * are not read-only and NOEXEC.
 */
@Tag("native")
@Tag("whole")
final class NoLandlockTest {
  private static final String PLANTED = "PLANTED";
  private static final List<String> NAMESPACES = List.of("net", "mnt");
  private static final int SIGINT = 2;

  @RegisterExtension
  static final Host host =
      Host.with(Host.EVERYTHING).limitedTo("sessions-per-user = 64").startedByTheClass();

  /** On the kernel that there is, with a domain that is not entered. */
  @RegisterExtension
  static final Host withoutLandlock = Host.with(Host.EVERYTHING).without("landlock");

  @RegisterExtension
  static final Host withoutOwnPid =
      Host.with(Host.EVERYTHING).without("own-pid").startedByTheClass();

  @RegisterExtension
  static final Host withoutCare =
      Host.with(Host.EVERYTHING).without("mounts-alone").startedByTheClass();

  /** A process of the host that user 0 may inspect, unless something else forbids it. */
  private static BareProcess powerless;

  private static LeadingContainer prey;

  @BeforeAll
  static void start() throws IOException {
    powerless = BareProcess.in("--uts", "setpriv", "--bounding-set=-all", "--inh-caps=-all");
    Path library = host.program("planted.so");
    Image image =
        Image.named("no-landlock")
            .holds("/planted.so", library)
            .hasDirectory("/etc")
            .hasDirectory("/links");
    Container leading =
        host.docker()
            .starts(
                "dbgt-no-landlock",
                image,
                List.of("--cap-drop=ALL"),
                "/arrange",
                "open",
                "/planted.so");
    prey = new LeadingContainer("plain", leading, "dbgt-no-landlock", "", powerless, library);
    Container _ = host.docker().starts("dbgt-no-landlock-other");
    Container _ = host.docker().starts("dbgt-no-landlock-hosts", "--volume=/proc:/host-proc:ro");
    for (Host each : List.of(host, withoutOwnPid, withoutCare)) {
      each.daemon().startsOnKernelWithout("landlock_create_ruleset");
    }
  }

  @AfterAll
  static void end() {
    powerless.ends();
  }

  @Test
  void it_sees_the_containers_files_as_nsenter_shows_them() {
    for (String directory : List.of("/", "/links", "/sys")) {
      Ran oracle = nsenter(prey.container(), "-m", "/look", "directory", directory);

      host.ann().runs("dbgt-no-landlock mnt -- ls " + directory).sees(oracle).isRecorded();
    }
    host.ann().runs("-w /links dbgt-no-landlock mnt -- act exit 7").exits(7);
    host.ann().runs("dbgt-no-landlock net,mnt,uts,ipc -- act exit 0").exits(0);
  }

  /** Otherwise it would share a pid namespace with the tools of other sessions. */
  @Test
  void a_tool_sees_no_process_but_itself() {
    assertEquals(List.of("2"), processesSeen(host));
    assertTrue(processesSeen(withoutOwnPid).size() > 1, "it is alone anyway");
  }

  private static List<String> processesSeen(Host by) {
    Running other = by.bob().starts("dbgt-no-landlock-other mnt -- act wait").prints("waiting");
    String all = by.ann().runs("dbgt-no-landlock mnt -- ls /proc").exits(0).out();
    Ran _ = other.gets("INT").ends();
    return all.lines().filter(name -> name.matches("\\d+")).toList();
  }

  @Test
  void a_signal_ends_it_and_nothing_stays() {
    for (String tool : List.of("wait", "cling")) {
      Running dbg = host.ann().starts("dbgt-no-landlock mnt -- act " + tool).prints("ing");
      String own = Processes.link(host.processes().startedOnceAs("act", tool), "ns/pid");
      assertEquals(1, first(own).size());
      if (tool.equals("wait")) {
        dbg.gets("INT").ends().diesBy(SIGINT);
      } else {
        Processes.signal("KILL", dbg.pid());
        Ran _ = dbg.ends();
      }

      Patience.until("its pid namespace has ended", () -> first(own).isEmpty());
    }
  }

  /** The first process of a pid namespace, which is still dbg-enter. */
  private static List<Long> first(String pidNamespace) {
    return Processes.executing(host.installed().helper()).stream()
        .filter(pid -> isIn(pid, pidNamespace))
        .toList();
  }

  private static boolean isIn(long pid, String pidNamespace) {
    try {
      return Processes.link(pid, "ns/pid").equals(pidNamespace);
    } catch (UncheckedIOException e) {
      return false; // it has ended meanwhile
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/proc/PID/root/planted.so",
        "/proc/PID/cwd/planted.so",
        "/proc/PID/fd/3",
        "/proc/PID/task/PID/root/planted.so",
        "/proc/self/root/proc/PID/root/planted.so",
        "/proc/self/task/../../PID/root/planted.so",
        "/links/one/planted.so",
        "/links/three",
        "/links/bare",
        "/proc/BARE/rootLIBRARY"
      })
  void by_another_process_no_library_is_mapped_as_code(String way) throws IOException {
    prey.linksInto(false);
    prey.preloads(List.of(prey.way(false, way)));
    String line = "dbgt-no-landlock mnt -- cat /etc/ld.so.preload";

    Ran bitten = withoutLandlock.ann().runs(line).exits(0);
    assertTrue(bitten.out().contains(PLANTED), () -> "the attack is none: " + bitten);
    Ran ran = host.ann().runs(line).exits(0).isRecorded();
    assertFalse(ran.out().contains(PLANTED), ran::toString);
  }

  @Test
  void no_tool_is_led_elsewhere() throws IOException {
    prey.plantsEverything();
    EveryTool.permitEverything(host);
    try {
      List<List<String>> tools = EveryTool.lines(host, NAMESPACES);
      List<Ran> all =
          host.ann().runsAll(6, tools.stream().map(tool -> prey.line(NAMESPACES, tool)).toList());

      assertEquals(List.of(), briefly(all, ran -> ran.out().contains(PLANTED)));
      assertEquals(List.of(), briefly(all, Ran::isNoTools));
    } finally {
      host.config().writePolicy(Host.EVERYTHING);
      host.daemon().reloads().says("/action", "load");
    }
  }

  private static List<String> briefly(List<Ran> all, Predicate<Ran> which) {
    return all.stream().filter(which).map(Ran::brief).toList();
  }

  @Test
  void a_container_with_another_procfs_is_refused() {
    String line =
        "dbgt-no-landlock-hosts mnt -- attempt read /host-proc/%d/root/etc/shadow"
            .formatted(powerless.pid());

    withoutCare.ann().runs(line).prints("done\n");
    host.ann()
        .runs(line)
        .isNotRun(DBG_FAILED, "more than one procfs", "no Landlock", "leave out mnt");
    host.ann().runs("dbgt-no-landlock-hosts net -- look descriptors").exits(0);
  }

  /**
   * mountinfo leaves out a mount whose place was renamed out of the directory that is mounted; it
   * is there again as soon as it is renamed back.
   */
  @Test
  void a_procfs_that_was_hidden_is_not_there_when_it_comes_back() throws IOException {
    Path shared = shared("dbgt-no-landlock-hidden", "hidden");
    Path place = shared.resolve("x/d");
    Path away = Files.move(place, shared.resolve("d"));
    for (Host each : List.of(withoutCare, host)) {
      Running dbg = each.ann().starts("dbgt-no-landlock-hidden mnt -- act wait").prints("waiting");
      Path seen =
          Path.of("/proc/%d/root/x/d".formatted(each.processes().startedOnceAs("act", "wait")));
      assertFalse(Files.exists(seen));
      Path _ = Files.move(away, place);

      assertTrue(Files.isDirectory(seen));
      assertEquals(each == withoutCare, Files.exists(seen.resolve("uptime")), each::toString);
      Path _ = Files.move(place, away);
      Ran _ = dbg.gets("INT").ends();
    }
  }

  @Test
  void a_procfs_that_comes_and_goes_leads_nowhere() throws Exception {
    Path shared = shared("dbgt-no-landlock-swap", "swapped");
    Path place = shared.resolve("x/d");
    Path away = shared.resolve("d");
    var ends = new AtomicBoolean();
    try (var executor = Executors.newSingleThreadExecutor()) {
      Future<?> swaps =
          executor.submit(
              () -> {
                while (!ends.get()) {
                  Path _ = Files.move(place, away);
                  LockSupport.parkNanos(500_000);
                  Path _ = Files.move(away, place);
                  LockSupport.parkNanos(500_000);
                }
                return null;
              });
      for (int i = 0; i < 60; i++) {
        Ran ran = host.ann().runs("dbgt-no-landlock-swap mnt -- cat /etc/ld.so.preload");
        assertFalse(ran.out().contains(PLANTED), ran::toString);
        assertFalse(ran.err().contains(PLANTED), ran::toString);
      }
      ends.set(true);
      swaps.get();
    }
  }

  /**
   * Starts a container with the host's procfs on a directory of a volume, and a library to preload
   * that is reached through it.
   */
  private static Path shared(String name, String directory) throws IOException {
    Path shared = Files.createDirectory(host.directory().resolve(directory));
    Path _ = Files.createDirectories(shared.resolve("x/d"));
    Path list = shared.resolve("x/preload");
    Files.writeString(list, "/x/d/%d/root%s\n".formatted(powerless.pid(), prey.library()));
    Container _ =
        host.docker()
            .starts(
                name,
                "--volume=%s:/x".formatted(shared.resolve("x")),
                "--volume=/proc:/x/d",
                "--volume=%s:/etc/ld.so.preload:ro".formatted(list));
    return shared;
  }

  @Test
  void the_containers_mounts_are_visible_at_their_places() {
    Container container =
        host.docker()
            .starts("dbgt-no-landlock-mounts", "--tmpfs=/a b", "--tmpfs=/n", "--tmpfs=/n/deep");
    for (String directory : List.of("/", "/n", "/dev", "/etc")) {
      Ran oracle = nsenter(container, "-m", "/look", "directory", directory);

      host.ann().runs("dbgt-no-landlock-mounts mnt -- ls " + directory).sees(oracle);
    }
    String hosts = host.ann().runs("dbgt-no-landlock-mounts mnt -- cat /etc/hosts").out();
    assertTrue(hosts.contains("localhost"), hosts);
    String list = host.ann().runs("dbgt-no-landlock-mounts mnt -- cat /proc/self/mounts").out();
    for (String path : List.of("/a\\040b", "/n", "/n/deep", "/etc/hosts", "/dev/shm")) {
      assertEquals(1, list.lines().filter(line -> line.contains(" " + path + " ")).count(), list);
    }
  }

  @Test
  void together_with_pid_it_is_refused() {
    host.ann()
        .runs("dbgt-no-landlock mnt,pid -- look descriptors")
        .isNotRun(DBG_FAILED, "mnt together with pid needs Landlock", "leave out pid", "lsm=");
  }
}
