package dev.dbg.nativetests.runtimes;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.OwnDocker;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.target.Container;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers of a real swarm of one node, by the names of their services and slots. */
@Tag("native")
@Tag("whole")
final class SwarmTest {
  /** Docker makes this bridge for a swarm, and leaves it. */
  private static final Path BRIDGE = Path.of("/sys/class/net/docker_gwbridge");

  private static boolean hadBridge;
  private static @Nullable OwnDocker docker;
  private static Container alone;
  private static List<Container> several;

  @RegisterExtension
  static final Host host = Host.with(Host.EVERYTHING).asking(host -> SwarmTest.engine());

  private static String engine() {
    OwnDocker started = OwnDocker.start("swarm");
    docker = started;
    return "docker = [\"%s\"]\npodman = []".formatted(started.engine().socket());
  }

  @BeforeAll
  static void start() {
    var engine = Objects.requireNonNull(docker).engine();
    hadBridge = Files.exists(BRIDGE);
    engine.beginsSwarm();
    alone = engine.serves("dbgt-alone", 1).getFirst();
    several =
        engine.serves("dbgt-several", 2).stream()
            .sorted(Comparator.comparing(Container::name))
            .toList();
  }

  @AfterAll
  static void end() {
    Objects.requireNonNull(docker).close();
    if (!hadBridge && Files.exists(BRIDGE)) {
      String _ = Command.must("ip", "link", "delete", "dev", BRIDGE.getFileName().toString());
    }
  }

  @Test
  void a_service_with_one_task_is_that_task() {
    for (String name : List.of("dbgt-alone", "dbgt-alone.1", alone.name())) {
      host.ann()
          .runs(name + " uts -- hostname")
          .sees(nsenter(alone, "-u", "hostname"))
          .leaves("intent")
          .says("/target/name", alone.name())
          .says("/target/pid", alone.pid());
    }
  }

  @Test
  void a_service_with_several_is_refused_naming_them_and_each_is_reached_by_its_slot() {
    host.ann()
        .runs("dbgt-several uts -- hostname")
        .fails(
            DBG_FAILED,
            "docker://%s and docker://%s"
                .formatted(several.getFirst().name(), several.getLast().name()));
    for (int slot = 1; slot <= 2; slot++) {
      host.ann()
          .runs("dbgt-several.%d uts -- hostname".formatted(slot))
          .sees(nsenter(several.get(slot - 1), "-u", "hostname"))
          .leaves("intent")
          .says("/target/name", several.get(slot - 1).name());
    }
    host.ann().runs("dbgt-several.3 uts -- hostname").fails(DBG_FAILED, "no container");
    host.ann().runs("dbgt-severa uts -- hostname").fails(DBG_FAILED, "no container");
  }

  @Test
  void it_is_listed_with_its_slot() {
    String listed = host.ann().runs("ps --json").exits(0).out();

    assertTrue(listed.contains("\"service\":\"dbgt-several.2\""), listed);
  }
}
