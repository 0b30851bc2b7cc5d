package dev.dbg.nativetests.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Whole;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.HostUser;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Sessions by a name that all the time passes from container to container, while these are renamed,
 * killed, started again and replaced. Whatever a session enters had the name while the session
 * began; never a container that had lost it before, or got it later.
 *
 * <p>A container is known by its host's name, which it keeps.
 */
@Tag("native")
@Tag("whole")
@ResourceLock(HostUser.OF_THE_MACHINE)
final class StormTest {
  private static final int AT_ONCE = 4;
  private static final int OF_DOCKER = Whole.orPart(8_000, 800);
  private static final int OF_PODMAN = Whole.orPart(2_000, 200);

  /** Minutes; a session takes milliseconds, on a busy machine some more. */
  private static final int LONGEST = 8;

  @RegisterExtension
  static final Host host =
      Host.with(Host.EVERYTHING)
          .asking(host -> host.engineStates(host.docker().socket(), host.podman().socket()));

  @RegisterExtension
  static final Host ofUsers =
      Host.with(
              """
              [[rule]]
              who = ["group:dbgt-ops"]
              containers = ["podman://dbgt-una/*"]
              namespaces = ["uts"]
              tools = ["hostname"]
              """)
          .withAnsweringEngines();

  /** Who makes containers. */
  private interface Maker {
    Container starts(String name, String... options);
  }

  /** A container had the name: from before it was given until after it was taken away. */
  private record Holder(String hostname, Instant from, Instant until) {
    boolean overlaps(Try session) {
      return !from.isAfter(session.ended) && !until.isBefore(session.began);
    }
  }

  private record Try(Instant began, Instant ended, int status, String out) {
    static Try of(String line) {
      String[] words = line.split(" ", 4);
      return new Try(time(words[0]), time(words[1]), Integer.parseInt(words[2]), words[3]);
    }

    private static Instant time(String seconds) {
      long micros = Long.parseLong(seconds.replaceAll("[.,]", ""));
      return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
  }

  @Test
  void no_session_enters_a_container_of_docker_that_has_not_the_name() {
    List<Try> entered = entered(host, host.docker()::starts, "docker", OF_DOCKER);

    assertTrue(entered.size() > OF_DOCKER / 10, "entered: " + entered.size());
    assertTrue(ways(host).contains("known"), "the engine was asked each time");
  }

  @Test
  void no_session_enters_a_container_of_podman_that_has_not_the_name() {
    List<Try> entered = entered(host, host.podman()::starts, "podman", OF_PODMAN);

    assertTrue(entered.size() > OF_PODMAN / 10, "entered: " + entered.size());
  }

  @Test
  void no_session_enters_a_container_of_a_users_podman_that_has_not_the_name() {
    try (HostUser una = HostUser.called("dbgt-una")) {
      una.podman().startsService();
      List<Try> entered = entered(ofUsers, una.podman()::starts, "users", OF_PODMAN);

      assertTrue(entered.size() > OF_PODMAN / 10, "entered: " + entered.size());
      assertTrue(ways(ofUsers).contains("known"), "the engine was asked each time");
    }
  }

  /** The sessions that entered a container, all of them one that had the name. */
  private static List<Try> entered(Host host, Maker engine, String what, int times) {
    Storm storm = new Storm(engine, "dbgt-storm-" + what);
    List<Try> tries = storm.tries(host, times);

    assertEquals(times, tries.size());
    assertEquals(List.of(), storm.wrong(tries));
    return tries.stream().filter(one -> one.status == 0).toList();
  }

  private static Set<String> ways(Host host) {
    return host.audit().records().stream()
        .filter(record -> record.event().equals("intent"))
        .map(record -> record.text("/target/way"))
        .collect(Collectors.toSet());
  }

  /** What happens to the containers of one name. */
  private static final class Storm {
    private final Maker engine;
    private final String name;
    private final List<Holder> holders = new ArrayList<>();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private int made;

    Storm(Maker engine, String name) {
      this.engine = engine;
      this.name = name;
    }

    /** Sessions while it storms. */
    List<Try> tries(Host host, int times) {
      Thread weather = Thread.ofPlatform().name("storm").start(this::rage);
      try {
        List<Running> trying =
            IntStream.range(0, AT_ONCE)
                .mapToObj(i -> host.ann().startsTimed(times / AT_ONCE, name + " uts -- hostname"))
                .toList();
        return trying.stream()
            .flatMap(one -> one.endsWithinMinutes(LONGEST).out().lines())
            .map(Try::of)
            .toList();
      } finally {
        isOver.set(true);
        join(weather);
      }
    }

    /** The sessions that entered what had not the name. */
    List<Try> wrong(List<Try> tries) {
      return tries.stream()
          .filter(one -> one.status == 0)
          .filter(
              one ->
                  holders.stream()
                      .noneMatch(holder -> holder.hostname.equals(one.out) && holder.overlaps(one)))
          .toList();
    }

    private void rage() {
      Instant given = Instant.now();
      Made holding = make(name);
      Made other = make(name + "-other");
      for (int i = 1; !isOver.get(); i++) {
        if (i % 7 == 0) {
          holding.container.isKilled();
          holding.container.restartsInTheEnd();
        } else if (i % 5 == 0) {
          holding.container.isFoundDead();
          holders.add(new Holder(holding.hostname, given, Instant.now()));
          given = Instant.now();
          holding = make(name);
        } else {
          holding.container.isRenamed(name + "-third");
          holders.add(new Holder(holding.hostname, given, Instant.now()));
          given = Instant.now();
          other.container.isRenamed(name);
          holding.container.isRenamed(name + "-other");
          Made now = other;
          other = holding;
          holding = now;
        }
      }
      holders.add(new Holder(holding.hostname, given, Instant.now()));
    }

    private record Made(Container container, String hostname) {}

    private Made make(String called) {
      String hostname = "host-" + made++;
      return new Made(engine.starts(called, "--hostname", hostname), hostname);
    }

    private static void join(Thread thread) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
