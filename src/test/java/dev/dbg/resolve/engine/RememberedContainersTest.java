package dev.dbg.resolve.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.ResolvedBy;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an engine said of a container, for the next session. */
class RememberedContainersTest {
  /**
   * A restart keeps the container's id, name and control group, and any process may get a number.
   */
  @Test
  void it_counts_for_the_process_of_that_number_that_started_when_that_one_did() throws Exception {
    FoundContainer said =
        FoundContainer.named(
            "podman",
            "web",
            "running",
            ThisProcess.pid().number(),
            ResolvedBy.API,
            Evidence.NUMBER);
    List<FoundContainer> files = List.of(said.foundBy(ResolvedBy.DISK));
    KnownContainers known = new KnownContainers(() -> files, () -> files);

    assertEquals(List.of(said), known.find("web", () -> List.of(said)));

    FoundContainer again = known.find("web", List::of).getFirst();
    try (ProcDir self = ProcDir.open(ThisProcess.pid())) {
      assertEquals(new Evidence.SameStart(Evidence.NUMBER, self.startTime()), again.evidence());
    }
    assertEquals(ResolvedBy.KNOWN, again.target().way());
  }
}
