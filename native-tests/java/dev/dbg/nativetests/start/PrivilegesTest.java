package dev.dbg.nativetests.start;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.AlteredDbgd;
import dev.dbg.kernel.AlteredKernel;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.user.HostUser;
import dev.dbg.serve.AlteredServe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A thread that reads untrusted bytes has no capability in effect meanwhile. */
@Tag("native")
@ResourceLock(HostUser.OF_THE_MACHINE)
final class PrivilegesTest {
  private static final String NONE = "0".repeat(16);

  /** CAP_DAC_READ_SEARCH, capabilities(7). */
  private static final String READS_FILES = "0000000000000004";

  private static final String POLICY =
      Host.EVERYTHING
          + """
          [[rule]]
          who = ["group:dbgt-ops"]
          containers = ["podman://*/*"]
          namespaces = ["net"]
          tools = ["ss"]
          """;

  /** Three clients, and a thread that waits for the next. */
  private static final int CLIENTS = 4;

  @RegisterExtension static final Host host = Host.with(POLICY).withUsersEngines();

  @RegisterExtension
  static final Host powerful =
      Host.with(Host.EVERYTHING)
          .withUsersEngines()
          .inWhich(AlteredServe.Powerful.class, AlteredDbgd.Powerful.class);

  @RegisterExtension
  static final Host powerfulToTheEnd = powerful.inWhich(AlteredKernel.Powerful.class);

  /** After a call that needs a capability, all stay in effect. */
  @RegisterExtension
  static final Host keeping =
      Host.with(POLICY).withUsersEngines().inWhich(AlteredKernel.KeepingCapabilities.class);

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-privileges");
  }

  /**
   * The effective capabilities of each thread of dbgd that talks with a client, or waits for one.
   */
  private static List<String> clientsThreads(Host at) {
    List<String> effective = new ArrayList<>();
    for (long thread : Processes.threads(at.daemon().pid())) {
      try {
        if (Processes.status(thread, "Name").startsWith("client-")) {
          effective.add(Processes.status(thread, "CapEff"));
        }
      } catch (UncheckedIOException e) {
        // The thread has ended meanwhile.
      }
    }
    return effective;
  }

  /**
   * One client says nothing, one follows the log, one runs a tool; and one thread waits for the
   * next.
   */
  private static List<String> withClients(Host at, Predicate<String> expected) {
    Running silent = at.bob().startsProgram("speak", at.socket().toString(), "hold", "1");
    Running following = at.ann().starts("audit --follow");
    Running session = at.ann().starts("dbgt-privileges net,pid -- act wait").prints("waiting");
    following.prints("act wait");
    Patience.until("each has its thread", () -> clientsThreads(at).size() >= CLIENTS);
    // A thread has its name a moment before it gives its capabilities up.
    Patience.sleeps(Duration.ofMillis(300));
    Patience.until("each is settled", () -> clientsThreads(at).stream().allMatch(expected));

    List<String> effective = clientsThreads(at);

    session.gets("INT").ends();
    following.gets("INT").ends();
    silent.closesInput();
    silent.ends();
    return effective;
  }

  @Test
  void a_thread_that_talks_with_a_client_has_none_in_effect() {
    List<String> effective = withClients(host, NONE::equals);

    assertTrue(effective.size() >= CLIENTS, effective::toString);
    effective.forEach(mask -> assertEquals(NONE, mask));
  }

  @Test
  void without_that_they_have_all() {
    List<String> effective = withClients(powerful, _ -> true);

    assertFalse(effective.isEmpty());
    effective.forEach(mask -> assertNotEquals(NONE, mask));
  }

  /**
   * The effective capabilities of the thread that waits for the next session. It is named after
   * that session when it gets work.
   */
  private static String waitingThread(Host at, Predicate<String> expected) {
    Running session = at.ann().starts("dbgt-privileges net -- act wait").prints("waiting");
    Patience.until(
        "a thread waits for a while",
        () -> isWaiting(at) && expected.test(Processes.status(waiting(at).getFirst(), "CapEff")));
    String effective = Processes.status(waiting(at).getFirst(), "CapEff");
    var _ = session.gets("INT").ends();
    return effective;
  }

  /** A thread has its name a moment before it gives its capabilities up. */
  private static boolean isWaiting(Host at) {
    List<Long> before = waiting(at);
    Patience.sleeps(Duration.ofMillis(300));
    return before.size() == 1 && before.equals(waiting(at));
  }

  private static List<Long> waiting(Host at) {
    List<Long> found = new ArrayList<>();
    for (long thread : Processes.threads(at.daemon().pid())) {
      try {
        if (Processes.status(thread, "Name").equals("one-use")) {
          found.add(thread);
        }
      } catch (UncheckedIOException e) {
        // The thread has ended meanwhile.
      }
    }
    return found;
  }

  /** It inherits none from the session's thread, and would give up what it inherits. */
  @Test
  void a_thread_that_waits_for_a_session_has_none_in_effect() {
    assertEquals(NONE, waitingThread(host, NONE::equals));
    assertEquals(NONE, waitingThread(powerful, NONE::equals));
  }

  @Test
  void where_it_gives_none_up_it_has_all() {
    assertNotEquals(NONE, waitingThread(powerfulToTheEnd, _ -> true));
  }

  /** The effective capabilities of the threads whose names begin so, as soon as there is one. */
  private static List<String> threads(Host at, String name) {
    List<String> effective = new ArrayList<>();
    Patience.until(
        "a thread is called " + name,
        () -> {
          for (long thread : Processes.threads(at.daemon().pid())) {
            try {
              if (Processes.status(thread, "Name").startsWith(name)) {
                effective.add(Processes.status(thread, "CapEff"));
              }
            } catch (UncheckedIOException e) {
              // The thread has ended meanwhile.
            }
          }
          return !effective.isEmpty();
        });
    return effective;
  }

  /** Those of the thread that has joined a container's namespaces, and waits for its tool. */
  private static List<String> insideContainer(Host at) {
    Running session = at.ann().starts("dbgt-privileges net,pid -- act wait").prints("waiting");
    List<String> effective = threads(at, "entry of client");
    var _ = session.gets("INT").ends();
    return effective;
  }

  @Test
  void the_thread_that_has_entered_a_container_has_none_in_effect() {
    insideContainer(host).forEach(mask -> assertEquals(NONE, mask));
  }

  @Test
  void where_a_call_leaves_them_in_effect_it_has_all() {
    insideContainer(keeping).forEach(mask -> assertNotEquals(NONE, mask));
  }

  /** Those of the thread that reads what a user's Podman wrote: files that never come. */
  private static List<String> atUsersFiles(Host at) {
    try (HostUser user = HostUser.called("dbgt-silent")) {
      user.does("mkdir", "-p", user.home(".local").toString());
      Running silence = at.bystanders().silences(user.home(".local"));
      try {
        at.ann().runs("podman://dbgt-silent/any net -- ss -tlnH").isRefusedOrMissing();
        return threads(at, "user-");
      } finally {
        at.bystanders().unmounts(user.home(".local"), silence);
      }
    }
  }

  @Test
  void the_thread_that_asks_a_users_podman_has_none_in_effect() {
    atUsersFiles(host).forEach(mask -> assertEquals(NONE, mask));
  }

  @Test
  void where_a_call_leaves_them_in_effect_that_thread_has_some() {
    atUsersFiles(keeping).forEach(mask -> assertNotEquals(NONE, mask));
  }

  /** A Java that prints its capabilities. */
  private static Path telling() throws IOException {
    Path home = Files.createDirectories(host.directory().resolve("java/bin")).resolve("..");
    Machine.writesProgram(home.resolve("bin/java"), "#!/bin/sh\ngrep ^Cap /proc/$$/status\n");
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"25\"\n");
    return home;
  }

  private static Ran capabilities(String verb) throws IOException {
    return host.installed().runsLauncher(telling(), verb).exits(0);
  }

  @Test
  void short_lived_verbs_of_dbgd_may_only_read_files() throws IOException {
    for (String verb : List.of("verify", "check", "test")) {
      String told = capabilities(verb).out();

      assertTrue(told.contains("CapPrm:\t" + READS_FILES), told);
      assertTrue(told.contains("CapBnd:\t" + READS_FILES), told);
    }
    assertFalse(capabilities("serve").out().contains("CapBnd:\t" + READS_FILES));
  }
}
