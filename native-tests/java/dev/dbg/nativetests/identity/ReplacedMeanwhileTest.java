package dev.dbg.nativetests.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.AlteredKernel;
import dev.dbg.nativetests.scene.engine.Incus;
import dev.dbg.nativetests.scene.engine.Lxc;
import dev.dbg.nativetests.scene.engine.Pods.Pod;
import dev.dbg.nativetests.scene.engine.Pods.PodOptions;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.target.SystemContainer;
import dev.dbg.nativetests.scene.target.Task;
import dev.dbg.nativetests.scene.user.HostUser;
import dev.dbg.nativetests.scene.user.UserEngine;
import dev.dbg.resolve.AlteredResolve;
import dev.dbg.resolve.container.AlteredContainers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Between dbgd's look-up and its entry, the container ends, a stranger gets its number, and another
 * container has its name. The dbgds of this test wait at that place for a file.
 */
@Tag("native")
@Tag("whole")
@ResourceLock(HostUser.OF_THE_MACHINE)
@ResourceLock(Incus.OF_THE_MACHINE)
final class ReplacedMeanwhileTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["dbgt-*", "docker://dbgt-ure/*", "podman://dbgt-ur*/*", "containerd://default/dbgt-*", "k8s://dbgt-production/*"]
      namespaces = ["net"]
      tools = ["look"]
      """;

  private static final Path GOES_ON = Path.of(AlteredResolve.Waiting.GOES_ON);

  /** A directory that dbgd makes when it has found the container, and waits. */
  private static final Path FOUND_IT = Path.of(AlteredResolve.Waiting.FOUND_IT);

  @RegisterExtension static final Host host = asking().inWhich(AlteredResolve.Waiting.class);

  /** As on Linux before 6.9, where a pidfd's inode says nothing. */
  @RegisterExtension
  static final Host old =
      asking().inWhich(AlteredResolve.Waiting.class, AlteredKernel.WithoutInodes.class);

  /** It does not ask again whose process it holds. */
  @RegisterExtension
  static final Host trusting =
      asking()
          .inWhich(
              AlteredResolve.Waiting.class,
              AlteredResolve.Trusting.class,
              AlteredContainers.Believing.class);

  private static final Lxc lxc = new Lxc();
  private static final List<Replaceable> all = new ArrayList<>();
  private static final List<HostUser> users = new ArrayList<>();
  private static @Nullable Incus incus;

  /**
   * A container that can be replaced.
   *
   * @param again makes another one of the same name
   */
  private record Replaceable(String name, LongSupplier pid, Runnable again) {
    static Replaceable of(String name, Container container) {
      return new Replaceable(name, container::pid, container::restartsInTheEnd);
    }

    /** Whether it is a user's. The stranger is root's. */
    boolean isOfUser() {
      return name.contains("://dbgt-ur");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Host asking() {
    return Host.with(POLICY).withUsersEngines().asking(ReplacedMeanwhileTest::runtimes);
  }

  private static String runtimes(Host own) {
    return "%s\n%s\nincus = [\"%s\"]"
        .formatted(
            own.engineStates(own.docker().socket(), own.podman().socket()),
            host.containerd().places(),
            Incus.DIRECTORY);
  }

  @BeforeAll
  static void begin() {
    all.add(Replaceable.of("docker://dbgt-replaced", host.docker().starts("dbgt-replaced")));
    all.add(Replaceable.of("podman://dbgt-replaced", host.podman().starts("dbgt-replaced")));
    all.add(Replaceable.of("compose://dbgt-shop/dbgt-web/1", replica()));
    all.addAll(List.of(ofContainerd(), ofPod(), ofLxc(), ofIncus()));
    HostUser ure = user("dbgt-ure");
    ure.docker().startsService();
    ure.podman().startsService();
    all.add(of(ure, ure.docker()));
    all.add(of(ure, ure.podman()));
    // Without a service, the state on the disk is asked.
    HostUser uri = user("dbgt-uri");
    all.add(of(uri, uri.podman()));
  }

  /** What {@code docker compose up} starts. */
  private static Container replica() {
    String compose = "com.docker.compose.";
    return host.docker()
        .starts(
            "dbgt-replaced-1",
            "--label=" + compose + "project=dbgt-shop",
            "--label=" + compose + "service=dbgt-web",
            "--label=" + compose + "container-number=1",
            "--label=" + compose + "oneoff=False");
  }

  private static Replaceable ofContainerd() {
    Supplier<Task> start = () -> host.containerd().starts("default", "dbgt-replaced");
    Task task = start.get();
    return new Replaceable(
        task.name(),
        task::pid,
        () -> {
          host.containerd().removes("default", "dbgt-replaced");
          Task _ = start.get();
        });
  }

  /** As a kubelet does, the next attempt is another container. */
  private static Replaceable ofPod() {
    Pod pod = host.containerd().pods().starts("dbgt-production", "dbgt-replaced", PodOptions.NONE);
    Deque<Task> attempts = new ArrayDeque<>(List.of(pod.starts("app")));
    return new Replaceable(
        attempts.getFirst().name(),
        () -> attempts.getLast().pid(),
        () -> attempts.add(pod.starts("app", attempts.size(), "/server")));
  }

  private static Replaceable ofLxc() {
    SystemContainer container = lxc.starts("dbgt-replaced");
    return new Replaceable(container.name(), container::pid, container::restarts);
  }

  private static Replaceable ofIncus() {
    Incus started = Incus.started();
    incus = started;
    SystemContainer container = started.starts("default", "dbgt-replaced");
    return new Replaceable(
        container.name(), container::pid, () -> started.startsAgain("default", "dbgt-replaced"));
  }

  private static HostUser user(String name) {
    HostUser user = HostUser.called(name);
    users.add(user);
    return user;
  }

  private static Replaceable of(HostUser user, UserEngine engine) {
    String name = "%s://%s/dbgt-replaced".formatted(engine.scheme(), user.name());
    return Replaceable.of(name, engine.starts("dbgt-replaced"));
  }

  @AfterAll
  static void end() throws IOException {
    boolean _ = Files.deleteIfExists(GOES_ON);
    boolean _ = Files.deleteIfExists(FOUND_IT);
    lxc.close();
    if (incus != null) {
      incus.close();
    }
    users.forEach(HostUser::close);
  }

  static Stream<Replaceable> all() {
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("all")
  void a_container_replaced_after_look_up_is_not_entered(Replaceable container) throws IOException {
    for (Host careful : new Host[] {host, old}) {
      Ran ran = replacedWhile(careful, container);
      assertEquals("", ran.out(), ran::toString);
      // The second if the runtime has not noticed yet, as on a busy host.
      assertTrue(
          ran.err().contains("was restarted or ended just now")
              || ran.err().contains("cannot be proved to be"),
          ran::toString);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void a_dbgd_that_does_not_ask_again_would_enter_a_stranger(Replaceable container)
      throws IOException {
    Ran ran = replacedWhile(trusting, container);
    if (container.isOfUser()) {
      assertTrue(ran.err().contains("do not trust this engine"), ran::toString);
    } else {
      String network = Processes.link(container.pid().getAsLong(), "ns/net");
      assertTrue(ran.out().contains("net:["), ran::toString);
      assertFalse(ran.out().contains(network), ran::toString);
    }
  }

  /** Starts a session, whose dbgd has found the container when this returns, and waits. */
  private static Running found(Host asked, String name) {
    for (int tries = 1; ; tries++) {
      Running session = asked.ann().starts(name + " net -- look namespaces");
      Patience.until("dbgd has found it", () -> Files.exists(FOUND_IT) || session.hasEnded());
      if (Files.exists(FOUND_IT)) {
        return session;
      }
      Ran ran = session.ends();
      // On a busy host a user's engine may be late.
      assertTrue(tries < 10 && ran.err().contains("try again"), ran::toString);
    }
  }

  private static Ran replacedWhile(Host asked, Replaceable container) throws IOException {
    boolean _ = Files.deleteIfExists(GOES_ON);
    boolean _ = Files.deleteIfExists(FOUND_IT);
    long number = container.pid().getAsLong();
    Running session = found(asked, container.name());
    Processes.signal("KILL", number);
    Patience.until("the number is free", () -> ProcessHandle.of(number).isEmpty());
    Running stranger = Processes.reborn(number);
    try {
      container.again().run();
    } finally {
      var _ = Files.createFile(GOES_ON);
    }
    Ran ran = session.ends();
    var _ = stranger.gets("KILL").ends();
    return ran;
  }
}
