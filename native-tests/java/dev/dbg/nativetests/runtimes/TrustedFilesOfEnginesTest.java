package dev.dbg.nativetests.runtimes;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.engine.OwnDocker;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.resolve.engine.AlteredEngines;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What an engine's files say is believed while the engine that agreed with them is there: also if
 * it hangs, but no longer if another one, which keeps its files elsewhere, has its socket.
 */
@Tag("native")
@Tag("whole")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TrustedFilesOfEnginesTest {

  /** dbgd compares a list at most every ten seconds while it does not agree. */
  private static final Duration COMPARED = Duration.ofSeconds(11);

  private static final Duration WAITS = Duration.ofMillis(800);

  private static @Nullable OwnDocker docker;

  @RegisterExtension static final Host host = own();

  /** It asks about each name. */
  @RegisterExtension static final Host asking = own().inWhich(AlteredEngines.Asking.class);

  /** It believes the files whatever engine there is. */
  @RegisterExtension static final Host trusting = own().inWhich(AlteredEngines.Trusting.class);

  private static Host own() {
    return Host.with(Host.EVERYTHING.replace("\"pid://*\"", "\"image://*\""))
        .asking(TrustedFilesOfEnginesTest::engines);
  }

  private static String engines(Host host) {
    OwnDocker own = docker;
    if (own == null) {
      own = OwnDocker.start("trusted");
      docker = own;
    }
    return "docker = [\"%s\"]\ndocker-state = [\"%s\"]\npodman = [\"%s\"]\npodman-state = [\"%s\"]"
        .formatted(
            own.engine().socket(),
            own.engine().state(),
            host.podman().socket(),
            host.podman().state());
  }

  private static OwnDocker docker() {
    return Objects.requireNonNull(docker);
  }

  @AfterAll
  static void end() {
    docker().close();
  }

  @Test
  @Order(1)
  void an_engine_that_hangs_keeps_no_other_runtimes_container_waiting() {
    Container _ = docker().engine().starts("dbgt-trusted");
    Container podmans = host.podman().starts("dbgt-beside");
    Patience.sleeps(COMPARED);
    for (Host each : new Host[] {host, asking, trusting}) {
      var _ = each.ann().runs("dbgt-nobody net -- ss -tlnH").fails(DBG_FAILED, "no container");
    }

    docker().freezes();
    try {
      Duration took = leastOfFive(podmans.name());
      Duration missing = leastOfFive("dbgt-nobody");
      Duration asked = timed(asking, podmans.name());

      assertTrue(asked.compareTo(WAITS) > 0, () -> "it takes only " + asked);
      assertTrue(took.compareTo(asked) < 0, () -> "Podman's container waits " + took);
      assertTrue(missing.compareTo(asked) < 0, () -> "a missing one waits " + missing);
    } finally {
      docker().thaws();
    }
  }

  /** A busy machine may delay some of them. */
  private static Duration leastOfFive(String name) {
    return Stream.generate(() -> timed(host, name))
        .limit(5)
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static Duration timed(Host host, String name) {
    long start = System.nanoTime();
    Ran _ = host.ann().runs(name + " net -- ss -tlnH");
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  @Order(2)
  void an_engine_that_keeps_its_files_elsewhere_now_is_asked() {
    docker().movesTo("elsewhere");
    Container container =
        docker()
            .engine()
            .starts(
                "dbgt-moved-1",
                "--label",
                "com.docker.compose.project=dbgt-moved",
                "--label",
                "com.docker.compose.service=dbgt-moved");

    host.ann()
        .runs("dbgt-moved net -- ss -tlnH")
        .exits(0)
        .leaves("intent")
        .says("/target/id", container.id());
    trusting.ann().runs("dbgt-moved net -- ss -tlnH").fails(DBG_FAILED, "no container");
  }

  /** As after a change to containerd's store, which leaves the files of before. */
  @Test
  @Order(3)
  void an_image_of_another_storage_driver_is_shown_only_while_the_engine_does_not_answer() {
    docker().keepsItsLayersBy("overlay2");
    // Other classes' engines have the image, too.
    String _ =
        docker()
            .engine()
            .client(List.of("tag", Image.named("server").name(), "dbgt-trusted/layers:one"));
    String line = "image://dbgt-trusted/layers:one -- ls /server";
    host.ann().runs(line).exits(0);

    docker().movesTo("elsewhere");
    host.ann().runs(line).isRefusedOrMissing();
    docker().keepsItsLayersBy("vfs");

    host.ann().runs(line).isRefusedOrMissing();
    docker().freezes();
    try {
      host.ann().runs(line).exits(0);
    } finally {
      docker().thaws();
    }
  }
}
