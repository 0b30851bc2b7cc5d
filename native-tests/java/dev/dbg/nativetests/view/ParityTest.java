package dev.dbg.nativetests.view;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenterAll;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.measure.Whole;
import dev.dbg.nativetests.scene.target.BareProcess;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.target.Target;
import dev.dbg.nativetests.scene.words.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The matrix: every combination of the eight kinds of namespace, and every tool that is compared.
 * dbg and nsenter run each line with the same kinds; output, errors and exit status are equal, or
 * differ as {@link Difference} says. The combinations are generated, not picked; each build
 * compares every third one.
 */
@Tag("native")
@Tag("whole")
final class ParityTest {
  private static final int AT_ONCE = 4;

  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-parity", "pid://*"]
      namespaces = ["net", "mnt", "pid", "ipc", "uts", "user", "cgroup", "time"]
      tools = ["look", "ss", "netstat", "ip", "hostname", "ipcs", "ps", "df", "id", "ls", "cat"]
      host-namespaces = true

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["dbgt-parity", "pid://*"]
      namespaces = ["net", "mnt", "pid", "ipc", "uts", "user", "cgroup", "time"]
      tools = ["look"]
      """;

  @RegisterExtension static final Host host = Host.with(POLICY);

  /** Shares user and time with the host, as nearly every container does. */
  private static Container container;

  /** Has all eight namespaces of its own, and the host's files. */
  private static BareProcess process;

  private static Path files;

  @BeforeAll
  static void start() throws IOException {
    files = makeFiles();
    Image image = Image.named("parity").holdsAll(files.toString(), files);
    Stream.of(Probe.values())
        .map(Probe::tool)
        .filter(tool -> !tool.equals("look"))
        .forEach(image::holdsTool);
    image.holds(host.program("look").toString(), host.program("look"));
    image.has("/etc/passwd", "root:x:0:0::/:/none\n").has("/etc/group", "root:x:0:\n");
    container =
        host.docker()
            .starts(
                "dbgt-parity",
                image,
                List.of(Engine.BRIDGED, "--cgroupns=private", "--hostname", "inner"),
                "/server");
    process =
        BareProcess.firstIn(
            List.of("server"),
            Stream.of(
                    "--mount --mount-proc --uts --ipc --net --cgroup --time --boottime 5000 --user"
                        + " --map-users 0:100000:65536 --map-groups 0:100000:65536 --setuid 0 --setgid 0")
                .flatMap(words -> Stream.of(words.split(" ")))
                .toArray(String[]::new));
    for (Target target : List.of(container, process)) {
      Patience.until(
          "the server listens", () -> nsenter(target, "-n", "ss", "-tlnH").lines().size() == 2);
      nsenter(target, "-i", "ipcmk", "-M", "4096").exits(0);
    }
  }

  /**
   * Files of the owners that matter: root, root in the container, and others inside and outside the
   * container's ids.
   */
  private static Path makeFiles() throws IOException {
    Path directory = Files.createDirectory(host.directory().resolve("files"));
    owned(Files.writeString(directory.resolve("public"), "public\n"), 0, "rw-r--r--");
    owned(Files.writeString(directory.resolve("private"), "private\n"), 101_000, "rw-------");
    owned(Files.writeString(directory.resolve("roots"), "root's\n"), 100_000, "rw-r-----");
    owned(Files.writeString(directory.resolve("others"), "others'\n"), 4242, "rwxr-x--x");
    Path _ = Files.createSymbolicLink(directory.resolve("link"), Path.of("/nowhere"));
    return directory;
  }

  private static void owned(Path file, int owner, String mode) throws IOException {
    Object _ = Files.setAttribute(file, "unix:uid", owner);
    Object _ = Files.setAttribute(file, "unix:gid", owner);
    Object _ = Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  @AfterAll
  static void end() {
    process.ends();
  }

  static Stream<Named<Target>> targets() {
    return Stream.of(Named.of("container", container), Named.of("process", process));
  }

  static Stream<Arguments> cases() {
    return targets()
        .flatMap(target -> Stream.of(Probe.values()).map(probe -> Arguments.of(probe, target)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void in_every_combination_a_tool_shows_what_it_shows_below_nsenter(Probe probe, Target target) {
    List<Selection> selections =
        Whole.orEvery(3, permitted(target).stream().filter(probe::runsIn).toList());
    String line = probe.line(files.toString());
    long before = host.audit().count("result");

    List<Ran> seen =
        host.ann()
            .runsAll(
                probe.atOnce(),
                selections.stream()
                    .map(in -> "%s %s -- %s".formatted(target.name(), in.words(), line))
                    .toList());
    boolean hasHostsUser = isTheHosts(target, "user");
    List<Ran> oracle =
        nsenterAll(
            probe.atOnce(),
            target,
            selections.stream()
                .map(in -> (oracle(probe, hasHostsUser, in).options() + " " + line).strip())
                .toList());

    List<String> different = new ArrayList<>();
    for (int i = 0; i < selections.size(); i++) {
      Selection in = selections.get(i);
      String expected = comparable(oracle.get(i), Difference.Printed::ofNsenter, probe, in);
      String found = comparable(seen.get(i), Difference.Printed::ofDbg, probe, in);
      if (!expected.equals(found)) {
        different.add("%s%n--- nsenter%n%s%n--- dbg%n%s".formatted(in, expected, found));
      }
    }
    assertEquals(
        0,
        different.size(),
        () ->
            "combinations in which %s differs, the first five:%n%s"
                .formatted(line, different.stream().limit(5).collect(joining("\n\n"))));
    assertEquals(before + selections.size(), host.audit().count("result"));
  }

  /** Of a user namespace of its own, files are shown together with that alone. */
  private static List<Selection> permitted(Target target) {
    boolean hasHostsUser = isTheHosts(target, "user");
    return Selection.all().stream()
        .filter(in -> hasHostsUser || !in.has("mnt") || in.has("user"))
        .toList();
  }

  /** What nsenter is asked for: the same, unless a difference names another selection. */
  private static Selection oracle(Probe probe, boolean hasHostsUser, Selection in) {
    Selection asked = in;
    for (Difference difference : Difference.ALL) {
      if (difference.concerns().test(probe, in)) {
        asked = difference.oracle().apply(asked);
      }
    }
    // nsenter cannot join the user namespace that it is in: EINVAL. dbg has nothing to join there.
    return hasHostsUser ? asked.without("user") : asked;
  }

  private static String comparable(
      Ran ran,
      Function<Difference.Printed, UnaryOperator<String>> side,
      Probe probe,
      Selection in) {
    String out = ran.out();
    for (Difference difference : Difference.ALL) {
      if (difference.concerns().test(probe, in)) {
        out = side.apply(difference.printed()).apply(out);
      }
    }
    return "%s%n%s%n%s".formatted(out.strip(), ran.err().strip(), ran.end());
  }

  private static boolean isTheHosts(Target target, String kind) {
    return identity(target.pid(), kind).equals(identity(ProcessHandle.current().pid(), kind));
  }

  private static String identity(long pid, String kind) {
    return Processes.link(pid, "ns/" + kind);
  }

  /**
   * Without an oracle: compares the kernel's answers for the target's process and for ours. Of the
   * host's there is the user namespace, in which the tool's capabilities count.
   */
  @ParameterizedTest
  @MethodSource("targets")
  void in_every_combination_the_selected_are_the_targets_and_the_others_nobodys(Target target) {
    List<Selection> selections = permitted(target);
    List<Ran> seen =
        host.ann()
            .runsAll(
                AT_ONCE,
                selections.stream()
                    .map(in -> "%s %s -- look namespaces".formatted(target.name(), in.words()))
                    .toList());

    Map<String, String> targets = identities(target.pid());
    Map<String, String> hosts = identities(ProcessHandle.current().pid());
    for (int i = 0; i < selections.size(); i++) {
      requireIdentities(targets, hosts, selections.get(i), seen.get(i).exits(0).lines());
    }
  }

  private static Map<String, String> identities(long pid) {
    return Selection.KINDS.stream().collect(toMap(kind -> kind, kind -> identity(pid, kind)));
  }

  private static void requireIdentities(
      Map<String, String> ofTarget, Map<String, String> ofHost, Selection in, List<String> seen) {
    for (String kind : Selection.KINDS) {
      String targets = ofTarget.get(kind);
      String hosts = ofHost.get(kind);
      String tools =
          seen.stream().filter(line -> line.startsWith(kind + ":")).findFirst().orElseThrow();
      boolean isLeftOut = in.hasAll() && Objects.equals(targets, hosts);
      if (in.has(kind) && !kind.equals("mnt") && !isLeftOut) {
        assertEquals(targets, tools, in::words);
      } else if (kind.equals("user")) {
        assertEquals(hosts, tools, in::words);
      } else {
        // An empty one: a kind of the host's is not joined where all kinds are named.
        assertNotEquals(targets, tools, in::words);
        assertNotEquals(hosts, tools, in::words);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void all_is_all_that_the_target_has_of_its_own(Target target) {
    Ran seen = host.bob().runs(target.name() + " all -- look namespaces").exits(0).isRecorded();

    Map<String, String> targets = identities(target.pid());
    Map<String, String> hosts = identities(ProcessHandle.current().pid());
    requireIdentities(
        targets,
        hosts,
        new Selection(
            Selection.KINDS.stream()
                .filter(kind -> !Objects.equals(targets.get(kind), hosts.get(kind)))
                .toList()),
        seen.lines());
  }

  @Test
  void a_selected_namespace_of_the_host_is_refused() {
    for (String kind : List.of("user", "time", "net,user", "uts,time")) {
      host.bob().runs("dbgt-parity " + kind + " -- look namespaces").isRefused("host-namespaces");
    }
  }
}
