package dev.dbg.nativetests.runtimes;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.resolve.engine.AlteredEngines;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Docker does not answer, and later it does. Only the first session waits for it, and sessions use
 * its answers again soon after its recovery.
 */
@Tag("native")
@Tag("whole")
final class RecoveringEngineTest {
  /** A session that waits for an engine whose files say the same takes a second. */
  private static final Duration WAITS = Duration.ofMillis(800);

  /** Longer than dbgd once left an engine alone. */
  private static final Duration LATER = Duration.ofSeconds(11);

  @RegisterExtension static final Host host = hanging();

  @RegisterExtension
  static final Host forgetful = hanging().inWhich(AlteredEngines.Forgetful.class);

  private static Container container;

  private static Host hanging() {
    return Host.with(Host.EVERYTHING)
        .asking(
            host ->
                host.engineStates(
                    host.bystanders().hangsAt(docker(host)),
                    host.directory().resolve("nothing.sock")));
  }

  private static Path docker(Host host) {
    return host.directory().resolve("docker.sock");
  }

  @BeforeAll
  static void start() {
    container = host.docker().starts("dbgt-recovering");
  }

  @Test
  void only_the_first_session_waits_and_the_engine_is_asked_again_when_it_answers() {
    var _ = session(host, "disk");
    Patience.sleeps(LATER);
    // A busy machine may delay some of them.
    Patience.until("one does not wait", () -> session(host, "disk").compareTo(WAITS) < 0);

    host.bystanders().answersAt(docker(host), host.docker());
    Patience.until("the engine is asked again", () -> !way(host).equals("disk"));
  }

  @Test
  void a_dbgd_that_forgets_waits_in_each_session() {
    var _ = session(forgetful, "disk");
    Duration took = session(forgetful, "disk");
    assertTrue(took.compareTo(WAITS) > 0, () -> "it takes only " + took);
  }

  private static Duration session(Host host, String way) {
    long start = System.nanoTime();
    host.ann()
        .runs(container.name() + " net -- ss -tlnH")
        .exits(0)
        .leaves("intent")
        .says("/target/way", way);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static String way(Host host) {
    return host.ann()
        .runs(container.name() + " net -- ss -tlnH")
        .exits(0)
        .leaves("intent")
        .text("/target/way");
  }
}
