package dev.dbg.nativetests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.authorize.AlteredAuthorize;
import dev.dbg.enter.AlteredEnter;
import dev.dbg.nativetests.scene.engine.OwnDocker;
import dev.dbg.nativetests.scene.engine.OwnPodman;
import dev.dbg.nativetests.scene.engine.Pods.PodOptions;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.target.Target;
import dev.dbg.nativetests.scene.target.Task;
import dev.dbg.nativetests.scene.user.HostUser;
import dev.dbg.nativetests.scene.user.Impostor;
import dev.dbg.resolve.container.AlteredContainers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Root's containers have ended, and their runtimes do not notice. Somebody who is not root of the
 * host has a process with the number of such a container's, and has given it all the names that can
 * be chosen. The files that it shows are the host's.
 */
@Tag("native")
@Tag("whole")
@ResourceLock(HostUser.OF_THE_MACHINE)
final class ForgedFactsTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["dbgt-*", "containerd://default/dbgt-*", "k8s://dbgt-forged-prod/*"]
      namespaces = ["mnt", "net"]
      tools = ["cat", "look"]
      [[rule]]
      who = ["user:dbgt-cal"]
      containers = ["pid://*"]
      namespaces = ["mnt"]
      tools = ["cat"]
      """;

  private static @Nullable OwnDocker docker;
  private static @Nullable OwnPodman podman;

  @RegisterExtension static final Host host = asking();

  /** It believes the name of a control group, wherever that group is. */
  @RegisterExtension
  static final Host believing = asking().inWhich(AlteredContainers.BelievingGroups.class);

  /** It does not look at the user namespace before it shows files, either. */
  @RegisterExtension
  static final Host credulous =
      asking()
          .inWhich(
              AlteredContainers.BelievingGroups.class,
              AlteredAuthorize.Credulous.class,
              AlteredEnter.Credulous.class);

  private static final List<Ended> all = new ArrayList<>();
  private static @Nullable HostUser user;
  private static @Nullable Container other;
  private static @Nullable Container podmans;

  /**
   * A container that has ended.
   *
   * @param number the pid that its runtime still names
   * @param path its control group, without the slash in front
   */
  private record Ended(String name, String id, long number, String path) {
    /** Names of groups that contain what is public. */
    Stream<String> groups() {
      return Stream.of(
          id,
          "x-" + id,
          path,
          "docker-" + id + ".scope",
          "system.slice/docker-" + id + ".scope",
          "libpod-" + id,
          "machine.slice/libpod-" + id + ".scope",
          "cri-containerd-" + id + ".scope",
          // A line of proc_pid_cgroup(5) of its own, for who takes a carriage return for its end.
          "x\r0::/" + path,
          "x\r1:name=systemd:/" + path);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Host asking() {
    return Host.with(POLICY)
        .withUsersEngines()
        .asking(
            own ->
                "docker = [\"%s\"]\npodman = [\"%s\"]\ndocker-state = [\"%s\"]\npodman-state = [\"%s\"]\n%s"
                    .formatted(
                        docker().engine().socket(),
                        podman().engine().socket(),
                        docker().engine().state(),
                        podman().engine().state(),
                        host.containerd().places()));
  }

  private static OwnDocker docker() {
    OwnDocker own = docker;
    if (own == null) {
      own = OwnDocker.start("forged-docker");
      docker = own;
    }
    return own;
  }

  private static OwnPodman podman() {
    OwnPodman own = podman;
    if (own == null) {
      own = OwnPodman.start("forged-podman");
      podman = own;
    }
    return own;
  }

  @BeforeAll
  static void endUnnoticed() throws IOException {
    user = HostUser.called("dbgt-ura");
    other = host.docker().starts("dbgt-other");
    Container dockers = docker().engine().starts("dbgt-docker");
    Container own = podman().engine().starts("dbgt-forged-podman");
    podmans = own;
    Task task = host.containerd().starts("default", "dbgt-task");
    Task pods =
        host.containerd()
            .pods()
            .starts("dbgt-forged-prod", "dbgt-pod", PodOptions.NONE)
            .starts("app");
    for (Ended one :
        List.of(
            ended("docker://dbgt-docker", dockers.id(), dockers),
            ended("podman://dbgt-forged-podman", own.id(), own),
            ended(task.name(), task.id(), task),
            ended(pods.name(), pods.id(), pods))) {
      for (Host each : List.of(host, believing, credulous)) {
        each.ann().runs(one.name + " net -- look namespaces").exits(0);
      }
      all.add(one);
    }
    docker().freezes();
    podman().freezes();
    host.containerd().gets("STOP");
    for (Ended one : all) {
      Processes.signal("KILL", Processes.parent(one.number));
      Processes.signal("KILL", one.number);
      Patience.until("the number is free", () -> ProcessHandle.of(one.number).isEmpty());
    }
  }

  private static Ended ended(String name, String id, Target target) throws IOException {
    long pid = target.pid();
    String group = Files.readAllLines(Path.of("/proc", Long.toString(pid), "cgroup")).getFirst();
    return new Ended(name, id, pid, group.split(":", 3)[2].substring(1));
  }

  @AfterAll
  static void tidyUp() {
    docker().thaws();
    podman().thaws();
    host.containerd().gets("CONT");
    Objects.requireNonNull(podmans).isFoundDead();
    Objects.requireNonNull(user).close();
    docker().close();
    podman().close();
  }

  static Stream<Ended> all() {
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("all")
  void no_name_makes_a_users_process_roots_container(Ended container) {
    container
        .groups()
        .forEach(
            group -> {
              try (Impostor _ =
                  Impostor.of(Objects.requireNonNull(user), group, container.number)) {
                isNotEntered(container, group);
              }
            });
  }

  /** Root of a container that may change control groups makes any name below its own. */
  @ParameterizedTest
  @MethodSource("all")
  void no_group_name_passes_another_containers_process_for_this_ones(Ended container) {
    container
        .groups()
        .forEach(
            group -> {
              try (Impostor _ =
                  Impostor.of(Objects.requireNonNull(other), group, container.number)) {
                isNotEntered(container, group);
              }
            });
  }

  private static void isNotEntered(Ended container, String group) {
    for (String line : List.of(" mnt -- cat /var/log/shadow", " net -- look namespaces")) {
      Ran ran = host.ann().runs(container.name + line);
      assertEquals("", ran.out(), () -> group + ": " + ran);
      assertTrue(ran.isDbgsFailure() || ran.wasRefused(), () -> group + ": " + ran);
    }
  }

  /** What is tried above is an attack: it succeeds where names are believed. */
  @ParameterizedTest
  @MethodSource("all")
  void a_dbgd_that_believes_names_shows_files_of_the_host(Ended container) throws IOException {
    try (Impostor _ = Impostor.of(Objects.requireNonNull(user), container.path, container.number)) {
      believing.ann().runs(container.name + " net -- look namespaces").exits(0);
      believing
          .ann()
          .runs(container.name + " mnt -- cat /var/log/shadow")
          .isRefused("only together with user");
      credulous
          .ann()
          .runs(container.name + " mnt -- cat /var/log/shadow")
          .exits(0)
          .prints(Files.readString(Path.of("/etc/shadow")));
    }
  }

  /** A rule for any process is no rule for any file. */
  @Test
  void files_mounted_by_a_user_are_not_shown_as_root() {
    Ended container = all.getFirst();
    try (Impostor _ = Impostor.of(Objects.requireNonNull(user), container.path, container.number)) {
      Ran ran = host.cal().runs("pid://" + container.number + " mnt -- cat /var/log/shadow");
      assertEquals("", ran.out());
      assertTrue(ran.err().contains("only together with user"), ran::toString);
    }
  }
}
