package dev.dbg.resolve.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.resolve.containerd.ContainerdApi.ContainerFacts;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Between the decision about a container that does not run and its files. */
class RenewedContainerTest {
  private static Optional<ContainerFacts> facts(String label, String image) {
    return Optional.of(new ContainerFacts("web", Map.of("team", label), Map.of(), image, "runsc"));
  }

  private static Target decided(String id) {
    return new Bundle("default", id, Map.of(), "", 0, 0, FileStamp.MISSING)
        .found(facts("dns", "app:1"), ResolvedBy.API)
        .target()
        .ended();
  }

  @Test
  void what_runs_it_is_told() {
    assertEquals("runsc", decided("web").oci());
  }

  @Test
  void another_container_of_the_same_name_is_not_the_one_that_was_decided_on() {
    Target web = decided("web");

    assertTrue(ContainerdRuntime.isStill(web, facts("dns", "app:1")));
    assertFalse(ContainerdRuntime.isStill(web, facts("vault", "app:1")));
    assertFalse(ContainerdRuntime.isStill(web, facts("dns", "vault:1")));
    assertFalse(ContainerdRuntime.isStill(web, Optional.empty()));
  }

  /** People choose names; containerd's clients give no id twice. */
  @Test
  void a_whole_id_is_the_containers_whatever_labels_it_has_now() {
    assertTrue(ContainerdRuntime.isStill(decided("1".repeat(64)), facts("vault", "app:1")));
  }
}
