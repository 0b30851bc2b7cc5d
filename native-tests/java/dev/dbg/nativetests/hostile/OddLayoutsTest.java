package dev.dbg.nativetests.hostile;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.BareProcess;
import dev.dbg.nativetests.scene.target.Container;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * CVE-2018-15664 and similar: {@code /proc}, {@code /dev} and {@code /etc} are missing, are links,
 * or are mounted over by the container itself. The tool works nevertheless, and dbg mounts, reads
 * and leaves nothing at the target of a link of the container.
 */
@Tag("native")
@Tag("whole")
final class OddLayoutsTest {
  private static final String NO_PROC = "unmount /proc remove /proc";
  private static final String NO_DEV = "unmount /dev remove /dev";
  private static final String NO_ETC =
      "unmount /etc/resolv.conf unmount /etc/hosts unmount /etc/hostname remove /etc";
  private static final String NO_QUEUE = "unmount /dev/mqueue remove /dev/mqueue";

  private static final String[] MAY_MOUNT = {
    "--cap-add=SYS_ADMIN", "--security-opt=apparmor=unconfined"
  };

  /** What the container does to its files. */
  private static final Map<String, String> LAYOUTS =
      Map.ofEntries(
          Map.entry("proc-missing", NO_PROC),
          Map.entry("proc-to-root", NO_PROC + " link / /proc"),
          Map.entry("proc-elsewhere", NO_PROC + " link /elsewhere /proc"),
          Map.entry("proc-dangling", NO_PROC + " link /nowhere /proc"),
          Map.entry("proc-up", NO_PROC + " link ../../../../proc /proc"),
          Map.entry("proc-file", NO_PROC + " file /proc text"),
          Map.entry("proc-over", "tmpfs /proc"),
          Map.entry("proc-part", "tmpfs /proc/self/net"),
          Map.entry("dev-missing", NO_DEV),
          Map.entry("dev-elsewhere", NO_DEV + " link /elsewhere /dev"),
          Map.entry("dev-dangling", NO_DEV + " link /nowhere /dev"),
          Map.entry("dev-over", "tmpfs /dev"),
          Map.entry("queue-elsewhere", NO_QUEUE + " link /elsewhere /dev/mqueue"),
          Map.entry("queue-over", "tmpfs /dev/mqueue"),
          Map.entry("etc-missing", NO_ETC),
          Map.entry("etc-to-root", NO_ETC + " link / /etc"),
          Map.entry("etc-elsewhere", NO_ETC + " link /elsewhere /etc"),
          Map.entry("etc-dangling", NO_ETC + " link /nowhere /etc"),
          Map.entry(
              "names-elsewhere",
              "unmount /etc/resolv.conf remove /etc/resolv.conf link /etc/services /etc/resolv.conf"),
          Map.entry("etc-over", "tmpfs /etc"),
          Map.entry(
              "all-over",
              "tmpfs /proc tmpfs /dev/mqueue tmpfs /dev/shm tmpfs /dev tmpfs /sys tmpfs /etc"),
          Map.entry(
              "next-to-nothing",
              NO_PROC + " " + NO_DEV + " " + NO_ETC + " unmount /sys remove /sys directory /mnt"));

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  @RegisterExtension
  static final Host following = Host.with(Host.EVERYTHING).without("no-symlinks");

  @RegisterExtension static final Host outside = Host.with(Host.EVERYTHING).without("in-root");

  /** As on Linux before 6.17, tools get the container's own procfs. */
  @RegisterExtension static final Host copying = Host.with(Host.EVERYTHING).without("new-proc");

  private static final Map<String, Container> containers = new HashMap<>();

  @BeforeAll
  static void start() {
    Image image = Image.named("layouts").has("/elsewhere/inside", "text\n");
    LAYOUTS.forEach(
        (name, words) -> {
          List<String> command = new ArrayList<>(List.of("/arrange"));
          command.addAll(List.of(words.split(" ")));
          Container container =
              host.docker()
                  .starts(
                      "dbgt-" + name, image, List.of(MAY_MOUNT), command.toArray(String[]::new));
          containers.put(name, container);
        });
    containers.values().forEach(container -> container.prints("arranged"));
  }

  static Stream<String> layouts() {
    return LAYOUTS.keySet().stream().sorted();
  }

  private static Container of(String layout) {
    return Objects.requireNonNull(containers.get(layout));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void the_containers_root_is_the_root_and_nothing_is_left_there(String layout) {
    Container container = of(layout);
    String mounts = container.mounts();
    List<String> changes = container.changes();

    for (String namespaces : List.of("mnt", "mnt,net")) {
      host.ann()
          .runs("dbgt-%s %s -- ls -1 /".formatted(layout, namespaces))
          .sees(nsenter(container, "-m", "/look", "directory", "/"));
    }
    host.ann()
        .runs("dbgt-%s mnt -- cat /elsewhere/inside".formatted(layout))
        .exits(0)
        .prints("text\n")
        .isRecorded();

    Patience.until("no tool is left", () -> host.processes().tools().isEmpty());
    assertEquals(mounts, container.mounts());
    assertEquals(changes, container.changes());
  }

  /** The container's procfs may be unreachable: since Linux 6.17 one can be made from outside. */
  @ParameterizedTest
  @MethodSource("layouts")
  void with_pid_proc_is_the_containers_or_none(String layout) {
    Ran ran = host.ann().runs("dbgt-%s mnt,pid -- cat /elsewhere/inside".formatted(layout));

    if (hidesProc(layout) && !Processes.kernelIsAtLeast(6, 17)) {
      ran.isNotRun(DBG_FAILED, "no /proc for the container's pid namespace");
      return;
    }
    if (LAYOUTS.getOrDefault(layout, "").contains(NO_PROC)) {
      ran.isNotRun(DBG_FAILED, "the container has no directory /proc");
      return;
    }
    ran.exits(0).prints("text\n").isRecorded();
    if (!hidesProc(layout)) {
      host.ann().runs("dbgt-%s mnt,pid -- cat /proc/1/comm".formatted(layout)).prints("arrange\n");
    }
  }

  /**
   * In a user namespace of its own, the kernel makes a new procfs only if nothing covers a part of
   * the one that is there; a service manager covers some for dbgd's own service.
   */
  @Test
  void a_procfs_is_made_for_a_process_whose_own_is_covered_and_belongs_to_another_namespace() {
    BareProcess target =
        BareProcess.firstIn(
            List.of("act", "wait"),
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs covered /proc/sys && exec unshare --user --map-root-user --mount \"$@\"",
            "sh");
    try {
      Ran ran = host.ann().runs(target.name() + " pid -- look file /proc/1/comm");

      if (Processes.kernelIsAtLeast(6, 17)) {
        ran.exits(0).prints("act\n");
      } else {
        ran.isNotRun(DBG_FAILED, "no /proc for the container's pid namespace");
      }
    } finally {
      target.ends();
    }
  }

  /**
   * A container's procfs may hide processes from whoever may not trace them. Then ps would show
   * none but itself, and say nothing.
   */
  @Test
  void a_container_hides_no_process_from_a_tool() {
    host.docker()
        .starts("dbgt-hiding", List.of(MAY_MOUNT), "/arrange", "hiding", "/proc")
        .prints("arranged");
    for (String namespaces : List.of("pid", "pid,mnt")) {
      String line = "dbgt-hiding %s -- look file /proc/1/comm".formatted(namespaces);

      Ran ran = host.ann().runs(line);
      if (Processes.kernelIsAtLeast(6, 17)) {
        ran.exits(0).prints("arrange\n");
      } else {
        ran.isNotRun(DBG_FAILED, "the container's /proc has hidepid");
      }
      copying.ann().runs(line).isNotRun(DBG_FAILED, "the container's /proc has hidepid");
      copying
          .ann()
          .runs("dbgt-dev-over %s -- look file /proc/1/comm".formatted(namespaces))
          .exits(0)
          .prints("arrange\n");
    }
    copying.ann().runs("dbgt-hiding net,pid -- ss -tlnH").exits(0);
  }

  private static boolean hidesProc(String layout) {
    return LAYOUTS.getOrDefault(layout, "").contains(" /proc");
  }

  /**
   * The container's own names, or none; never the names of a file outside to which a link leads.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {"etc-missing", "etc-to-root", "etc-elsewhere", "etc-dangling", "etc-over"})
  void without_mnt_such_a_container_has_no_names(String layout) {
    host.ann()
        .runs("dbgt-%s net -- look file /etc/resolv.conf".formatted(layout))
        .exits(0)
        .prints("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"proc-elsewhere", "queue-elsewhere"})
  void nothing_is_laid_where_a_link_leads(String layout) {
    String line = "dbgt-%s mnt -- ls -1 /elsewhere".formatted(layout);

    assertFalse(following.ann().runs(line).exits(0).lines().contains("inside"));
    host.ann().runs(line).exits(0).prints("inside\n");
  }

  /** The container's processes see the root below the mount, and so does the tool. */
  @Test
  void a_file_system_that_is_laid_over_the_root_is_not_what_the_container_sees() {
    Container container =
        host.docker()
            .starts("dbgt-over-root", List.of(MAY_MOUNT), "/arrange", "tmpfs", "/")
            .prints("arranged");

    host.ann()
        .runs("dbgt-over-root mnt -- ls -1 /")
        .sees(nsenter(container, "-m", "-r", "/look", "directory", "/"));
  }

  /** Links are resolved within the container's root; the session's view contains /etc/services. */
  @Test
  void a_link_for_names_does_not_lead_into_the_tools_view() {
    String line = "dbgt-names-elsewhere net -- look file /etc/resolv.conf";

    assertFalse(outside.ann().runs(line).exits(0).out().isEmpty());
    host.ann().runs(line).exits(0).prints("");
  }
}
