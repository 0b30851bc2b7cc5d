package dev.dbg.nativetests.hostile;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.engine.RemappedDocker;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Whole;
import dev.dbg.nativetests.scene.target.BareProcess;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.HostUser;
import dev.dbg.plan.AlteredPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * While a tool sees the container's files, nothing that the tool or its loader opens leads to a
 * mount that is not read-only, NOSUID, NODEV and NOEXEC. An image names one file in its {@code
 * /etc/ld.so.preload}, and links to it from every place that a tool or its libraries read, by paths
 * that do not end in the tool's own copy of the mounts: {@code /proc/PID/root} and the like, of
 * processes of the container and of the host.
 *
 * <p>Each path is tried once with a defence off, and must lead there.
 */
@Tag("native")
@Tag("whole")
@ResourceLock(HostUser.OF_THE_MACHINE)
final class LedElsewhereTest {
  private static final String PLANTED = "PLANTED";

  /** The content of a file of the host that only root can read. */
  private static final String SECRET = "LED-TO-THE-HOSTS-SECRET";

  private static final String LIBRARIES =
      "/usr/lib/" + System.getProperty("os.arch").replace("amd64", "x86_64") + "-linux-gnu";

  /** Representative sets; tools that need another namespace are tested with the set of all. */
  private static final List<List<String>> SETS =
      List.of(
          List.of("mnt"),
          List.of("net", "mnt"),
          List.of("mnt", "pid"),
          List.of("net", "mnt", "pid"),
          List.of("uts", "ipc", "mnt"),
          List.of("all"));

  private static final int AT_ONCE = 6;

  private static final String PLACES = "sessions-per-user = 64";

  private static @Nullable RemappedDocker remapped;

  @RegisterExtension
  static final Host host =
      Host.with("").withAnsweringEngines().asking(LedElsewhereTest::engines).limitedTo(PLACES);

  @RegisterExtension
  static final Host withoutLandlock =
      Host.with("")
          .withAnsweringEngines()
          .asking(LedElsewhereTest::engines)
          .limitedTo(PLACES)
          .without("landlock");

  @RegisterExtension
  static final Host withoutNoexec =
      Host.with("")
          .withAnsweringEngines()
          .asking(LedElsewhereTest::engines)
          .limitedTo(PLACES)
          .without("noexec");

  /**
   * The defences that keep SYS_PTRACE away from the container's files are off, in each place; only
   * Landlock is left.
   */
  @RegisterExtension static final Host landlockAlone = seeingBoth().without("sees-processes");

  @RegisterExtension
  static final Host withNothing = seeingBoth().without("sees-processes", "landlock");

  private static Host seeingBoth() {
    return Host.with("")
        .withAnsweringEngines()
        .asking(LedElsewhereTest::engines)
        .limitedTo(PLACES)
        .inWhich(AlteredPlan.SeeingBoth.class);
  }

  /**
   * A process of the host that a tool without capabilities may inspect, unless something else
   * forbids it.
   */
  private static BareProcess powerless;

  private static Path secret;
  private static HostUser una;

  private static LeadingContainer plain;
  private static List<LeadingContainer> preys = List.of();

  private static String engines(Host host) {
    RemappedDocker started = remapped == null ? RemappedDocker.start() : remapped;
    remapped = started;
    return "docker = [\"%s\", \"%s\"]\npodman = []"
        .formatted(host.docker().socket(), started.socket());
  }

  @BeforeAll
  static void start() throws IOException {
    powerless = BareProcess.in("--uts", "setpriv", "--bounding-set=-all", "--inh-caps=-all");
    secret = host.directory().resolve("secret");
    Files.writeString(secret, SECRET + "\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    una = HostUser.called("dbgt-una");
    Path library = host.program("planted.so");
    Image image = image("led");
    plain =
        new LeadingContainer(
            "plain",
            host.docker()
                .starts(
                    "dbgt-led",
                    image,
                    List.of("--cap-drop=ALL", "--volume=/proc:/host-proc:ro"),
                    opening()),
            "dbgt-led",
            "",
            powerless,
            library);
    Container tracing =
        host.docker().starts("dbgt-led-tracing", image, List.of("--cap-add=SYS_PTRACE"), opening());
    // The container's first process has capabilities; this one has none.
    var _ = tracing.starts(without("/act", "wait")).prints("waiting");
    Container mapped =
        Objects.requireNonNull(remapped)
            .engine()
            .starts("dbgt-led-mapped", image, List.of("--cap-drop=ALL"), opening());
    Container unas =
        una.podman()
            .starts("dbgt-led-unas", image("led-unas"), List.of("--cap-drop=all"), opening());
    preys =
        List.of(
            plain,
            new LeadingContainer(
                "with SYS_PTRACE", tracing, "dbgt-led-tracing", "", powerless, library),
            new LeadingContainer(
                "remapped with user", mapped, "dbgt-led-mapped", ",user", powerless, library),
            new LeadingContainer(
                "rootless with user",
                unas,
                "podman://dbgt-una/dbgt-led-unas",
                ",user",
                powerless,
                library));
    for (Host each : List.of(host, withoutLandlock, withoutNoexec, landlockAlone, withNothing)) {
      EveryTool.permitEverything(each);
    }
  }

  private static Image image(String name) {
    return Image.named(name)
        .holds("/planted.so", host.program("planted.so"))
        .holdsTool("setpriv")
        .hasDirectory("/etc")
        .hasDirectory("/links")
        .holdsAll("/usr/lib/locale/C.utf8", Path.of("/usr/lib/locale/C.utf8"))
        .holds("/elsewhere/gconv/planted.so", host.program("planted.so"))
        .has(
            "/elsewhere/gconv/gconv-modules",
            """
            alias UTF-8// PLANTED//
            module PLANTED// INTERNAL planted 1
            module INTERNAL PLANTED// planted 1
            """)
        .has("/words/\u00fc", "");
  }

  private static String[] without(String... words) {
    return Stream.concat(
            Stream.of("/usr/bin/setpriv", "--bounding-set=-all", "--inh-caps=-all"),
            Stream.of(words))
        .toArray(String[]::new);
  }

  /** The first process holds the library open; its working directory contains the library. */
  private static String[] opening() {
    return new String[] {"/arrange", "open", "/planted.so"};
  }

  @AfterAll
  static void end() {
    powerless.ends();
    una.close();
    Objects.requireNonNull(remapped).close();
  }

  /** Paths to a file through a process; PID is its number in the procfs that the tool sees. */
  private static final List<String> BY_PROCESS =
      List.of(
          "/proc/PID/root/planted.so",
          "/proc/PID/cwd/planted.so",
          "/proc/PID/fd/3",
          "/proc/PID/task/PID/root/planted.so",
          "/proc/PID/task/PID/cwd/planted.so",
          "/proc/PID/task/PID/fd/3",
          "/proc/self/root/proc/PID/root/planted.so",
          "/proc/thread-self/root/proc/PID/cwd/planted.so",
          "/proc/self/task/../../PID/root/planted.so",
          "/proc/PID/root/../planted.so",
          "/proc/PID/root/links/../planted.so",
          "/links/one/planted.so",
          "/links/three",
          "/host-proc/NUMBER/root/planted.so",
          "/host-proc/NUMBER/fd/3",
          "/host-proc/self/root/proc/PID/root/planted.so",
          "/host-proc/BARE/rootLIBRARY",
          "/links/bare");

  /** Paths that end in the tool's own view. */
  private static final List<String> BY_ITSELF =
      List.of(
          "/planted.so",
          "/proc/self/root/planted.so",
          "/proc/thread-self/root/planted.so",
          "/proc/self/cwd/planted.so",
          "/proc/self/task/../root/planted.so",
          "/links/self/planted.so",
          "/host-proc/self/root/planted.so");

  private static Stream<Arguments> waysWithNamespaces(List<String> ways) {
    return ways.stream()
        .flatMap(way -> Stream.of(Arguments.of("mnt", way), Arguments.of("mnt,pid", way)));
  }

  static Stream<Arguments> waysByProcess() {
    return waysWithNamespaces(BY_PROCESS);
  }

  static Stream<Arguments> waysByItself() {
    return waysWithNamespaces(BY_ITSELF);
  }

  private static void bitesAndFails(Host without, String namespaces, String way)
      throws IOException {
    boolean withPid = namespaces.contains("pid");
    plain.linksInto(withPid);
    plain.preloads(List.of(plain.way(withPid, way)));
    String line = "dbgt-led %s -- cat /etc/ld.so.preload".formatted(namespaces);

    Ran bitten = without.ann().runs(line).exits(0);
    assertTrue(bitten.out().contains(PLANTED), () -> "the attack is none: " + bitten);
    Ran ran = host.ann().runs(line).exits(0).isRecorded();
    assertFalse(ran.out().contains(PLANTED), ran::toString);
  }

  @ParameterizedTest
  @MethodSource("waysByProcess")
  void by_another_process_no_library_is_mapped_as_code(String namespaces, String way)
      throws IOException {
    bitesAndFails(withoutLandlock, namespaces, way);
  }

  @ParameterizedTest
  @MethodSource("waysByItself")
  void by_its_own_process_neither(String namespaces, String way) throws IOException {
    bitesAndFails(withoutNoexec, namespaces, way);
  }

  /** The loader's errors quote what it has read: the words of a file to which it is led. */
  @ParameterizedTest
  @MethodSource("secretWays")
  void no_words_of_a_file_of_the_hosts_are_in_the_loaders_errors(String namespaces, String way)
      throws IOException {
    boolean withPid = namespaces.contains("pid");
    String target = plain.way(withPid, way).replace("SECRET", secret.toString());
    plain.links("/etc/ld.so.preload", target);
    String line = "dbgt-led %s -- cat /planted.so".formatted(namespaces);

    Ran bitten = withoutLandlock.ann().runs(line);
    assertTrue(bitten.err().contains(SECRET), () -> "the attack is none: " + bitten);
    Running noticing = host.bystanders().notices(List.of(secret.toString()));
    Ran ran = host.ann().runs(line).exits(0).isRecorded();
    assertFalse(ran.err().contains(SECRET), ran::toString);
    assertEquals("noticing\n", noticing.printed());
  }

  static Stream<Arguments> secretWays() {
    return Stream.of(
        Arguments.of("mnt", "/proc/BARE/rootSECRET"),
        Arguments.of("mnt", "/proc/BARE/cwd/../..SECRET"),
        Arguments.of("mnt", "/proc/self/root/proc/BARE/rootSECRET"),
        Arguments.of("mnt", "/host-proc/BARE/rootSECRET"),
        Arguments.of("mnt,pid", "/host-proc/BARE/rootSECRET"),
        Arguments.of("mnt,pid", "/host-proc/BARE/task/BARE/rootSECRET"));
  }

  /** A preload that is not a regular file makes nobody wait, and leads nowhere. */
  @Test
  void a_preload_that_is_no_file_is_none() throws IOException {
    Path preload = plain.container().file("/etc/ld.so.preload");
    Files.deleteIfExists(preload);
    Files.createDirectory(preload);
    host.ann().runs("dbgt-led mnt -- stat /words").exits(0).isRecorded();

    Files.delete(preload);
    Machine.makesNode(preload, "c", 1, 5);
    host.ann().runs("--timeout 1m dbgt-led mnt -- stat /words").exits(0).isRecorded();

    Files.delete(preload);
    Machine.makesPipe(preload);
    host.ann().runs("--timeout 1s dbgt-led mnt -- stat /words").exits(124);
    host.bob().runs("dbgt-led net -- ss -tlnH").exits(0).isRecorded();

    Files.delete(preload);
    plain.links("/etc/ld.so.preload", "/proc/self/fd/0");
    host.ann().runs("--timeout 1m dbgt-led mnt -- stat /words").exits(0).isRecorded();
  }

  /**
   * A preload on a file system of the container that never answers: the session's time limit ends
   * it.
   */
  @Test
  void a_preload_on_a_file_system_that_never_answers_ends_with_the_session() throws IOException {
    Container deaf =
        host.docker()
            .starts(
                "dbgt-led-deaf",
                image("led-deaf").has("/files/inside", ""),
                List.of(
                    "--cap-add=SYS_ADMIN",
                    "--device=/dev/fuse",
                    "--security-opt=apparmor=unconfined"),
                "/mute",
                "deaf",
                "/files")
            .prints("mounted");
    new LeadingContainer("deaf", deaf, deaf.name(), "", powerless, host.program("planted.so"))
        .links("/etc/ld.so.preload", "/files/inside");

    host.ann().runs("--timeout 1s dbgt-led-deaf mnt -- stat /words").exits(124);
    host.bob().runs("dbgt-led net -- ss -tlnH").exits(0).isRecorded();
  }

  /**
   * All of it at once, for every tool and every set of namespaces with {@code mnt}: with the ids of
   * all processes that could exist, as an image would have to guess them. Each build tries every
   * sixth line.
   */
  @Test
  void no_tool_with_any_namespaces_is_led_elsewhere() throws IOException {
    for (LeadingContainer prey : preys) {
      prey.plantsEverything();
      Running noticing = host.bystanders().notices(List.of(secret.toString()));
      List<String> every = new ArrayList<>();
      for (List<String> namespaces : SETS) {
        EveryTool.lines(host, namespaces).forEach(tool -> every.add(prey.line(namespaces, tool)));
      }
      List<String> lines = Whole.orEvery(6, every);
      List<Ran> all = host.ann().runsAll(AT_ONCE, lines);

      assertEquals(List.of(), briefly(all, LedElsewhereTest::isLed), prey::toString);
      assertEquals("noticing\n", noticing.printed(), prey::toString);
      assertEquals(List.of(), briefly(all, Ran::isNoTools), prey::toString);
      System.out.printf("%s: %d lines, %s%n", prey, lines.size(), SETS);
    }
  }

  /**
   * With a defence off each of these tools is led there, which shows that each reads the preload.
   */
  @Test
  void without_a_defence_every_tool_is() throws IOException {
    for (LeadingContainer prey : preys) {
      prey.plantsEverything();
      for (List<String> namespaces :
          List.of(List.of("mnt"), List.of("net", "mnt"), List.of("mnt", "pid"))) {
        List<String> lines =
            Whole.orEvery(
                6,
                EveryTool.lines(host, namespaces).stream()
                    .filter(line -> !EveryTool.isForProcesses(host, line))
                    .map(tool -> prey.line(namespaces, tool))
                    .toList());
        assertEquals(List.of(), notLed(withoutLandlock, lines), prey::toString);
        System.out.printf("%s %s: %d led without Landlock%n", prey, namespaces, lines.size());
      }
    }
  }

  /**
   * The tools that look at processes: netstat, ss, lsof. Landlock alone would have protected them.
   */
  @Test
  void with_the_containers_files_and_other_processes_a_tool_is_led() throws IOException {
    plain.plantsEverything();
    for (List<String> namespaces : List.of(List.of("net", "mnt"), List.of("net", "mnt", "pid"))) {
      List<String> lines =
          EveryTool.lines(host, namespaces).stream()
              .filter(line -> EveryTool.isForProcesses(host, line))
              // A tracer does not get that far: dbg-enter itself checks this. dbg's own are static.
              .filter(
                  line ->
                      !List.of("strace", "traces", "environ", "threads").contains(line.getFirst()))
              .map(tool -> plain.line(namespaces, tool))
              .toList();

      assertEquals(List.of(), notLed(withNothing, lines), "the attack is none");
      assertEquals(
          List.of(), briefly(landlockAlone.ann().runsAll(AT_ONCE, lines), LedElsewhereTest::isLed));
    }
  }

  /** What is not led there, not even in more time: a busy machine may need it. */
  private static List<String> notLed(Host without, List<String> lines) {
    List<Ran> all = without.ann().runsAll(AT_ONCE, lines);
    List<String> again = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!isLed(all.get(i))) {
        again.add(lines.get(i).replace("--timeout 1s", "--timeout 20s"));
      }
    }
    return again.isEmpty()
        ? again
        : briefly(without.ann().runsAll(AT_ONCE, again), ran -> !isLed(ran));
  }

  private static boolean isLed(Ran ran) {
    return ran.out().contains(PLANTED) || (ran.out() + ran.err()).contains(SECRET);
  }

  private static List<String> briefly(List<Ran> all, Predicate<Ran> which) {
    return all.stream().filter(which).map(Ran::brief).toList();
  }

  /**
   * Files besides the preload that a tool or its libraries read, each linked to another process's
   * file.
   */
  @ParameterizedTest
  @MethodSource("data")
  void no_data_of_the_tools_comes_by_another_process(String path, String content, String line)
      throws IOException {
    Path file = host.directory().resolve("leads" + path);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.write(file, path.endsWith("localtime") ? timeZone() : content.getBytes(UTF_8));
    Files.deleteIfExists(plain.container().file("/etc/ld.so.preload"));
    plain.links(path, "/proc/%d/root%s".formatted(powerless.pid(), file));
    try {
      Running noticing = host.bystanders().notices(List.of(file.toString()));
      Ran bitten = withoutLandlock.ann().runs(line);
      assertTrue(noticing.prints("touched").printed().contains(path), () -> "none: " + bitten);
      Running again = host.bystanders().notices(List.of(file.toString()));
      var _ = host.ann().runs(line).isRecorded();
      assertEquals("noticing\n", again.printed());
    } finally {
      Files.delete(plain.container().file(path));
    }
  }

  static Stream<Arguments> data() {
    return Stream.of(
        Arguments.of("/etc/passwd", "led:x:0:0::/:/x\n", "dbgt-led mnt -- ls -l /words"),
        Arguments.of("/etc/group", "led:x:0:\n", "dbgt-led mnt -- ls -l /words"),
        Arguments.of("/etc/nsswitch.conf", "passwd: files\n", "dbgt-led mnt -- ls -l /words"),
        Arguments.of("/etc/localtime", "", "dbgt-led mnt -- stat /words"),
        Arguments.of("/usr/lib/locale/locale-archive", "", "dbgt-led mnt -- ls /words"),
        Arguments.of("/etc/hosts", "127.9.9.9 led\n", LOOKING_UP),
        Arguments.of("/etc/resolv.conf", "nameserver 127.9.9.9\n", LOOKING_UP),
        Arguments.of("/etc/services", "led 4660/tcp\n", "dbgt-led net,mnt -- tcpdump -d port led"));
  }

  private static final String LOOKING_UP =
      "--timeout 2s dbgt-led net,mnt -- curl -s -m 1 http://led:1/";

  /** Code that these files make a tool load: of nsswitch, of character sets, of OpenSSL. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mnt -- ls -l /words",
        "mnt -- ls -q /words",
        "net,mnt -- openssl s_client -connect 127.0.0.1:1",
      })
  void no_code_of_the_tools_comes_by_another_process(String line) throws IOException {
    Files.deleteIfExists(plain.container().file("/etc/ld.so.preload"));
    String planted = plain.way(false, "/proc/PID/root/planted.so");
    plain.links(LIBRARIES + "/libnss_led.so.2", planted);
    plain.links(LIBRARIES + "/gconv", plain.way(false, "/proc/PID/root/elsewhere/gconv"));
    plain.writes("/etc/nsswitch.conf", "passwd: led\ngroup: led\n");
    plain.writes(
        "/usr/lib/ssl/openssl.cnf",
        """
        openssl_conf = init
        [init]
        providers = all
        [all]
        led = led
        [led]
        module = %s
        activate = 1
        """
            .formatted(planted));
    try {
      Ran bitten = withoutLandlock.ann().runs("dbgt-led " + line);
      assertTrue(bitten.out().contains(PLANTED), () -> "the attack is none: " + bitten);
      Ran ran = host.ann().runs("dbgt-led " + line).isRecorded();
      assertFalse(ran.out().contains(PLANTED), ran::toString);
    } finally {
      Files.delete(plain.container().file("/etc/nsswitch.conf"));
      Files.delete(plain.container().file("/usr/lib/ssl/openssl.cnf"));
    }
  }

  /** RFC 9636: one type of local time, 12:34 ahead of UTC. */
  private static byte[] timeZone() {
    ByteBuffer zone = ByteBuffer.allocate(54 * 2 + 14);
    for (int version = 0; version < 2; version++) {
      zone.put("TZif2".getBytes(US_ASCII)).put(new byte[15]);
      zone.putInt(0).putInt(0).putInt(0).putInt(0).putInt(1).putInt(4);
      zone.putInt((12 * 60 + 34) * 60).put((byte) 0).put((byte) 0);
      zone.put("LED\0".getBytes(US_ASCII));
    }
    return zone.put("\nLED-12:34\n\0\0\0".getBytes(US_ASCII)).array();
  }
}
