package dev.dbg.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.Container;
import dev.dbg.nativetests.scene.Host;
import dev.dbg.nativetests.scene.HostUser;
import dev.dbg.nativetests.scene.Lxc;
import dev.dbg.nativetests.scene.Patience;
import dev.dbg.nativetests.scene.Processes;
import dev.dbg.nativetests.scene.Ran;
import dev.dbg.nativetests.scene.Running;
import dev.dbg.nativetests.scene.SystemContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Between dbgd's look-up and its entry, the container ends, a stranger gets its number, and another
 * container has its name. The dbgds of this test wait at that place for a file.
 */
@Tag("native")
final class ReplacedMeanwhileTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["dbgt-*", "docker://dbgt-ure/*", "podman://dbgt-ure/*"]
      namespaces = ["net"]
      tools = ["look"]
      """;

  private static final Path GOES_ON = Path.of("/run/dbgt-goes-on");

  /** Longer than a look-up takes. */
  private static final Duration LOOKED_UP = Duration.ofSeconds(2);

  private static final String RESOLVER = "resolve/Resolver.java";
  private static final String FOUND = "Pid pid = new Pid(first.target().pid());";
  private static final String WAITS =
      FOUND
          + " while (first.target().name().startsWith(\"dbgt-\") && !java.nio.file.Files.exists(java.nio.file.Path.of(\"%s\"))) {"
              .formatted(GOES_ON)
          + " java.util.concurrent.locks.LockSupport.parkNanos(10_000_000L); }";

  @RegisterExtension static final Host host = asking().inWhich(RESOLVER, FOUND, WAITS);

  /** As on Linux before 6.9, where a pidfd's inode says nothing. */
  @RegisterExtension
  static final Host old =
      asking()
          .inWhich(RESOLVER, FOUND, WAITS)
          .inWhich("kernel/PidFd.java", "statfs.getLong(0) != PID_FS_MAGIC", "statfs != null");

  /** It does not ask again whose process it holds. */
  @RegisterExtension
  static final Host trusting =
      asking()
          .inWhich(
              RESOLVER,
              FOUND,
              WAITS,
              "|| !again.get().isSameProcess(first.found())",
              "",
              "|| !process.isOf(again.get())",
              "");

  private static final Lxc lxc = new Lxc();
  private static final List<Replaceable> all = new ArrayList<>();
  private static @Nullable HostUser ure;

  /**
   * A container that can be replaced.
   *
   * @param again makes another one of the same name
   */
  private record Replaceable(String name, LongSupplier pid, Runnable again) {
    static Replaceable of(String name, Container container) {
      return new Replaceable(name, container::pid, container::restarts);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Host asking() {
    return Host.with(POLICY).asking(ReplacedMeanwhileTest::runtimes);
  }

  private static String runtimes(Host own) {
    return own.engineStates(own.docker().socket(), own.podman().socket());
  }

  @BeforeAll
  static void begin() {
    HostUser user = HostUser.called("dbgt-ure");
    ure = user;
    user.docker().startsService();
    SystemContainer system = lxc.starts("dbgt-replaced");
    all.addAll(
        List.of(
            Replaceable.of("docker://dbgt-replaced", host.docker().starts("dbgt-replaced")),
            Replaceable.of("podman://dbgt-replaced", host.podman().starts("dbgt-replaced")),
            new Replaceable("lxc://dbgt-replaced", system::pid, system::restarts),
            Replaceable.of("docker://dbgt-ure/dbgt-mine", user.docker().starts("dbgt-mine"))));
  }

  @AfterAll
  static void end() throws IOException {
    boolean _ = Files.deleteIfExists(GOES_ON);
    lxc.close();
    Objects.requireNonNull(ure).close();
  }

  static Stream<Replaceable> all() {
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("all")
  void what_was_replaced_is_not_entered(Replaceable container) throws IOException {
    for (Host careful : new Host[] {host, old}) {
      Ran ran = replacedWhile(careful, container);
      assertEquals("", ran.out(), ran::toString);
      assertTrue(ran.err().contains("was restarted or ended just now"), ran::toString);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void a_dbgd_that_does_not_ask_again_would_enter_a_stranger(Replaceable container)
      throws IOException {
    Ran ran = replacedWhile(trusting, container);
    if (container.name().contains("dbgt-ure")) {
      // The stranger is not that user's.
      assertTrue(ran.err().contains("do not trust this engine"), ran::toString);
    } else {
      String network = Processes.link(container.pid().getAsLong(), "ns/net");
      assertTrue(ran.out().contains("net:["), ran::toString);
      assertFalse(ran.out().contains(network), ran::toString);
    }
  }

  private static Ran replacedWhile(Host asked, Replaceable container) throws IOException {
    boolean _ = Files.deleteIfExists(GOES_ON);
    long number = container.pid().getAsLong();
    Running session = asked.ann().starts(container.name() + " net -- look namespaces");
    Patience.sleeps(LOOKED_UP);
    Processes.signal("KILL", number);
    Patience.until("the number is free", () -> ProcessHandle.of(number).isEmpty());
    Running stranger = Processes.reborn(number);
    container.again().run();
    var _ = Files.createFile(GOES_ON);
    Ran ran = session.ends();
    var _ = stranger.gets("KILL").ends();
    return ran;
  }
}
