package dev.dbg.nativetests.start;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.machine.Ran.REFUSED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Pods.PodOptions;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Task;
import dev.dbg.nativetests.scene.words.Packet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * dbgd in a container that is not privileged, with the words, the capabilities and the
 * configuration of the manifests for a cluster: runc makes it, as containerd has it do. The pod
 * that is looked at is containerd's.
 */
@Tag("native")
@Tag("whole")
final class PodTest {
  private static final Path MANIFESTS = Path.of("src/kubernetes/base").toAbsolutePath();
  private static final String NAME = "dbgt-in-pod";
  private static final String WEB = "k8s://dbgt-shop/dbgt-inside/app";

  /** capabilities(7), by their numbers. */
  private static final List<String> CAPABILITIES =
      List.of(
          "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN"
              .split(" "));

  private static final String POLICY =
      """
      [[rule]]
      who = ["user:root", "kube:alice"]
      containers = ["k8s:dbgt-shop"]
      namespaces = ["net", "mnt"]
      tools = ["ss", "ls"]
      """;

  @RegisterExtension
  static final Host host = Host.with(Host.EVERYTHING).asking(own -> own.containerd().settings());

  private static Path place;
  private static Task web;
  private static Running pod;

  @BeforeAll
  static void start() throws IOException {
    web =
        host.containerd().pods().starts("dbgt-shop", "dbgt-inside", PodOptions.NONE).starts("app");
    place = World.get().file("pod");
    for (String directory :
        List.of("usr", "etc", "proc", "sys", "dev", "run", "tmp", "var", "opt/dbg")) {
      Files.createDirectories(place.resolve("root").resolve(directory));
    }
    for (String link : List.of("bin", "sbin", "lib", "lib64")) {
      Files.createSymbolicLink(place.resolve("root").resolve(link), Path.of("usr", link));
    }
    for (String directory : List.of("dbg/policy.d", "socket", "log", "bundle")) {
      Files.createDirectories(place.resolve(directory));
    }
    String _ = Command.must("chmod", "0700", place.resolve("log").toString());
    Files.writeString(place.resolve("dbg/dbgd.toml"), configuration());
    Files.writeString(place.resolve("dbg/policy.d/10.toml"), POLICY);
    Files.writeString(place.resolve("passwd"), "root:x:0:0::/:/bin/sh\n");
    Files.writeString(place.resolve("group"), "root:x:0:\ndbg-agent:x:2000004242:\n");
    Files.writeString(place.resolve("bundle/config.json"), bundle());
    pod =
        Command.of(
                runc(
                    "run",
                    "--bundle",
                    place.resolve("bundle").toString(),
                    "--pid-file",
                    place.resolve("pid").toString(),
                    NAME))
            .start();
    Patience.until("dbgd listens", () -> Files.exists(place.resolve("socket/dbg.sock")), pod);
    // The file is there a moment before.
    Patience.until("dbgd answers", () -> asks("version").err().isEmpty(), pod);
    asks("version").exits(0);
  }

  @AfterAll
  static void stop() {
    Ran _ = Command.of(runc("kill", NAME, "TERM")).run();
    Ran _ = pod.ends();
    Ran _ = Command.of(runc("delete", "--force", NAME)).run();
    Command.removes(place);
  }

  private static List<String> runc(String... words) {
    return Stream.concat(
            Stream.of("runc", "--root", place.resolve("runc").toString()), Stream.of(words))
        .toList();
  }

  /** The lines of a manifest from one on and up to another, without their indentation. */
  private static List<String> lines(String file, String first, String last) throws IOException {
    return Files.readAllLines(MANIFESTS.resolve(file)).stream()
        .dropWhile(line -> !line.equals(first))
        .skip(1)
        .takeWhile(line -> !line.equals(last))
        .toList();
  }

  private static String configuration() throws IOException {
    return lines("config.yaml", "  dbgd.toml: |", "---").stream()
        .map(String::strip)
        .collect(Collectors.joining("\n"))
        .replace("/run/containerd/containerd.sock", host.containerd().socket().toString())
        .replace("\"/run/containerd\"", "\"" + host.containerd().state() + "\"");
  }

  private static List<String> items(List<String> lines) {
    return lines.stream()
        .map(String::strip)
        .filter(line -> line.startsWith("- "))
        .map(line -> line.substring(2))
        .toList();
  }

  private static List<String> capabilities() throws IOException {
    List<String> all =
        items(
            lines(
                "daemonset.yaml",
                "            add:",
                "          # dbgd enters namespaces and mounts, which the default profiles forbid. Each tool gets a filter of dbg's own."));
    assertTrue(all.contains("SYS_ADMIN") && CAPABILITIES.containsAll(all), all::toString);
    return all;
  }

  /** Where this runs, the first process may have more rights than anybody else. */
  private static List<String> words() throws IOException {
    List<String> words =
        items(lines("daemonset.yaml", "        command:", "        securityContext:"));
    assertTrue(words.contains("--target=1"), words::toString);
    return words.stream()
        .map(word -> word.equals("--target=1") ? "--target=" + ProcessHandle.current().pid() : word)
        .map(word -> word.equals("/usr/sbin/dbgd") ? "/opt/dbg/sbin/dbgd" : word)
        .toList();
  }

  private static String bundle() throws IOException {
    String rights = quoted(capabilities().stream().map(name -> "CAP_" + name));
    List<String> mounts =
        new ArrayList<>(
            List.of(
                mount("proc", "proc", "/proc"),
                mount("tmpfs", "tmpfs", "/dev"),
                mount("tmpfs", "shm", "/dev/shm"),
                mount("sysfs", "sysfs", "/sys", "ro"),
                mount("tmpfs", "tmpfs", "/tmp"),
                mount("tmpfs", "tmpfs", "/run"),
                bind("/sys/fs/cgroup", "/sys/fs/cgroup", "rw"),
                bind("/usr", "/usr", "ro"),
                bind(place.resolve("passwd"), "/etc/passwd", "ro"),
                bind(place.resolve("group"), "/etc/group", "ro"),
                bind(place.resolve("dbg"), "/etc/dbg", "ro"),
                bind(place.resolve("socket"), "/run/dbg", "rw"),
                bind(place.resolve("log"), "/var/lib/dbg", "rw"),
                bind(host.installed().helper().resolve("../../..").normalize(), "/opt/dbg", "ro"),
                bind(host.containerd().state(), host.containerd().state().toString(), "ro"),
                bind(host.containerd().socket(), host.containerd().socket().toString(), "ro")));
    // What Java and the linker have there on Debian.
    try (Stream<Path> etc = Files.list(Path.of("/etc"))) {
      etc.filter(file -> file.toString().matches("/etc/(alternatives|java-.*|ld.so.cache)"))
          .forEach(file -> mounts.add(bind(file, file.toString(), "ro")));
    }
    return """
        {"ociVersion": "1.0.2",
         "process": {"user": {"uid": 0, "gid": 0}, "cwd": "/", "args": %1$s,
          "env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
          "capabilities": {"bounding": %2$s, "effective": %2$s, "permitted": %2$s}},
         "root": {"path": "%3$s", "readonly": true},
         "mounts": [%4$s],
         "linux": {"namespaces": [{"type": "mount"}, {"type": "ipc"}, {"type": "network"}, {"type": "uts"}]}}
        """
        .formatted(
            quoted(words().stream()), rights, place.resolve("root"), String.join(",\n", mounts));
  }

  private static String quoted(Stream<String> words) {
    return words.collect(Collectors.joining("\", \"", "[\"", "\"]"));
  }

  private static String bind(Object from, String to, String option) {
    return mount("bind", from.toString(), to, "rbind", "rslave", option);
  }

  private static String mount(String type, String from, String to, String... options) {
    return "{\"type\": \"%s\", \"source\": \"%s\", \"destination\": \"%s\", \"options\": %s}"
        .formatted(type, from, to, options.length == 0 ? "[]" : quoted(Stream.of(options)));
  }

  private static Ran asks(String line) {
    return host.root()
        .runsScript("DBG_SOCKET=%s $DBG %s".formatted(place.resolve("socket/dbg.sock"), line));
  }

  @Test
  void a_line_shows_what_nsenter_shows_and_what_no_rule_permits_is_refused() {
    assertEquals(
        nsenter(web, "--net", "ss", "-tln").out(), asks(WEB + " net -- ss -tln").exits(0).out());
    assertTrue(asks(WEB + " mnt -- ls -A /").exits(0).out().lines().anyMatch("server"::equals));
    asks(WEB + " net -- ss -K").exits(REFUSED);
    asks(WEB + " mnt -- cat /etc/hostname").exits(REFUSED);
  }

  /**
   * A line of alice's, from a process of the agent's user.
   *
   * @param in words before a command line that is to run in the pod, or none
   */
  private static Ran asksForAlice(String in) throws IOException {
    String line = WEB + " net -- ss -tln";
    Path way = Files.createDirectories(place.resolve("way"));
    Files.write(
        way.resolve("behalf"),
        Packet.behalf(
            "alice",
            List.of("sre"),
            List.of("dbgt-shop", "dbgt-inside", "uid-of-dbgt-inside"),
            List.of(),
            List.of(line.split(" "))));
    Machine.writesProgram(
        way.resolve("ssh"),
        """
        #!/bin/sh
        exec %s env -u DBG_HOST DBG_BEHALF=3 DBG_SOCKET=%s setpriv --reuid 2000004242 --regid 2000004242 --clear-groups %s stdio 3<%s
        """
            .formatted(
                in, place.resolve("socket/dbg.sock"), World.get().dbg(), way.resolve("behalf")));
    return host.root().runsScript("PATH=%s:$PATH $DBG -H ssh://node %s".formatted(way, line));
  }

  /** Whoever makes a pod chooses the number of its user, and reaches the socket with hostPID. */
  @Test
  void only_the_agents_process_in_its_pod_asks_for_others() throws IOException {
    Ran outside = asksForAlice("").exits(DBG_FAILED);
    assertTrue(
        outside.err().contains("only the agent in dbgd's own pod asks for users"), outside::err);

    String pid = Files.readString(place.resolve("pid")).strip();
    assertEquals(
        nsenter(web, "--net", "ss", "-tln").out(),
        asksForAlice("nsenter --ipc -t " + pid).exits(0).out());
  }

  @Test
  void it_has_no_capability_beyond_the_manifests_and_no_network() throws IOException {
    long pid = Long.parseLong(Files.readString(place.resolve("pid")).strip());
    long beyond = Long.parseLong(Processes.status(pid, "CapBnd"), 16);
    for (String capability : capabilities()) {
      beyond &= ~(1L << CAPABILITIES.indexOf(capability));
    }
    assertEquals(0, beyond);
    assertEquals("1", Processes.status(pid, "NoNewPrivs"));
    List<String> interfaces = Files.readAllLines(Path.of("/proc/%d/net/dev".formatted(pid)));
    assertEquals(3, interfaces.size(), interfaces::toString);
  }
}
