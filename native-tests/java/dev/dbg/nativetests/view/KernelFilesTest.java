package dev.dbg.nativetests.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.HostUser;
import dev.dbg.toolroot.AlteredToolRoot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A tool reads nothing in {@code /proc}, {@code /sys} and {@code /dev} that neither root in the
 * container nor the operator on the host can read. The oracle is one program, {@code look kernel},
 * which reads all files there, run by each of the three.
 */
@Tag("native")
@Tag("whole")
@ResourceLock(HostUser.OF_THE_MACHINE)
final class KernelFilesTest {
  private static final String POLICY =
      Host.EVERYTHING
          + """

          [[rule]]
          who = ["group:dbgt-ops"]
          containers = ["podman://dbgt-una/*"]
          namespaces = ["net", "mnt", "pid", "user"]
          tools = ["look", "cat"]
          """;

  /** The tool itself, and the control groups of its own session. */
  private static final String OWN = "/dev/mqueue/.*|/sys/fs/cgroup/.*/dbgd-[0-9]+/.*";

  private static final String[] EVERYWHERE = {"kernel", "/proc", "/sys", "/dev"};

  /** What runc and containerd mask, and what a kernel adds to the root of its procfs. */
  private static final List<String> NEVER =
      List.of(
          "/proc/keys",
          "/proc/key-users",
          "/proc/timer_list",
          "/proc/interrupts",
          "/proc/kmsg",
          "/proc/kallsyms",
          "/proc/iomem",
          "/proc/slabinfo",
          "/proc/tty/drivers",
          "/proc/irq/default_smp_affinity",
          "/proc/fs/ext4");

  private static final String SHOWN_OF_SYS =
      "(/host)?/sys/(class/net|devices/virtual/net|fs/cgroup|kernel/mm/transparent_hugepage)/.*";

  @RegisterExtension static final Host host = Host.with(POLICY).withAnsweringEngines();

  /** As on Linux before 6.17, tools with pid get the container's own procfs. */
  @RegisterExtension
  static final Host copying = Host.with(POLICY).withAnsweringEngines().without("new-proc");

  @RegisterExtension
  static final Host withoutLandlock = Host.with(POLICY).withAnsweringEngines().startedByTheClass();

  @RegisterExtension
  static final Host showing =
      Host.with(POLICY)
          .withAnsweringEngines()
          .without("covers")
          .inWhich(AlteredToolRoot.WithoutCovers.class);

  @RegisterExtension static final Host unmasking = Host.with(POLICY).without("masks");

  private static final Map<String, Container> containers = new HashMap<>();
  private static HostUser una;

  @BeforeAll
  static void start() {
    una = HostUser.called("dbgt-una");
    una.podman().startsService();
    Image image = Image.named("kernel-files");
    containers.put("plain", host.docker().starts("dbgt-kernel-plain", image, List.of(), "/server"));
    containers.put(
        "privileged",
        host.docker()
            .starts(
                "dbgt-kernel-privileged",
                image,
                List.of("--privileged", "--volume=/sys:/host/sys"),
                "/server"));
    containers.put("rootless", una.podman().starts("dbgt-kernel-rootless"));
    withoutLandlock.daemon().startsOnKernelWithout("landlock_create_ruleset");
  }

  @AfterAll
  static void end() {
    una.close();
  }

  /** The files that were read, and how many lines each had. */
  private static Map<String, Integer> read(Ran ran) {
    Map<String, Integer> lines = new HashMap<>();
    for (String line : ran.exits(0).lines()) {
      String[] words = line.split(" ", 2);
      lines.put(words[1], Integer.valueOf(words[0]));
    }
    assertTrue(lines.size() > 100 || ran.out().contains("/proc/stat"), ran::brief);
    return lines;
  }

  private static String ref(String name) {
    String of = name.equals("rootless") ? "podman://dbgt-una/" : "";
    return of + "dbgt-kernel-" + name;
  }

  /** What the tool reads beyond both: files, or more than twice the lines. */
  private static List<String> beyond(Host by, String name, String namespaces) {
    List<String> beyond = once(by, name, namespaces);
    // Meanwhile others make devices and control groups.
    for (int more = 0; more < 2 && !beyond.isEmpty(); more++) {
      List<String> again = once(by, name, namespaces);
      beyond = beyond.stream().filter(again::contains).toList();
    }
    return beyond;
  }

  private static List<String> once(Host by, String name, String namespaces) {
    Map<String, Integer> tools =
        read(
            by.ann()
                .runs(ref(name) + " " + namespaces + " -- look " + String.join(" ", EVERYWHERE)));
    Map<String, Integer> roots =
        read(
            Objects.requireNonNull(containers.get(name))
                .executes("/look", "kernel", "/proc", "/sys", "/dev"));
    Map<String, Integer> operators = read(by.ann().runsProgram(new byte[0], "look", EVERYWHERE));
    return tools.keySet().stream()
        .filter(file -> !file.matches(OWN))
        .filter(
            file -> {
              int others = Math.max(roots.getOrDefault(file, -2), operators.getOrDefault(file, -2));
              return tools.getOrDefault(file, 0) > 2 * others + 3;
            })
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "plain, mnt",
    "plain, 'mnt,pid'",
    "plain, net",
    "plain, 'net,pid'",
    "privileged, mnt",
    "privileged, 'mnt,pid'",
    "rootless, 'mnt,user'",
    "rootless, 'mnt,pid,user'",
  })
  void a_tool_reads_no_more_than_root_in_the_container_or_the_operator(
      String container, String namespaces) {
    assertEquals(List.of(), beyond(host, container, namespaces));
    // Of a procfs with masks that a user namespace has locked there is no copy: that is refused.
    if (!namespaces.equals("mnt,pid,user")) {
      assertEquals(List.of(), beyond(copying, container, namespaces));
    }
    if (!namespaces.contains("mnt,pid")) {
      assertEquals(List.of(), beyond(withoutLandlock, container, namespaces));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mnt", "mnt,pid", "net,pid"})
  void without_the_covers_it_reads_the_hosts_keys(String namespaces) {
    List<String> bitten = beyond(showing, "plain", namespaces);

    assertTrue(
        bitten.contains("/proc/keys") && bitten.contains("/proc/timer_list"), bitten::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "privileged"})
  void each_entry_outside_of_the_allowlist_is_covered(String container) {
    for (Host by : List.of(host, copying, withoutLandlock)) {
      for (String namespaces : List.of("mnt", "mnt,pid", "net", "net,pid")) {
        if (by == withoutLandlock && namespaces.equals("mnt,pid")) {
          continue;
        }
        Map<String, Integer> tools =
            read(by.ann().runs(ref(container) + " " + namespaces + " -- look kernel /proc"));

        assertEquals(List.of(), NEVER.stream().filter(tools::containsKey).toList(), namespaces);
        for (String shown :
            List.of("meminfo", "stat", "uptime", "sysvipc/shm", "sys/kernel/osrelease")) {
          assertTrue(tools.containsKey("/proc/" + shown), shown);
        }
      }
    }
  }

  /** What root alone reads there shows hardware and others' traces, and makes devices. */
  @ParameterizedTest
  @CsvSource({
    "plain, mnt",
    "plain, 'mnt,pid'",
    "privileged, mnt",
    "privileged, 'mnt,pid'",
    "rootless, 'mnt,user'",
  })
  void of_a_sysfs_a_tool_with_mnt_sees_an_allowlist(String container, String namespaces) {
    for (Host by : List.of(host, copying, withoutLandlock)) {
      if (by == withoutLandlock && namespaces.equals("mnt,pid")) {
        continue;
      }
      Set<String> files = readOfSys(by, container, namespaces);

      assertEquals(List.of(), files.stream().filter(file -> !file.matches(SHOWN_OF_SYS)).toList());
      assertTrue(files.stream().anyMatch(file -> file.startsWith("/sys/fs/cgroup/")));
      assertTrue(files.stream().anyMatch(file -> file.endsWith("/virtual/net/lo/mtu")));
      by.ann()
          .runs(ref(container) + " " + namespaces + " -- cat /sys/class/zram-control/hot_add")
          .exits(1)
          .says("No such file or directory");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "privileged"})
  void without_the_covers_it_reads_what_only_root_reads(String container) {
    Set<String> operators = read(host.ann().runsProgram(new byte[0], "look", EVERYWHERE)).keySet();

    assertTrue(
        readOfSys(showing, container, "mnt").stream()
            .anyMatch(file -> !operators.contains(file) && !file.matches(SHOWN_OF_SYS)));
  }

  private static Set<String> readOfSys(Host by, String container, String namespaces) {
    String line = ref(container) + " " + namespaces + " -- look kernel /proc /sys /host/sys";
    return read(by.ann().runs(line)).keySet().stream()
        .filter(file -> !file.startsWith("/proc/"))
        .collect(Collectors.toSet());
  }

  /** runc names a keyring of the session after the container. */
  @Test
  void the_ids_of_other_containers_are_not_in_keys() {
    String line = ref("plain") + " mnt -- grep -o _ses[.][0-9a-f]* /proc/keys";

    host.ann().runs(line).exits(2).prints("").says("/proc/keys: Permission denied").isRecorded();
    String shown = showing.ann().runs(line).exits(0).out();
    assertTrue(shown.contains("_ses."), shown);
  }

  /** lxcfs's place is one where runc lets a file be mounted. */
  @Test
  void masks_of_the_containers_proc_hold_for_a_tool() {
    Container _ =
        host.docker()
            .starts(
                "dbgt-kernel-masking",
                Image.named("kernel-masking"),
                List.of(
                    "--volume=/dev/null:/proc/meminfo",
                    "--cap-add=SYS_ADMIN",
                    "--security-opt=apparmor=unconfined",
                    "--security-opt=systempaths=unconfined"),
                "/arrange",
                "tmpfs",
                "/proc/sys/kernel")
            .prints("arranged");
    for (String file : List.of("/proc/meminfo", "/proc/sys/kernel/osrelease")) {
      for (String namespaces : List.of("mnt", "mnt,pid")) {
        String line = "dbgt-kernel-masking %s -- cat %s".formatted(namespaces, file);

        host.ann().runs(line).exits(1).prints("");
        copying.ann().runs(line).exits(1).prints("");
        unmasking.ann().runs(line).exits(0);
      }
      String line = "dbgt-kernel-masking mnt -- cat " + file;
      withoutLandlock.ann().runs(line).exits(1).prints("");
    }
    host.ann().runs("dbgt-kernel-masking mnt -- cat /proc/version").exits(0);
  }
}
