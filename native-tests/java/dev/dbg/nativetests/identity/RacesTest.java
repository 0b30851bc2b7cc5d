package dev.dbg.nativetests.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.target.Container;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What changes between a decision and its session: containers swap names, containers restart, the
 * policy changes. A session is in the container, and under the policy, that its record names.
 */
@Tag("native")
@Tag("whole")
final class RacesTest {
  private static final int TRIES = 200;
  private static final int AT_ONCE = 4;

  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["%s"]
      namespaces = ["net", "uts"]
      tools = ["hostname", "ss", "act"]
      """;

  @RegisterExtension static final Host host = Host.with(POLICY.formatted("label:team=dns"));

  private static Container mine;
  private static Container others;

  @BeforeAll
  static void start() {
    mine = host.docker().starts("dbgt-race", "--label", "team=dns", "--hostname", "mine");
    others = host.docker().starts("dbgt-race-other", "--hostname", "others");
  }

  /** Repeats a change while lines run, and returns the results of the lines. */
  private static List<Ran> meanwhile(Runnable change, String line) {
    AtomicBoolean ended = new AtomicBoolean();
    CompletableFuture<Void> changing =
        CompletableFuture.runAsync(
            () -> {
              while (!ended.get()) {
                change.run();
              }
            },
            Thread.ofPlatform().daemon()::start);
    try {
      return host.ann().runsAll(AT_ONCE, Collections.nCopies(TRIES, line));
    } finally {
      ended.set(true);
      changing.join();
    }
  }

  private static long printed(List<Ran> all, String text) {
    return all.stream().filter(ran -> ran.out().equals(text)).count();
  }

  private static void exchangeNames() {
    mine.isRenamed("dbgt-race-aside");
    others.isRenamed("dbgt-race");
    others.isRenamed("dbgt-race-other");
    mine.isRenamed("dbgt-race");
  }

  /**
   * A rule names a label: a container that takes the name meanwhile is not entered without the
   * label.
   */
  @Test
  void a_container_that_takes_the_name_of_a_permitted_one_is_not_entered() {
    List<Ran> all = meanwhile(RacesTest::exchangeNames, "dbgt-race uts -- hostname");

    assertEquals(0, printed(all, "others\n"));
    assertTrue(printed(all, "mine\n") > 0 && printed(all, "") > 0, "there was no race");
  }

  /**
   * A rule names a name: the container that has it at that time is entered, and the record
   * identifies it.
   */
  @Test
  void the_record_names_the_container_that_was_entered() {
    host.config().writePolicy(POLICY.formatted("dbgt-race"));
    host.daemon().reloads().says("/action", "load");
    long before = host.audit().count("intent");
    try {
      List<Ran> all = meanwhile(RacesTest::exchangeNames, "dbgt-race uts -- hostname");

      List<AuditRecord> intents =
          host.audit().records().stream()
              .filter(record -> record.event().equals("intent"))
              .skip(before)
              .toList();
      intents.forEach(intent -> intent.says("/target/name", "dbgt-race"));
      assertEquals(printed(all, "mine\n"), of(mine, intents));
      assertEquals(printed(all, "others\n"), of(others, intents));
      assertTrue(of(mine, intents) > 0 && of(others, intents) > 0, "there was no race");
    } finally {
      host.config().writePolicy(POLICY.formatted("label:team=dns"));
      host.daemon().reloads().says("/action", "load");
    }
  }

  private static long of(Container container, List<AuditRecord> intents) {
    return intents.stream()
        .filter(intent -> intent.text("/target/id").equals(container.id()))
        .count();
  }

  @Test
  void a_container_that_starts_again_is_entered_or_not_and_nothing_else_is() {
    List<Ran> all = meanwhile(mine::restarts, "dbgt-race uts,net -- hostname");

    all.stream()
        .filter(ran -> !ran.out().equals("mine\n"))
        .forEach(
            ran -> {
              assertEquals("", ran.out(), ran::brief);
              assertTrue(ran.isNoTools(), ran::brief);
            });
    assertTrue(printed(all, "mine\n") > 0 && printed(all, "") > 0, "there was no race");
  }

  /** A decision uses one whole policy: the old or the new one, and the record says which. */
  @Test
  void each_decision_during_a_reload_names_the_policy_that_made_it() {
    String permits = POLICY.formatted("label:team=dns");
    String refuses = POLICY.formatted("nobodys");
    Running session = host.ann().starts("dbgt-race net -- act wait").prints("waiting");
    String permitting = host.daemon().reloads().text("/policy");
    long before = host.audit().records().size();
    List<String> refusing = new ArrayList<>();

    List<Ran> all =
        meanwhile(
            () -> {
              host.config().writePolicy(refuses);
              refusing.add(host.daemon().reloads().text("/policy"));
              host.config().writePolicy(permits);
              assertEquals(permitting, host.daemon().reloads().text("/policy"));
            },
            "dbgt-race uts -- hostname");

    assertEquals(1, Set.copyOf(refusing).size());
    assertEquals(TRIES, printed(all, "mine\n") + all.stream().filter(Ran::isNoTools).count());
    assertEquals(
        host.audit().count("intent"), host.audit().count("result") + 1, "but the one that goes on");
    for (AuditRecord record : host.audit().records().stream().skip(before).toList()) {
      switch (record.event()) {
        case "intent" -> record.says("/decision/policy", permitting);
        case "denied" -> {
          // Refusals of an earlier test, for another reason, may be summed up in these minutes.
          if (!record.text("/decision/kind").equals("failed")) {
            record.says("/decision/policy", refusing.getFirst());
          }
        }
        default -> {}
      }
    }
    assertTrue(printed(all, "mine\n") > 0 && printed(all, "") > 0, "there was no race");
    // A running session goes on.
    session.gets("INT").ends().diesBy(2);
  }
}
