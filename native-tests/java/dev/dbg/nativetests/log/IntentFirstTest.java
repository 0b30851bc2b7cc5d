package dev.dbg.nativetests.log;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Patience;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * dbg-enter prepares everything while the INTENT is written. Until it is on the disk, dbg-enter
 * waits: the tool does not run.
 */
@Tag("native")
final class IntentFirstTest {
  @RegisterExtension
  static final Host slow =
      Host.with(
              """
              [[rule]]
              who = ["group:dbgt-ops"]
              containers = ["dbgt-*"]
              namespaces = ["mnt", "pid"]
              tools = ["date"]
              """)
          .slowToRecord();

  @RegisterExtension static final Host slowAndHasty = slow.without("gate");

  @BeforeAll
  static void start() {
    slow.docker().starts("dbgt-intent");
  }

  /** With {@code pid} another process becomes the tool than without. */
  @ParameterizedTest
  @ValueSource(strings = {"mnt", "mnt,pid"})
  void the_tool_runs_after_its_intent_is_on_record(String namespaces) {
    assertFalse(runsBeforeItsIntent(slow, namespaces));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mnt", "mnt,pid"})
  void a_tool_that_does_not_wait_runs_before(String namespaces) {
    // On a busy machine it may come to run only when the INTENT has been written all the same.
    Patience.until("it runs before", () -> runsBeforeItsIntent(slowAndHasty, namespaces));
  }

  private static boolean runsBeforeItsIntent(Host host, String namespaces) {
    Ran ran = host.ann().runs("dbgt-intent " + namespaces + " -- date -u +%FT%T.%NZ").exits(0);
    Instant intent = Instant.parse(ran.leaves("intent").text("/time"));
    return Instant.parse(ran.out().strip()).isBefore(intent);
  }
}
