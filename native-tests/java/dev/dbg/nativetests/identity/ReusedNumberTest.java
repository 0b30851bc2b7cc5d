package dev.dbg.nativetests.identity;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.resolve.container.AlteredContainers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A container's process has ended, its engine has not noticed, and an unrelated process has its
 * pid: the engine's answer is no longer true of that process, which must not be entered.
 */
@Tag("native")
final class ReusedNumberTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  @RegisterExtension
  static final Host believing =
      Host.with(Host.EVERYTHING).inWhich(AlteredContainers.Believing.class);

  private static Container container;
  private static Running stranger;

  /** Podman notices a container's end through conmon(8), a separate process for each container. */
  @BeforeAll
  static void give() throws InterruptedException {
    container = host.podman().starts("dbgt-reused");
    long number = container.pid();
    host.ann().runs("podman://dbgt-reused net -- ss -tlnH").exits(0);
    believing.ann().runs("podman://dbgt-reused net -- ss -tlnH").exits(0);

    // The process must be younger than the container by more than clocks can differ.
    Thread.sleep(3000);
    Processes.signal("KILL", Processes.parent(number));
    Processes.signal("KILL", number);
    Patience.until("the number is free", () -> ProcessHandle.of(number).isEmpty());
    stranger = Processes.reborn(number);
  }

  @AfterAll
  static void end() {
    var _ = stranger.gets("KILL").ends();
    container.isFoundDead();
  }

  @Test
  void a_stranger_with_the_containers_number_is_not_entered() {
    String network = Processes.link(container.pid(), "ns/net");
    nsenter(container, "-n", "readlink", "/proc/self/ns/net").prints(network + "\n");

    believing.ann().runs("podman://dbgt-reused net -- look namespaces").exits(0);
    host.ann()
        .runs("podman://dbgt-reused net -- look namespaces")
        .fails(DBG_FAILED, "dbgt-reused")
        .prints("");
  }
}
